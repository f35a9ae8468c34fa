"""Posters that came after an index folder was written: in memory, every one compared."""

from collections.abc import Iterator, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.metric import Metric
from index.search.flat import Flat, prepared
from index.search.rows import IdCollection, as_array

# Vectors a segment. Each poster that is added copies the last segment, which must be small; each
# segment is a search of its own, of which there must be few.
SEGMENT = 2048


class Segment:
    """Vectors float32[M, D] and their poster ids int64[M]; never changed."""

    def __init__(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        self.ids = ids
        self.vectors = vectors
        self._flats: dict[Metric, Flat] = {}

    def flat(self, metric: Metric) -> Flat:
        """The vectors under a metric, made ready at the first search and kept."""
        if metric not in self._flats:  # two threads may both do it, to the same end
            self._flats[metric] = Flat.over(prepared(self.vectors, metric), metric)
        return self._flats[metric]

    def of(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> "Segment":
        return Segment(self.ids[rows], self.vectors[rows])


class Additions:
    """An immutable set of posters; adding and removing give another one, which shares most."""

    def __init__(self, dimensions: int, segments: Sequence[Segment] = ()) -> None:
        self._dimensions = dimensions
        self._segments = tuple(segments)
        self.ids = np.concatenate([np.empty(0, np.int64), *(s.ids for s in self._segments)])

    def __len__(self) -> int:
        return len(self.ids)

    def having(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> Self:
        """With `vectors` float32[M, D] as the posters `ids` int64[M], in place of earlier ones."""
        kept = self.without(ids)._segments
        last = [kept[-1]] if kept and len(kept[-1].ids) < SEGMENT else []
        tail = Segment(
            np.concatenate([*(s.ids for s in last), ids]),
            np.concatenate([*(s.vectors for s in last), vectors]),
        )
        cuts = [tail.of(slice(i, i + SEGMENT)) for i in range(0, len(tail.ids), SEGMENT)]
        return type(self)(self._dimensions, [*kept[: len(kept) - len(last)], *cuts])

    def without(self, ids: NDArray[np.int64]) -> Self:
        """Less the posters `ids` int64[M]; those it does not hold are ignored."""
        if not np.isin(self.ids, ids).any():
            return self
        stay = [
            s if not (gone := np.isin(s.ids, ids)).any() else s.of(~gone) for s in self._segments
        ]
        return type(self)(self._dimensions, [s for s in stay if len(s.ids)])

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors float32[M, D] of posters that it holds, in the order of `ids`."""
        vectors = np.empty((len(ids), self._dimensions), np.float32)
        for segment in self._segments if len(ids) else ():
            here = np.flatnonzero(np.isin(ids, segment.ids))
            order = np.argsort(segment.ids)
            rows = order[np.searchsorted(segment.ids, ids[here], sorter=order)]
            vectors[here] = segment.vectors[rows]
        return vectors

    def passing(
        self, within: IdCollection | None, exclude: IdCollection
    ) -> NDArray[np.bool_] | None:
        """Which pass a filter, bool[M]; None for all."""
        if not len(self) or (within is None and len(exclude) == 0):
            return None  # NumPy would go through a long `within` to say so
        passing = np.ones(len(self), bool)
        if within is not None:
            passing &= np.isin(self.ids, as_array(within))
        return passing & ~np.isin(self.ids, as_array(exclude))

    def candidates(
        self,
        queries: NDArray[np.float32],
        metric: Metric,
        k: int,
        passing: NDArray[np.bool_] | None = None,
    ) -> Iterator[Segment]:
        """For each of `queries` float32[B, D], posters that hold its k nearest and all tied.

        Only those that are True in `passing` bool[M], in the order of `ids`.
        """
        nothing = Segment(np.empty(0, np.int64), np.empty((0, self._dimensions), np.float32))
        found: list[list[Segment]] = [[nothing] for _ in queries]
        start = 0
        for segment in self._segments:
            part = None if passing is None else passing[start : start + len(segment.ids)]
            start += len(segment.ids)
            if part is not None and not part.any():
                continue
            for each, rows in zip(
                found, segment.flat(metric).candidates(queries, k, part), strict=True
            ):
                each.append(segment.of(rows))
        for each in found:
            yield Segment(
                np.concatenate([s.ids for s in each]), np.concatenate([s.vectors for s in each])
            )
