"""One builder of an instance's index at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


class BusyError(ValueError):
    """Somebody else is building this instance's index."""


@contextmanager
def building(indexes: Path) -> Iterator[None]:
    """Nobody else builds within it: a second builder might drop changes that its own folder does
    not contain.

    `indexes` is the folder of index folders. Raises BusyError, at once, where somebody does.
    """
    try:
        with FileLock(indexes / ".lock", timeout=0):
            yield
    except Timeout:
        raise BusyError(
            "Another process is building the index; try again once it is done."
        ) from None
