"""HNSW, and what must be known of FAISS's: approximate search, settled by exact distances.

Two graphs serve three metrics, each over a store of its own: one of unit vectors for cosine, one
of raw vectors under Euclidean distance, whose candidates serve Manhattan too. On 40,000 vectors
made of real embeddings, 64 candidates held .996 of the five nearest by Euclidean distance and
.993 by Manhattan, for less time than a walk that computes Manhattan itself; by cosine 256 of them
held but .966, where 128 of the unit graph's held .994. FAISS would let an HNSW for Manhattan use
a store for Euclidean distance and silently return the latter's.
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

# Links a vector and layer, twice as many on the lowest (208 bytes a vector in all), and
# candidates held while one is linked (Malkov, Yashunin, "HNSW", TPAMI 2020: M, efConstruction).
LINKS = 24
CONSTRUCTION = 100

# Stored vectors are filled up with zeros to a multiple of this. Of 306 dimensions FAISS would
# read 8-bit and 16-bit ones number by number, fifteen times slower than of 320.
_LANES = 16

# Posters passing a filter that are rather compared one by one, and the longest walk through the
# graph for more: FAISS's queue takes time by the square of its length.
EXACT_BELOW = 20_000
LONGEST_WALK = 2_048

# Candidates beyond those needed, so that leaving out a few posters costs no second walk.
_SPARE = 8

# Rows copied at once for an exact search: 20 MB of 306 dimensions.
_PART = 16_384

# FAISS's types describe its C++ signatures, not the NumPy ones that it adds at run time.
_faiss: Any = faiss
_TYPES = faiss.ScalarQuantizer


class Storage(StrEnum):
    """How the raw vectors of a graph are kept; half floats are rounded to 11 bits."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"


class Graph:
    """N vectors, of unit length for cosine and else raw, joined by an HNSW graph."""

    def __init__(self, index: Any, metric: Metric, d: int) -> None:
        self._index = index
        self._metric, self._d = metric, d

    @classmethod
    def over(cls, vectors: NDArray[np.float32], metric: Metric, storage: Storage) -> "Graph":
        """Joins raw `vectors` float32[N, D] on all cores; the order of threads decides ties.

        The unit vectors of the cosine graph only lead the way to candidates, so 8 bits a
        dimension do.
        """
        ready = _filled(vectors, metric)
        d = ready.shape[1]
        if metric is Metric.COSINE:
            index = _faiss.IndexHNSWSQ(d, _TYPES.QT_8bit, LINKS, faiss.METRIC_L2)
        elif storage is Storage.FLOAT16:
            index = _faiss.IndexHNSWSQ(d, _TYPES.QT_fp16, LINKS, faiss.METRIC_L2)
        else:
            index = _faiss.IndexHNSWFlat(d, LINKS, faiss.METRIC_L2)
        index.hnsw.efConstruction = CONSTRUCTION
        with all_cores():
            if not index.is_trained:
                index.train(ready)
            index.add(ready)
        return cls(index, metric, vectors.shape[1])

    @classmethod
    def open(cls, path: Path, metric: Metric, d: int) -> "Graph":
        """Over a file that `write` wrote: mapped, so that all workers share one copy of it.

        Nothing may be added to a mapped graph: FAISS aborts the process.
        """
        return cls(_faiss.read_index(str(path), _faiss.IO_FLAG_MMAP_IFC), metric, d)

    def write(self, path: Path) -> None:
        _faiss.write_index(self._index, str(path))

    @property
    def vectors(self) -> NDArray[np.floating[Any]]:
        """The store's own vectors [N, D], no copy: valid as long as this graph, read-only.

        float32 or float16, as they were stored. ValueError where they are kept in 8 bits.
        """
        store = _faiss.downcast_index(self._index.storage)
        kind = {4: np.float32, 2: np.float16}.get(store.code_size // store.d)
        if kind is None:
            raise ValueError("the vectors of this graph are kept in 8 bits")
        codes = _faiss.rev_swig_ptr(store.codes.data(), store.ntotal * store.code_size)
        vectors = codes.view(kind).reshape(store.ntotal, store.d)[:, : self._d]
        vectors.flags.writeable = False
        return np.asarray(vectors)

    def nearest(self, queries: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """About the k nearest of each raw query, int64[B, k]; -1 where a walk found no more.

        As many candidates are held while walking (HNSW's efSearch), so the last ones found are
        the least certain.
        """
        how = _faiss.SearchParametersHNSW(efSearch=k)
        _, rows = self._index.search(_filled(queries, self._metric), k, params=how)
        return np.asarray(rows, dtype=np.int64)


def _filled(vectors: NDArray[np.float32], metric: Metric) -> NDArray[np.float32]:
    """`prepared`, with zeros up to a multiple of _LANES dimensions."""
    filled = np.zeros((len(vectors), -(-vectors.shape[1] // _LANES) * _LANES), np.float32)
    filled[:, : vectors.shape[1]] = prepared(vectors, metric)
    return filled


class GraphSearch:
    """Candidates by one metric out of a graph, enough of them to hold the nearest.

    width: candidates that hold the five nearest; for more neighbours, in proportion more.
    vectors: raw, [N, D].
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
        width = self._width * max(1, -(-k // 5))
        left = count if passing is None else int(passing.sum())
        length = width if passing is None else width * count // max(left, 1) + _SPARE
        for query in queries:
            found = None if left < EXACT_BELOW else self._walk(query, width, length, passing)
            yield self._compared(query, k, passing) if found is None else found

    def _walk(
        self,
        query: NDArray[np.float32],
        width: int,
        length: int,
        passing: NDArray[np.bool_] | None,
    ) -> NDArray[np.int64] | None:
        """At least `width` rows that pass, by longer walks where they are rare nearby; else None.

        The walk heeds no filter. FAISS's own way fills its list with whatever passed on the way
        to the query, however far, and so returns strangers where all that is near is left out.
        """
        while length <= LONGEST_WALK:
            (rows,) = self._graph.nearest(query[None], length)
            rows = rows[rows >= 0]
            found = rows if passing is None else rows[passing[rows]]
            if len(found) >= width:
                return np.asarray(found)
            length *= 2
        return None

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
