"""All perceptual hashes in memory, to find near-duplicates in well under a millisecond."""

import threading
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from catalog.database import Reader
from catalog.models import Poster
from catalog.state import state

_COUNT: Final = select(func.count()).select_from(Poster)


@dataclass(frozen=True)
class HashTable:
    """Poster ids int64[N], ascending, and their perceptual hashes uint64[N]."""

    poster_ids: NDArray[np.int64]
    hashes: NDArray[np.uint64]

    @classmethod
    def read(cls, reader: Reader, after: int = 0) -> Self:
        """Read the posters with ids above `after`."""
        query = select(Poster.id, Poster.perceptual_hash).where(Poster.id > after)
        rows = reader.execute(query.order_by(Poster.id)).all()
        return cls(
            np.fromiter((row[0] for row in rows), np.int64, len(rows)),
            np.fromiter((row[1] for row in rows), np.uint64, len(rows)),
        )

    def with_later(self, later: Self) -> Self:
        """Return this table followed by one of higher ids."""
        return type(self)(
            np.concatenate([self.poster_ids, later.poster_ids]),
            np.concatenate([self.hashes, later.hashes]),
        )

    def near(self, perceptual_hash: int, at_most: int) -> list[tuple[int, int]]:
        """Return (poster id, distance) within `at_most` bits, nearest first, ties by id."""
        distances = np.bitwise_count(self.hashes ^ np.uint64(perceptual_hash))
        found = np.flatnonzero(distances <= at_most)
        found = found[np.argsort(distances[found], kind="stable")]
        return [(int(self.poster_ids[i]), int(distances[i])) for i in found]


class HashCache:
    """The hash table of a database, brought up to date when posters came or went.

    Pictures of posters never change and their ids are never given out twice, so what a table holds
    is never wrong: only ids may be missing in it, or of posters that are gone.
    """

    def __init__(self) -> None:
        none = HashTable(np.empty(0, np.int64), np.empty(0, np.uint64))
        self._lock = threading.Lock()
        self._held = (-1, -1), none

    def table(self, reader: Reader) -> HashTable:
        """Return the table as this transaction sees it, or a later one that another transaction
        read: look up by the ids in it what this one has of them."""
        changed, newest = (part or 0 for part in state(reader))
        with self._lock:
            (held_changed, held_newest), table = self._held
            if changed <= held_changed and newest <= held_newest:
                return table
            last = int(table.poster_ids[-1]) if len(table.poster_ids) else 0
            if newest > last:
                table = table.with_later(HashTable.read(reader, after=last))
            if len(table.poster_ids) != reader.scalar(_COUNT):
                table = HashTable.read(reader)
            if changed >= held_changed:  # else from before a removal: what is held is later
                self._held = (changed, newest), table
            return table
