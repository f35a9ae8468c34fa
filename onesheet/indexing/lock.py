"""One builder of an instance's index at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import IndexStore


class BusyError(ValueError):
    """Somebody else is building this instance's index, or making a backup of it."""


@contextmanager
def building(indexes: IndexStore) -> Iterator[None]:
    """Nobody else builds within it: a second builder might drop changes that its own index does
    not contain. Raises BusyError, at once, where somebody does."""
    with indexes.alone() as alone:
        if not alone:
            raise BusyError(
                "Another process builds the index or makes a backup; try again once it is done."
            )
        yield
