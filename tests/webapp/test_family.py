import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from webapp import family

CHILD = """
import time
from webapp import family
family.end_with_parent()
print("began", flush=True)
time.sleep(300)
"""
PARENT = """
import os, sys
from webapp import family
family.run([sys.executable, "-c", sys.argv[1]], os.environ)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_a_child_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD],
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"began\n"
        parent.kill()
        start = time.monotonic()
        parent.stdout.read()  # ends once nobody holds the pipe's other end
    assert time.monotonic() - start < 60


def test_a_child_that_ends_by_itself_gives_its_status() -> None:
    code = "import sys; from webapp import family; family.end_with_parent(); sys.exit(3)"
    assert family.run([sys.executable, "-c", code], os.environ) == 3
