"""HNSW, and what must be known of FAISS's: approximate search, settled by exact distances.

Two graphs serve three metrics, one of unit vectors for cosine and one of raw vectors for the other
two; neither does for the other's (docs/decisions/0007). They hold few numbers of each vector, in
few bits: a walk takes as long as memory gives it vectors. FAISS would let an HNSW for Manhattan use
a store for Euclidean distance and silently return the latter's.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.metric import Metric
from index.search.components import Components
from index.search.flat import Flat, all_cores, prepared, read_mapped, use_one_thread

# Links a vector and layer, twice as many on the lowest, and candidates looked at while one is
# linked (Malkov, Yashunin, "HNSW", TPAMI 2020: M, efConstruction).
GRAPH_LINKS = 16
CONSTRUCTION = 100

# Numbers that FAISS compares at once. The principal components that a graph holds are filled up to
# a multiple of them, since FAISS reads what is left over one by one, and far more slowly.
_LANES = 16

# Posters passing a filter up to which all of them are compared exactly: so few take no longer than
# a walk does.
EXACT_BELOW = 1_000

# Rows whose coarse vectors are compared in the time in which a walk holds one more candidate.
ROWS_A_CANDIDATE = 32

# Neighbours for which a graph's width is measured, and candidates held for each one more, under its
# own metric and under another.
MEASURED_FOR = 5
_EACH_MORE, _EACH_MORE_BY_ANOTHER = 10, 25

# Of the posters that a walk brings, so many must pass a filter for each neighbour wanted, and no
# less than a part of those that ought to: else the filter leaves out just what is near.
_WITNESSES = 8
_LEFT_OUT = 4

# Candidates more where all coarse vectors that pass are compared: a filter may leave out all that
# is near, and what is far lies closer together.
MORE_FAR_AWAY = 64

# Coarse vectors copied at once to be compared, a megabyte of 128 dimensions: they stay in a core's
# cache.
_PART = 8_192

# FAISS's types describe its C++ signatures, not the NumPy ones that it adds at run time.
_faiss: Any = faiss


class Graph:
    """N vectors, of unit length for cosine and else raw, joined by an HNSW graph.

    Their principal components in 8 bits only lead the way to candidates, whose order is settled
    elsewhere.
    """

    def __init__(self, index: Any, metric: Metric) -> None:
        """index: FAISS's, a linear transform before an HNSW over 8-bit vectors."""
        self._index = index
        self._links = _faiss.downcast_index(index.index)
        self._store = _faiss.downcast_index(self._links.storage)
        self.metric = metric

    @classmethod
    def over(cls, vectors: NDArray[np.float32], metric: Metric) -> "Graph":
        """Joins raw `vectors` float32[N, D] on all cores; the order of threads decides ties.

        metric: cosine or Euclidean.
        """
        ready = prepared(vectors, metric)
        axes = _principal_axes(ready)
        links = _faiss.IndexHNSWSQ(
            axes.d_out, _faiss.ScalarQuantizer.QT_8bit, GRAPH_LINKS, faiss.METRIC_L2
        )
        links.hnsw.efConstruction = CONSTRUCTION
        index = _faiss.IndexPreTransform(axes, links)
        with all_cores():
            index.train(ready)
            index.add(ready)
        return cls(index, metric)

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Joins raw vectors as the next rows. Not to a mapped graph: FAISS aborts the process."""
        with all_cores():
            self._index.add(prepared(vectors, self.metric))

    @classmethod
    def open(cls, path: Path, metric: Metric) -> "Graph":
        """Over a file that `write` wrote: mapped, so that all workers share one copy of it."""
        return cls(read_mapped(path), metric)

    def write(self, path: Path) -> None:
        _faiss.write_index(self._index, str(path))

    @property
    def dimensions(self) -> int:
        """How many numbers it holds of each vector."""
        return int(self._links.d)

    def nearest(self, queries: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """About the k nearest of each raw query, int64[B, k]; -1 where a walk found no more.

        As many candidates are held while walking (HNSW's efSearch), so the last ones found are
        the least certain.
        """
        how = _faiss.SearchParametersHNSW(efSearch=k)
        _, rows = self._links.search(self._reduced(queries), k, params=how)
        return np.asarray(rows, dtype=np.int64)

    def nearest_among(
        self, query: NDArray[np.float32], rows: NDArray[np.int64], k: int
    ) -> NDArray[np.int64]:
        """The k of `rows` int64[M] whose coarse vectors are nearest to a raw query float32[D], by
        comparing all of them, nearest first."""
        asked = self._reduced(query[None])
        size = self._store.code_size
        held = _faiss.rev_swig_ptr(self._store.codes.data(), self._store.ntotal * size)
        codes = held.reshape(-1, size)
        part = _faiss.IndexScalarQuantizer(self._store.d, self._store.sq.qtype, faiss.METRIC_L2)
        part.sq, part.is_trained = self._store.sq, True
        keys, found = np.empty(0, np.float32), np.empty(0, np.int64)
        for start in range(0, len(rows), _PART):
            some = rows[start : start + _PART]
            part.reset()
            part.add_sa_codes(codes[some])
            (near,), (best,) = part.search(asked, min(k, len(some)))
            keys, found = np.concatenate([keys, near]), np.concatenate([found, some[best]])
            kept = np.argsort(keys, kind="stable")[:k]
            keys, found = keys[kept], found[kept]
        return found

    def compared(self, metric: Metric, k: int) -> int:
        """How many of the nearest by this graph hold the k nearest under a metric."""
        return enough_for(k, another=metric is not self.metric)

    def _reduced(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        axes = _faiss.downcast_VectorTransform(self._index.chain.at(0))
        return np.asarray(axes.apply(prepared(vectors, self.metric)))


def _principal_axes(vectors: NDArray[np.float32]) -> Any:
    """FAISS's transform of `vectors` float32[N, D] to the principal components and
    zeros."""
    components = Components.of(vectors)
    count, dimensions = components.axes.shape
    matrix = np.zeros((-(-count // _LANES) * _LANES, dimensions), np.float32)
    matrix[:count] = components.axes
    transform = _faiss.LinearTransform(dimensions, len(matrix), True)
    _faiss.copy_array_to_vector(matrix.ravel(), transform.A)
    _faiss.copy_array_to_vector((-matrix @ components.centre).astype(np.float32), transform.b)
    transform.is_trained = True
    return transform


def enough_for(k: int, *, another: bool) -> int:
    """How many of the nearest by a graph hold the k nearest: far more of them under `another`
    metric than the graph's own (docs/decisions/0007)."""
    return 16 * k + 220 if another else 2 * k + 8


def walk_length(width: int, k: int, share: float, each_more: int) -> int:
    """Candidates to hold for the k nearest of those that pass, a `share` of all: these are among
    the k / share nearest of all.

    width: candidates held for the MEASURED_FOR nearest. each_more: for each one beyond these.
    """
    return width + max(0, round(each_more * (k / share - MEASURED_FOR)))


class GraphSearch:
    """Candidates by one metric out of a graph, enough of them to hold the nearest.

    width: candidates held while walking for the MEASURED_FOR nearest. vectors: raw, [N, D].
    """

    def __init__(
        self, graph: Graph, vectors: NDArray[np.floating[Any]], metric: Metric, width: int
    ) -> None:
        self._graph, self._vectors = graph, vectors
        self._metric, self._width = metric, width

    def candidates(
        self, queries: NDArray[np.float32], k: int, passing: NDArray[np.bool_] | None = None
    ) -> Iterator[NDArray[np.int64]]:
        """For each of `queries` float32[B, D], rows that very likely hold its k nearest.

        Only rows that are True in `passing` bool[N]. Few of these are compared exactly, and then
        the rows hold the k nearest certainly; the coarse vectors of more, where that takes no
        longer than a walk. A walk heeds no filter: FAISS's own way fills its list with whatever
        passed on the way to the query, however far, and so returns strangers where all that is
        near is left out.
        """
        use_one_thread()
        count = len(self._vectors)
        left = count if passing is None else int(np.count_nonzero(passing))
        own = self._metric is self._graph.metric
        each_more = _EACH_MORE if own else _EACH_MORE_BY_ANOTHER
        length = walk_length(self._width, k, left / count, each_more)
        walks = length * ROWS_A_CANDIDATE <= left
        for query in queries:
            found = self._walked(query, k, length, left, passing) if walks else None
            if found is None:
                rows = np.arange(count) if passing is None else np.flatnonzero(passing)
                found = self._compared(query, k, rows)
            yield found

    def _walked(
        self,
        query: NDArray[np.float32],
        k: int,
        length: int,
        left: int,
        passing: NDArray[np.bool_] | None,
    ) -> NDArray[np.int64] | None:
        """The nearest that pass, by a walk that holds `length` candidates; None where too few do.

        left: how many posters pass.
        """
        (rows,) = self._graph.nearest(query[None], length)
        rows = rows[rows >= 0]
        found = rows if passing is None else rows[passing[rows]]
        ought = len(rows) * left / len(self._vectors)
        if len(found) < _WITNESSES * k or _LEFT_OUT * len(found) < ought:
            return None
        return np.asarray(found[: self._graph.compared(self._metric, k)])

    def _compared(
        self, query: NDArray[np.float32], k: int, rows: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Those of `rows` that hold the k nearest: exactly among few, else by coarse vectors."""
        if len(rows) > EXACT_BELOW:
            most = self._graph.compared(self._metric, k) + MORE_FAR_AWAY
            return self._graph.nearest_among(query, rows, most)
        held = prepared(self._vectors[rows].astype(np.float32), self._metric)
        (best,) = Flat.over(held, self._metric).candidates(query[None], k)
        return rows[best]
