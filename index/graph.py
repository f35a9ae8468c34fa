"""HNSW, and what must be known of FAISS's: approximate search, settled by exact distances.

Two graphs serve three metrics, one of unit vectors for cosine and one of raw vectors for the other
two; neither does for the other's (docs/decisions/0007). Their stores are coarse: a walk takes as
long as memory gives it vectors, and 8 bits a dimension come four times as fast as 32. FAISS would
let an HNSW for Manhattan use a store for Euclidean distance and silently return the latter's.
"""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.flat import Flat, all_cores, prepared, use_one_thread
from index.metric import Metric

# Links a vector and layer, twice as many on the lowest (149 bytes a vector in all), and
# candidates held while one is linked (Malkov, Yashunin, "HNSW", TPAMI 2020: M, efConstruction).
LINKS = 16
CONSTRUCTION = 100

# Stored vectors are filled up with zeros to a multiple of this. Of 306 dimensions FAISS would
# read smaller ones than floats number by number, fifteen times slower than of 320.
_LANES = 16

# Posters passing a filter that are rather compared one by one, and the longest walk through the
# graph for more: both take some 15 ms of a million (docs/benchmarks/index.md).
EXACT_BELOW = 10_000
LONGEST_WALK = 4_096

# Neighbours for which a graph's width is measured, and candidates held for each one more. Of the
# posters that a filter leaves, the k nearest are among the k / share nearest of all.
TOP = 5
_EACH_MORE = 10

# Candidates passing a filter, for each neighbour wanted, with which a walk has seen enough.
_WITNESSES = 8

# Where fewer than one in so many of those that ought to pass do, a filter leaves out just what is
# near, and a walk goes on: the last of its candidates are the least certain.
_LEFT_OUT = 4

# Rows copied at once for an exact search: 20 MB of 306 dimensions.
_PART = 16_384

# FAISS's types describe its C++ signatures, not the NumPy ones that it adds at run time.
_faiss: Any = faiss
_TYPES = faiss.ScalarQuantizer


class Storage(StrEnum):
    """How the raw vectors behind graphs are kept: half floats are rounded to 11 bits.

    Half of them also means half of all else: they are themselves the Euclidean graph's store, and
    the unit vectors have 4 bits rather than 8.
    """

    FLOAT32 = "float32"
    FLOAT16 = "float16"


_STORES = {
    Storage.FLOAT32: {Metric.COSINE: _TYPES.QT_8bit, Metric.EUCLIDEAN: _TYPES.QT_8bit},
    Storage.FLOAT16: {Metric.COSINE: _TYPES.QT_4bit, Metric.EUCLIDEAN: _TYPES.QT_fp16},
}


class Graph:
    """N vectors, of unit length for cosine and else raw, joined by an HNSW graph.

    They only lead the way to candidates, whose order is settled elsewhere.
    """

    def __init__(self, index: Any, metric: Metric, d: int) -> None:
        self._index = index
        self.metric, self._d = metric, d

    @classmethod
    def over(cls, vectors: NDArray[np.float32], metric: Metric, storage: Storage) -> "Graph":
        """Joins raw `vectors` float32[N, D] on all cores; the order of threads decides ties.

        metric: cosine or Euclidean.
        """
        ready = _filled(vectors, metric)
        kind = _STORES[storage][metric]
        index = _faiss.IndexHNSWSQ(ready.shape[1], kind, LINKS, faiss.METRIC_L2)
        index.hnsw.efConstruction = CONSTRUCTION
        with all_cores():
            index.train(ready)
            index.add(ready)
        return cls(index, metric, vectors.shape[1])

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Joins raw vectors as the next rows. Not to a mapped graph: FAISS aborts the process."""
        with all_cores():
            self._index.add(_filled(vectors, self.metric))

    @classmethod
    def open(cls, path: Path, metric: Metric, d: int) -> "Graph":
        """Over a file that `write` wrote: mapped, so that all workers share one copy of it."""
        return cls(_faiss.read_index(str(path), _faiss.IO_FLAG_MMAP_IFC), metric, d)

    def write(self, path: Path) -> None:
        _faiss.write_index(self._index, str(path))

    @property
    def vectors(self) -> NDArray[np.float16]:
        """The store's own vectors float16[N, D], no copy: valid as long as this graph, read-only.

        ValueError where they are kept in fewer bits.
        """
        store = _faiss.downcast_index(self._index.storage)
        if store.code_size != 2 * store.d:
            raise ValueError("the vectors of this graph are not kept as half floats")
        codes = _faiss.rev_swig_ptr(store.codes.data(), store.ntotal * store.code_size)
        vectors = codes.view(np.float16).reshape(store.ntotal, store.d)[:, : self._d]
        vectors.flags.writeable = False
        return np.asarray(vectors)

    def nearest(self, queries: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """About the k nearest of each raw query, int64[B, k]; -1 where a walk found no more.

        As many candidates are held while walking (HNSW's efSearch), so the last ones found are
        the least certain.
        """
        how = _faiss.SearchParametersHNSW(efSearch=k)
        _, rows = self._index.search(_filled(queries, self.metric), k, params=how)
        return np.asarray(rows, dtype=np.int64)

    def compared(self, metric: Metric, k: int) -> int:
        """How many of the nearest by this graph hold the k nearest under a metric: more of them
        where that is not the graph's own, or its vectors are coarse."""
        coarse = self._index.storage.sa_code_size() < self._d  # less than 8 bits each
        return 4 * k + 64 if coarse or metric is not self.metric else 2 * k + 8


def _filled(vectors: NDArray[np.float32], metric: Metric) -> NDArray[np.float32]:
    """`prepared`, with zeros up to a multiple of _LANES dimensions."""
    filled = np.zeros((len(vectors), -(-vectors.shape[1] // _LANES) * _LANES), np.float32)
    filled[:, : vectors.shape[1]] = prepared(vectors, metric)
    return filled


class GraphSearch:
    """Candidates by one metric out of a graph, enough of them to hold the nearest.

    width: candidates held while walking for the TOP nearest. vectors: raw, [N, D].
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

        Only rows that are True in `passing` bool[N]. Few of these, or more than a walk can find,
        are compared one by one, and then the rows hold the k nearest certainly.
        """
        use_one_thread()
        count = len(self._vectors)
        left = count if passing is None else int(passing.sum())
        for query in queries:
            found = None if left < EXACT_BELOW else self._walk(query, k, count / left, passing)
            yield self._compared(query, k, passing) if found is None else found

    def _walk(
        self,
        query: NDArray[np.float32],
        k: int,
        spread: float,
        passing: NDArray[np.bool_] | None,
    ) -> NDArray[np.int64] | None:
        """Rows that pass, by longer walks where they are rare nearby; None where too few are.

        spread: posters for one that passes. The walk heeds no filter. FAISS's own way fills its
        list with whatever passed on the way to the query, however far, and so returns strangers
        where all that is near is left out.
        """
        length, enough = self._width + max(0, round(_EACH_MORE * (k * spread - TOP))), None
        while length <= LONGEST_WALK:
            (rows,) = self._graph.nearest(query[None], length)
            rows = rows[rows >= 0]
            found = rows if passing is None else rows[passing[rows]]
            if 2 * len(found) > len(rows):  # hardly filtered, so the nearest come first
                return np.asarray(found[: self._graph.compared(self._metric, k)])
            if len(found) >= _WITNESSES * k:
                enough = found
                if _LEFT_OUT * len(found) * spread > len(rows):
                    break
            length = LONGEST_WALK if length < LONGEST_WALK < 2 * length else 2 * length
        return enough

    def _compared(
        self, query: NDArray[np.float32], k: int, passing: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """The k nearest and all tied with them, by comparing every row that passes."""
        rows = np.arange(len(self._vectors)) if passing is None else np.flatnonzero(passing)
        found = [np.empty(0, np.int64)]
        for start in range(0, len(rows), _PART):
            part = rows[start : start + _PART]
            near = Flat.over(
                prepared(self._vectors[part].astype(np.float32), self._metric), self._metric
            )
            (best,) = near.candidates(query[None], k)
            found.append(part[best])
        return np.concatenate(found)
