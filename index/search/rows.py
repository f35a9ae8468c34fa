"""A folder's posters by row: where each lies, which are still searched, and which pass a filter."""

from collections.abc import Collection
from typing import Self

import numpy as np
from numpy.typing import NDArray

IdCollection = Collection[int] | NDArray[np.int64]

# A table of all ids, a byte each, tells the rows of a long filter apart in one step instead of a
# search for each of its ids. It is made where it stays small, at most _GAPS ids for each row, and
# where it pays, for filters of more than one id in _FEW rows.
_GAPS, _FEW = 16, 64


class PosterRows:
    """Poster ids int64[N] by row, some of them gone; never changed."""

    def __init__(self, ids: NDArray[np.int64], kept: NDArray[np.bool_] | None = None) -> None:
        """ids: ascending, so that rows tie in the order of ids. kept: bool[N]; None for all."""
        self.ids = ids
        self._kept = kept

    def without(self, poster_ids: IdCollection) -> Self:
        """With more of them gone; ids that are not there are ignored."""
        rows = self._of(poster_ids)
        rows = rows[rows >= 0]
        if not len(rows):
            return self
        kept = np.ones(len(self.ids), bool) if self._kept is None else self._kept.copy()
        kept[rows] = False
        return type(self)(self.ids, kept)

    @property
    def gone(self) -> int:
        return 0 if self._kept is None else len(self._kept) - int(self._kept.sum())

    @property
    def remaining(self) -> NDArray[np.int64]:
        """The ids that are not gone, int64[M], ascending."""
        return self.ids if self._kept is None else self.ids[self._kept]

    def find(self, poster_ids: IdCollection) -> NDArray[np.int64]:
        """The rows int64[M] of `poster_ids`, -1 for those that are gone or never were there."""
        rows = self._of(poster_ids)
        return rows if self._kept is None else np.where(self._kept[rows], rows, -1)

    def known(self, poster_ids: IdCollection) -> NDArray[np.int64]:
        """The same; KeyError where there is a -1."""
        rows = self.find(poster_ids)
        if (rows < 0).any():
            raise KeyError(f"poster {as_array(poster_ids)[rows < 0][0]} is not in the index")
        return rows

    def passing(
        self, within: IdCollection | None, exclude: IdCollection
    ) -> NDArray[np.bool_] | None:
        """The rows that pass a filter and are not gone, bool[N]; None for all."""
        if within is None and len(exclude) == 0:
            return self._kept
        passing = np.ones(len(self.ids), bool) if within is None else self._among(as_array(within))
        rows = self._of(exclude)
        passing[rows[rows >= 0]] = False
        return passing if self._kept is None else passing & self._kept

    def _among(self, poster_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """The rows of `poster_ids`, bool[N]."""
        first, last = int(self.ids[0]), int(self.ids[-1])
        if first < 0 or last > _GAPS * len(self.ids) or len(poster_ids) * _FEW < len(self.ids):
            passing = np.zeros(len(self.ids), bool)
            rows = self._of(poster_ids)
            passing[rows[rows >= 0]] = True
            return passing
        wanted = np.zeros(last + 1, bool)
        wanted[poster_ids[(poster_ids >= 0) & (poster_ids <= last)]] = True
        return np.asarray(wanted[self.ids])

    def _of(self, poster_ids: IdCollection) -> NDArray[np.int64]:
        wanted = as_array(poster_ids)
        rows = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        return np.where(self.ids[rows] == wanted, rows, -1).astype(np.int64)


def as_array(poster_ids: IdCollection) -> NDArray[np.int64]:
    """`poster_ids` as int64[M]."""
    if isinstance(poster_ids, np.ndarray):
        return poster_ids.astype(np.int64, copy=False)
    return np.fromiter(poster_ids, dtype=np.int64, count=len(poster_ids))
