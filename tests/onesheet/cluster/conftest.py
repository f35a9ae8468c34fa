"""One instance, and the command over it."""

from tests.cli.conftest import run as run
from tests.onesheet.indexing.conftest import instance as instance
