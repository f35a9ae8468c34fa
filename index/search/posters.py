"""The posters that an index holds: those of its folder less those removed, and those added."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.gallery import FoundRows, VectorGallery
from index.metric import Metric
from index.search.additions import Additions, Segment
from index.search.rows import IdCollection, PosterRows, as_array


@dataclass(frozen=True)
class PosterFilter:
    """What may be found: of the folder's rows bool[N], and of those added bool[M]; None for all."""

    folder: NDArray[np.bool_] | None
    added: NDArray[np.bool_] | None


class IndexedPosters:
    """Raw vectors by poster id, and candidates among them; never changed."""

    def __init__(self, gallery: VectorGallery, folder_ids: NDArray[np.int64]) -> None:
        """gallery: N vectors; folder_ids: int64[N], ascending, of its rows."""
        self._gallery = gallery
        self._rows = PosterRows(folder_ids)
        self._added = Additions(self.dimensions)
        self._nothing = FoundRows(np.empty(0, np.int64), np.empty((0, self.dimensions), np.float32))

    @property
    def dimensions(self) -> int:
        """D, of every vector."""
        return self._gallery.dimensions

    def having(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> Self:
        """With `vectors` float32[M, D] as the posters `ids` int64[M], in place of earlier ones."""
        return self._changed(self._added.having(ids, vectors), ids)

    def without(self, ids: NDArray[np.int64]) -> Self:
        """Less the posters `ids` int64[M]; those it does not hold are ignored."""
        return self._changed(self._added.without(ids), ids)

    def _changed(self, added: Additions, gone: NDArray[np.int64]) -> Self:
        """With other additions, and the folder's rows of `gone` no longer searched."""
        changed = copy.copy(self)
        changed._added, changed._rows = added, self._rows.without(gone)
        return changed

    def __len__(self) -> int:
        return len(self._rows.ids) - self._rows.gone + len(self._added)

    @property
    def ids(self) -> NDArray[np.int64]:
        """Of all posters that a search may find, int64[L], ascending."""
        if not len(self._added):
            return self._rows.remaining
        return np.sort(np.concatenate([self._rows.remaining, self._added.ids]))

    @property
    def added_ids(self) -> NDArray[np.int64]:
        """Of the posters that are not the folder's, int64[M], in the order they came."""
        return self._added.ids

    @property
    def folder_rows(self) -> PosterRows:
        """The folder's posters by row."""
        return self._rows

    def holds(self, poster_ids: IdCollection) -> NDArray[np.bool_]:
        """Which of `poster_ids` a search may find, bool[M]."""
        wanted = as_array(poster_ids)
        return (self._rows.find(wanted) >= 0) | np.isin(wanted, self._added.ids)

    def vectors(self, poster_ids: IdCollection) -> NDArray[np.float32]:
        """The raw vectors float32[M, D] of `poster_ids`, in their order; KeyError if unknown."""
        wanted = as_array(poster_ids)
        added = np.isin(wanted, self._added.ids)
        vectors = np.empty((len(wanted), self.dimensions), np.float32)
        vectors[added] = self._added.vectors(wanted[added])
        if not added.all():
            vectors[~added] = self._gallery.vectors(self._rows.known(wanted[~added]))
        return vectors

    def passing(self, within: IdCollection | None, exclude: IdCollection) -> PosterFilter:
        """The filter that only posters `within` pass, all unless given, and none of `exclude`."""
        return PosterFilter(
            self._rows.passing(within, exclude), self._added.passing(within, exclude)
        )

    def candidates(
        self, queries: NDArray[np.float32], metric: Metric, k: int, passing: PosterFilter
    ) -> Iterator[Segment]:
        """For each of `queries` float32[B, D], posters that hold its k nearest that pass."""
        if passing.folder is None or passing.folder.any():
            found = self._gallery.candidates(queries, metric, k, passing.folder)
        else:
            found = repeat(self._nothing, len(queries))
        added = self._added.candidates(queries, metric, k, passing.added)
        for near, beside in zip(found, added, strict=True):
            yield Segment(
                np.concatenate([self._rows.ids[near.rows], beside.ids]),
                np.concatenate([near.vectors, beside.vectors]),
            )
