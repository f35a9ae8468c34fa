import os
import subprocess
import sys
from pathlib import Path

import pytest

from onesheet.base import child_process

CHILD = """
import time
from onesheet.base import child_process
child_process.end_with_parent()
print("began", flush=True)
time.sleep(60)
print("went on", flush=True)
"""
PARENT = """
import os, sys
from onesheet.base import child_process
child_process.run([sys.executable, "-c", sys.argv[1]], os.environ)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_a_child_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD],
        cwd=Path(__file__).resolve().parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"began\n"
        parent.kill()
        said = parent.stdout.read()  # ends once nobody holds the pipe's other end
    assert b"went on" not in said


def test_a_child_that_ends_by_itself_gives_its_status() -> None:
    code = "import sys; from onesheet.base.child_process import *; end_with_parent(); sys.exit(3)"
    assert child_process.run([sys.executable, "-c", code], os.environ) == 3
