"""Exact search that compares shortened vectors first: a quarter of the numbers, so of the time.

Filter and refine, as in Seidl & Kriegel, "Optimal Multi-Step k-Nearest Neighbor Search" (SIGMOD
1998): short vectors bound each distance from below and from above, and as many candidates are
fetched as the bounds need to be certain (docs/decisions/0011).
"""

import math
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from index.metric import Metric
from index.search.components import Components
from index.search.flat import Flat, FlatCandidates, opened_flat, prepared

SHORTENED = (Metric.COSINE, Metric.EUCLIDEAN)
"""Metrics in whose order some Euclidean distance orders: cosine is that of unit vectors."""

# By how much squared distances may differ of posters that tie: cosine distances, half the square of
# unit vectors', are rounded to 12 decimals.
_TIED = {Metric.COSINE: 4e-12, Metric.EUCLIDEAN: 0.0}

# Candidates fetched at first, for each neighbour wanted and beyond: nearly always enough
# among 30,000 posters.
_EACH, _SHORTENED_SPARE = 2, 32

# FAISS's types describe its C++ signatures, not the NumPy ones that it adds at run time.
_faiss: Any = faiss


class Shortened:
    """N vectors under cosine or Euclidean distance, every one compared with each query: by the
    Euclidean distance of their `Components.shortened` forms, which is never above their own."""

    def __init__(self, index: Any, gpu: Any, metric: Metric, components: Components) -> None:
        """index: FAISS's, of shortened vectors under Euclidean distance; gpu as for Flat."""
        self._index, self._flat = index, Flat(index, gpu, Metric.EUCLIDEAN)
        self._metric = metric
        self.components = components
        held = _faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d)
        self._left_out = held.reshape(-1, index.d)[:, -1]
        self._off_centre = float(np.linalg.norm(components.centre))

    @classmethod
    def over(cls, vectors: NDArray[np.float32], metric: Metric) -> Self:
        """Over raw `vectors` float32[N, D]."""
        ready = prepared(vectors, metric)
        components = Components.of(ready)
        index = _faiss.IndexFlatL2(len(components.axes) + 1)
        index.add(components.shortened(ready))
        return cls(index, None, metric, components)

    @classmethod
    def open(cls, path: Path, metric: Metric, components: Components) -> Self:
        """Over a file that `write` wrote, as `opened_flat` gives it, and its components."""
        return cls(*opened_flat(path), metric, components)

    def write(self, path: Path) -> None:
        self._flat.write(path)

    def candidates(
        self, queries: NDArray[np.float32], k: int, passing: NDArray[np.bool_] | None = None
    ) -> Iterator[NDArray[np.int64]]:
        """For each of `queries` float32[B, D], rows that hold its k nearest and all tied with them.

        Only rows that are True in `passing` bool[N].
        """
        asked = self.components.shortened(prepared(queries, self._metric))
        yield from self._flat.fetched(
            asked, _EACH * k + _SHORTENED_SPARE, passing, partial(self._settled, k)
        )

    def _settled(self, k: int, asked: NDArray[np.float32], found: FlatCandidates) -> bool:
        """Whether nothing that was not fetched can belong to the k nearest.

        Of two vectors, what the components leave out is at most as far apart as its lengths
        together, so that the squared distance is above a key by 4 times their product at most.
        Rounded to float32, a vector is off by 2**-24 of its own length, once when it is made a
        unit and once when it is shortened.
        """
        if len(found.keys) < k:
            return False
        above = 4.0 * float(asked[-1]) * self._left_out[found.rows].astype(np.float64)
        edge = math.sqrt(np.partition(found.keys + above, k - 1)[k - 1])
        off = 2.0**-21 * (float(np.linalg.norm(asked)) + self._off_centre + edge)
        farthest = (edge + off) ** 2 + _TIED[self._metric]
        return found.farthest > farthest + self._flat.rounding(asked, farthest)
