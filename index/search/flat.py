"""FAISS's exact search under one metric, by processor or GPU, and what must be known of it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from index.metric import Metric, lengths_of

# What OpenMP grants this process (cores, affinity, OMP_NUM_THREADS), read before any search
# narrows it to one.
_CORES: int = faiss.omp_get_max_threads()

# Many queries at once (20, or 128,000 floats in later releases) FAISS answers by
# |q|^2 + |x|^2 - 2<q, x>, which rounds near-copies to noise; fewer are compared directly.
_BATCH = 16

# A filter is wide when at least one row in this many passes it. A selector slows a comparison down
# so much that from there on it is quicker to compare all rows and filter what is found.
_WIDE = 4

# Candidates fetched beyond k, so that most ties at the edge are settled by one FAISS search.
_SPARE = 8

# Candidates that a GPU finds at most.
_GPU_MOST = 2048

# Bytes that FAISS sets aside on a GPU to work in, a process; it would take 1.5 GB.
_GPU_SCRATCH = 1 << 26

_FAISS_METRICS = {
    Metric.COSINE: faiss.METRIC_INNER_PRODUCT,
    Metric.EUCLIDEAN: faiss.METRIC_L2,
    Metric.MANHATTAN: faiss.METRIC_L1,
}

# FAISS's types describe its C++ signatures, not the NumPy ones that it adds at run time.
_faiss: Any = faiss


def prepared(vectors: NDArray[np.float32], metric: Metric) -> NDArray[np.float32]:
    """`vectors` float32[M, D] as FAISS must see them: of unit length for cosine, else as is."""
    if metric is not Metric.COSINE:
        return np.ascontiguousarray(vectors)
    unit = np.empty(vectors.shape, np.float32)  # at once: a million float64 would be gigabytes
    return np.divide(vectors, lengths_of(vectors)[:, None], out=unit, casting="same_kind")


class Flat:
    """N vectors under one metric, every one compared with each query."""

    def __init__(self, index: Any, gpu: Any, metric: Metric) -> None:
        """`gpu` is the same index in a GPU's memory, where it is to be asked first, or None."""
        self._index = index
        self._gpu = gpu
        self._metric = metric

    @classmethod
    def over(cls, vectors: NDArray[np.float32], metric: Metric) -> Self:
        """Over `vectors` float32[N, D], already `prepared`."""
        index = _faiss.IndexFlat(vectors.shape[1], _FAISS_METRICS[metric])
        index.add(vectors)
        return cls(index, None, metric)

    @classmethod
    def open(cls, path: Path, metric: Metric) -> Self:
        """Over a file that `write` wrote, as `opened_flat` gives it."""
        return cls(*opened_flat(path), metric)

    def __del__(self) -> None:
        """An index that was replaced leaves its GPU while nothing is searched there."""
        if getattr(self, "_gpu", None) is not None:
            with _gpu_alone:
                self._gpu = None

    def write(self, path: Path) -> None:
        _faiss.write_index(self._index, str(path))

    def nearest(
        self, asked: NDArray[np.float32], k: int, chosen: Any = None
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """FAISS's k nearest of each `prepared` query: keys float64[B, k] and rows int64[B, k].

        A key is smaller for closer: 1 - cosine, the *squared* Euclidean distance, or Manhattan.
        Selectors, and thousands of candidates, are beyond a GPU's index.
        """
        if self._gpu is not None and chosen is None and k <= _GPU_MOST:
            with _gpu_alone:
                values, rows = self._gpu.search(asked, k)
        else:
            values, rows = self._index.search(asked, k, params=chosen)
        keys = values.astype(np.float64)
        return (1.0 - keys if self._metric is Metric.COSINE else keys), rows

    def candidates(
        self, queries: NDArray[np.float32], k: int, passing: NDArray[np.bool_] | None = None
    ) -> Iterator[NDArray[np.int64]]:
        """For each of `queries` float32[B, D], rows that hold its k nearest and all tied with them.

        Only rows that are True in `passing` bool[N]. FAISS compares float32 sums, and breaks ties
        as it likes; so more than k are fetched, until the last one is farther than the k-th by
        more than rounding could explain.
        """
        asked = prepared(queries, self._metric)
        yield from self.fetched(asked, k + _SPARE, passing, partial(self._settled, k))

    def fetched(
        self,
        asked: NDArray[np.float32],
        first: int,
        passing: NDArray[np.bool_] | None,
        settled: "Settled",
    ) -> Iterator[NDArray[np.int64]]:
        """For each query float32[D] of `asked` float32[B, D], the nearest rows that pass, at first
        `first` of them and then more, until they are `settled` for all that are asked together."""
        use_one_thread()
        total = self._index.ntotal
        available = total if passing is None else int(passing.sum())
        wide = passing is not None and available * _WIDE >= total
        chosen = None if passing is None or wide else _selector(passing)
        reach = total if wide else available
        for start in range(0, len(asked), _BATCH):
            some = asked[start : start + _BATCH]
            fetch = min(first * total // available if wide else first, reach)
            found = self._found(some, fetch, chosen, passing)
            while fetch < reach and not all(map(settled, some, found)):
                fetch = min(fetch * 4, reach)
                found = self._found(some, fetch, chosen, passing)
            yield from (each.rows for each in found)

    def _found(
        self,
        asked: NDArray[np.float32],
        fetch: int,
        chosen: Any,
        passing: NDArray[np.bool_] | None,
    ) -> list["FlatCandidates"]:
        keys, rows = self.nearest(asked, fetch, chosen)
        passed = rows >= 0 if passing is None else passing[rows]
        return [
            FlatCandidates(found[kept], reached[kept], float(reached[-1]))
            for found, reached, kept in zip(rows, keys, passed, strict=True)
        ]

    def _settled(self, k: int, asked: NDArray[np.float32], found: "FlatCandidates") -> bool:
        """Whether nothing that was not fetched can belong to the k nearest."""
        if len(found.keys) < k:
            return False
        edge = float(found.keys[k - 1])
        return found.farthest > edge + self.rounding(asked, edge)

    def rounding(self, asked: NDArray[np.float32], edge: float) -> float:
        """By how much a key must be above the key `edge` to be farther for certain.

        Two keys' order is certain from twice the usual bound on a float32 sum of D terms,
        D * 2**-24: absolute for cosine (its terms sum to at most 1) and relative for the other
        two (their terms are all positive). A GPU computes |q|^2 + |x|^2 - 2<q, x> instead, whose
        terms sum to at most (|q| + |x|)^2, and |x| to at most |q| and the distance.
        """
        scale = 1.0 if self._metric is Metric.COSINE else edge
        if self._metric is Metric.EUCLIDEAN and self._gpu is not None:
            scale = (2 * float(np.linalg.norm(asked)) + max(edge, 0.0) ** 0.5) ** 2
        terms = int(self._index.d) + 16
        return scale * terms * 2.0**-23 + 1e-30


@dataclass(frozen=True)
class FlatCandidates:
    """Rows int64[M] that pass the filter with their keys float64[M], nearest first, and the key
    of the farthest row fetched, passing or not."""

    rows: NDArray[np.int64]
    keys: NDArray[np.float64]
    farthest: float


Settled = Callable[[NDArray[np.float32], FlatCandidates], bool]
"""Whether what was found of a query float32[D] is enough."""


def _selector(passing: NDArray[np.bool_]) -> Any:
    bitmap = np.packbits(passing, bitorder="little")
    return _faiss.SearchParameters(sel=_faiss.IDSelectorBitmap(bitmap))


# A GPU's resources serve one search, or one index that comes or goes, at a time. Python may clear
# away an old index in a thread that holds it.
_gpu_alone = threading.RLock()


def gpus() -> int:
    """How many FAISS can use: none where it was built without, as faiss-cpu is."""
    return int(_faiss.get_num_gpus()) if hasattr(_faiss, "StandardGpuResources") else 0


@cache
def _gpu_resources() -> Any:
    resources = _faiss.StandardGpuResources()
    resources.setTempMemory(_GPU_SCRATCH)
    return resources


def opened_flat(path: Path) -> tuple[Any, Any]:
    """FAISS's flat index in a file, mapped, so that all workers share one copy of it; and where
    FAISS knows GPUs and there is one, this worker's copy there, else None."""
    index = read_mapped(path)
    if gpus() == 0:
        return index, None
    with _gpu_alone:
        return index, _faiss.index_cpu_to_gpu(_gpu_resources(), 0, index)


def read_mapped(path: Path) -> Any:
    """FAISS's index in a file, mapped. Raises OSError where it cannot be read: another index may
    have taken its place since it was verified."""
    try:
        return _faiss.read_index(str(path), _faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise OSError(f"{path} cannot be read: {error}") from error


def use_one_thread() -> None:
    """Keeps FAISS's searches in the calling thread.

    Two FAISS threads a request were five times slower than one under load. OpenMP keeps this
    setting per thread, so a server's worker threads must each say it; it costs under 1 us.
    """
    _faiss.omp_set_num_threads(1)


@contextmanager
def all_cores() -> Iterator[None]:
    """Lets FAISS use every core, for building."""
    before = _faiss.omp_get_max_threads()
    _faiss.omp_set_num_threads(_CORES)
    try:
        yield
    finally:
        _faiss.omp_set_num_threads(before)
