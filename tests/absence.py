"""What a test needs and a machine lacks."""

import os
from typing import NoReturn

import pytest


def absent(message: str) -> NoReturn:
    """Skip, except where continuous integration (CI=true) promised what is missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
