"""One instance, and the command over it."""

import os
from importlib.util import find_spec

from tests.benchmarks.conftest import out as out
from tests.benchmarks.conftest import posters as posters
from tests.cli.conftest import run as run
from tests.onesheet.indexing.conftest import instance as instance

# Without Ray none of these can be imported, which is an error only where it was promised.
collect_ignore = (
    ["test_connection.py", "test_picture_actor.py", "test_pictures.py", "test_storing.py"]
    if find_spec("ray") is None and os.environ.get("CI") != "true"
    else []
)
