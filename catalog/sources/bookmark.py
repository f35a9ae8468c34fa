"""Where an import that was interrupted goes on in a list of a service's."""

import json
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Engine, delete

from catalog.database import reading, writing
from catalog.models import BookmarkRow

BOOKMARK_KEPT: Final = 3 * 86_400
"""Seconds; lists move, and what was read of them days ago says little of what is new there."""


class Bookmark:
    """A place in one list, among the catalogue's own rows: so a catalogue that is restored or begun
    anew has the places that fit it."""

    def __init__(
        self, engine: Engine, listing: Any, clock: Callable[[], float] = time.time
    ) -> None:
        """`listing` is what JSON can hold, and names the list with all that narrows it."""
        self._engine, self._clock = engine, clock
        named = json.dumps(listing, sort_keys=True, ensure_ascii=False)
        self._listing = sha256(named.encode()).hexdigest()

    def place(self) -> int:
        """Return what was last kept; 0 where nothing was, or longer ago than `BOOKMARK_KEPT`."""
        with reading(self._engine) as session:
            row = session.get(BookmarkRow, self._listing)
            return row.place if row is not None and row.kept > self._oldest() else 0

    def keep(self, place: int) -> None:
        """Keep a place, over the one before."""
        with writing(self._engine) as session:
            row = BookmarkRow(listing=self._listing, place=place, kept=int(self._clock()))
            session.merge(row)

    def forget(self) -> None:
        """Keep nothing: the list was read to its end. What is too old of other lists goes too."""
        with writing(self._engine) as session:
            old = BookmarkRow.kept <= self._oldest()
            session.execute(delete(BookmarkRow).where((BookmarkRow.listing == self._listing) | old))

    def _oldest(self) -> float:
        return self._clock() - BOOKMARK_KEPT
