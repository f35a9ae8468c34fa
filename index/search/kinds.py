"""The two kinds of index, exact and by graphs: the files of each, and how they are opened."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.folder import Writer
from index.gallery import FoundRows
from index.manifest import GraphFacts, Manifest
from index.metric import Metric
from index.search.components import Components
from index.search.flat import Flat, all_cores, prepared
from index.search.graph import MEASURED_FOR, Graph, GraphSearch
from index.search.nearest import nearest_of
from index.search.shortened import SHORTENED, Shortened

VECTORS = "vectors.npy"

# The metric whose graph finds the candidates of each.
GRAPHS = {
    Metric.COSINE: Metric.COSINE,
    Metric.EUCLIDEAN: Metric.EUCLIDEAN,
    Metric.MANHATTAN: Metric.EUCLIDEAN,
}

# The share of the five nearest that a graph's candidates must hold, and the numbers of candidates
# tried for it. It is a little above the 0.99 promised, since some hundred queries are a sample.
RECALL = 0.995
_WIDTHS = (24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)

# Half as many again are looked at when people search: the posters they bring are less like those of
# the index than its own last ones are, so that fewer of their nearest would be found than was
# measured (docs/decisions/0007).
MARGIN = 1.5

# Posters that search the graphs before they are joined: so many at most, and one in how many.
_QUERIES, _ONE_IN = 500, 10


class Storage(StrEnum):
    """How the raw vectors beside graphs are kept: half floats are rounded to 11 bits."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"


@dataclass(frozen=True)
class Options:
    """How posters are to be searched.

    exact_up_to: posters; more of them, and ten at least, are searched by graphs, approximately.
    storage: of the raw vectors then; exact search keeps float32.
    """

    exact_up_to: int = 100_000
    storage: Storage = Storage.FLOAT32


DEFAULTS = Options()


class Search(Protocol):
    """Candidates under one metric."""

    def candidates(
        self, queries: NDArray[np.float32], k: int, passing: NDArray[np.bool_] | None = None
    ) -> Iterator[NDArray[np.int64]]:
        """For each of `queries` float32[B, D], rows that hold its k nearest that pass."""


@dataclass(frozen=True)
class Written:
    """A kind's files, and what the manifest tells of a graph."""

    files: Mapping[str, Writer]
    graph: GraphFacts | None = None


class MappedGallery:
    """A `VectorGallery` of files, mapped from disk."""

    def __init__(
        self, vectors: NDArray[np.floating[Any]], searches: Mapping[Metric, Search]
    ) -> None:
        """vectors: raw, float32[N, D] or float16, read-only. searches: one a metric."""
        self._vectors = vectors
        self._searches = searches

    @property
    def dimensions(self) -> int:
        return int(self._vectors.shape[1])

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.floating[Any]]:
        return self._vectors[rows]

    def candidates(
        self,
        queries: NDArray[np.float32],
        metric: Metric,
        k: int,
        passing: NDArray[np.bool_] | None = None,
    ) -> Iterator[FoundRows]:
        for rows in self._searches[metric].candidates(queries, k, passing):
            yield FoundRows(rows, self._vectors[rows])


def written(vectors: NDArray[np.float32], options: Options) -> Written:
    """What to write for `vectors` float32[N, D]: the kind that suits their number."""
    if by_graphs(len(vectors), options):
        return _by_graphs(vectors, options.storage)
    return _exact(vectors)


def by_graphs(count: int, options: Options) -> bool:
    """Whether so many vectors are searched by graphs."""
    return count > options.exact_up_to and count >= _ONE_IN


def joined_first(count: int) -> int:
    """How many of so many vectors are joined before the others, which ask the graphs until then as
    people do: to tell how many candidates must be looked at."""
    return count - min(_QUERIES, count // _ONE_IN)


def opened_gallery(folder: Path, manifest: Manifest) -> MappedGallery:
    """The vectors of a verified folder and their searches, mapped from disk."""
    if manifest.graph is None:
        return MappedGallery(
            mapped(folder / VECTORS), {m: _opened_flat(folder, manifest, m) for m in Metric}
        )
    graphs = {m: Graph.open(folder / _graph_file(m), m) for m in set(GRAPHS.values())}
    vectors = mapped(folder / VECTORS)
    return MappedGallery(
        vectors,
        {
            m: GraphSearch(graphs[GRAPHS[m]], vectors, m, round(MARGIN * manifest.graph.width[m]))
            for m in Metric
        },
    )


def mapped(path: Path) -> NDArray[Any]:
    """An array on disk, read-only and mapped: its bytes are read when asked for, and shared."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _flat_file(metric: Metric) -> str:
    return f"{metric}.faiss"


def _axes_file(metric: Metric) -> str:
    return f"{metric}.axes.npy"


def _graph_file(metric: Metric) -> str:
    return f"{metric}.hnsw"


def _exact(vectors: NDArray[np.float32]) -> Written:
    """FAISS's files, mapped from disk, open in a millisecond and are shared by all workers; the
    vectors beside them, which one of the files repeats, settle ties."""
    files: dict[str, Writer] = {VECTORS: lambda path: np.save(path, vectors)}
    for metric in Metric:
        if metric in SHORTENED:
            short = Shortened.over(vectors, metric)
            files[_flat_file(metric)] = short.write
            files[_axes_file(metric)] = partial(_save, short.components.as_array())
        else:
            files[_flat_file(metric)] = Flat.over(prepared(vectors, metric), metric).write
    return Written(files)


def _opened_flat(folder: Path, manifest: Manifest, metric: Metric) -> Search:
    """Folders of the first format have whole vectors for every metric."""
    path = folder / _flat_file(metric)
    if _axes_file(metric) not in manifest.files:
        return Flat.open(path, metric)
    components = Components.from_array(mapped(folder / _axes_file(metric)))
    return Shortened.open(path, metric, components)


def _save(array: NDArray[Any], path: Path) -> None:
    np.save(path, array)


def _by_graphs(vectors: NDArray[np.float32], storage: Storage) -> Written:
    """Two graphs, and the raw vectors beside them."""
    if storage is Storage.FLOAT16 and np.abs(vectors).max() > np.finfo(np.float16).max:
        raise ValueError("these embeddings are too large for float16 storage")
    first = joined_first(len(vectors))
    joined, queries = vectors[:first], vectors[first:]
    graphs = {m: Graph.over(joined, m) for m in set(GRAPHS.values())}
    width, recall = {}, {}
    for metric in Metric:
        nearest, _ = nearest_of(joined, queries, metric, MEASURED_FOR)
        ask = partial(_found, graphs[GRAPHS[metric]], metric, queries)
        width[metric.value], recall[metric.value] = wide_enough(nearest, ask, _WIDTHS)
    for graph in graphs.values():
        graph.add(queries)
    files: dict[str, Writer] = {_graph_file(m): graph.write for m, graph in graphs.items()}
    files[VECTORS] = lambda path: np.save(path, vectors.astype(storage, copy=False))
    dimensions = {m.value: graph.dimensions for m, graph in graphs.items()}
    return Written(files, GraphFacts(storage.value, dimensions, width, recall))


def _found(
    graph: Graph, metric: Metric, queries: NDArray[np.float32], width: int
) -> NDArray[np.int64]:
    with all_cores():
        return graph.nearest(queries, width)[:, : graph.compared(metric, MEASURED_FOR)]


def wide_enough(
    nearest: NDArray[np.int64], found: Callable[[int], NDArray[np.int64]], widths: Sequence[int]
) -> tuple[int, float]:
    """How many candidates must be held to find RECALL of the true `nearest` int64[S, 5], and the
    share that is then found; `found` gives the rows int64[S, M] for a width."""
    share = 0.0
    for width in widths:
        held = found(width)
        share = float((nearest[:, :, None] == held[:, None, :]).any(axis=2).mean())
        if share >= RECALL:
            break
    return width, share
