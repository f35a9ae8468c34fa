"""Approximate search by others over the vectors as they are, all with one setting."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.metric import Metric
from index.search.graph import CONSTRUCTION

# As many as FAISS's and hnswlib's authors measure with; onesheet has fewer, and coarser vectors.
LINKS = 24

_Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]
# The k nearest rows of one query, with so many candidates held while walking.
Ask = Callable[[_Vectors, int, int], Rows]


def hnswlib(vectors: _Vectors, metric: Metric, file: Path) -> Ask:
    import hnswlib

    space = {Metric.COSINE: "cosine", Metric.EUCLIDEAN: "l2"}[metric]
    graph = hnswlib.Index(space, vectors.shape[1])
    if file.exists():
        graph.load_index(str(file))
    else:
        graph.init_index(len(vectors), M=LINKS, ef_construction=CONSTRUCTION)
        graph.add_items(vectors, num_threads=os.cpu_count())
        graph.save_index(str(file))
    graph.set_num_threads(1)

    def ask(query: _Vectors, k: int, effort: int) -> Rows:
        graph.set_ef(effort)
        rows: Rows = graph.knn_query(query[None], k)[0][0].astype(np.int64)
        return rows

    return ask


def usearch(vectors: _Vectors, metric: Metric, file: Path) -> Ask:
    from usearch.index import Index

    space = {Metric.COSINE: "cos", Metric.EUCLIDEAN: "l2sq"}[metric]
    graph = Index(
        ndim=vectors.shape[1],
        metric=space,
        dtype="f32",
        connectivity=LINKS,
        expansion_add=CONSTRUCTION,
    )
    if file.exists():
        graph.load(str(file))
    else:
        graph.add(np.arange(len(vectors)), vectors, threads=os.cpu_count())
        graph.save(str(file))

    def ask(query: _Vectors, k: int, effort: int) -> Rows:
        graph.expansion_search = effort
        rows: Rows = graph.search(query, k, threads=1).keys.astype(np.int64)
        return rows

    return ask


def bare_faiss(vectors: _Vectors, metric: Metric, file: Path) -> Ask:
    """IndexHNSWFlat as its tutorial has it: one graph, float32, no second look."""
    import faiss

    def ready(some: _Vectors) -> _Vectors:
        if metric is Metric.COSINE:
            lengths: _Vectors = np.linalg.norm(some, axis=1, keepdims=True)
            return some / lengths
        return some

    graph: Any
    if file.exists():
        graph = faiss.read_index(str(file))
    else:
        graph = faiss.IndexHNSWFlat(vectors.shape[1], LINKS, faiss.METRIC_L2)
        graph.hnsw.efConstruction = CONSTRUCTION
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        graph.add(ready(vectors))
        faiss.write_index(graph, str(file))
    faiss.omp_set_num_threads(1)

    def ask(query: _Vectors, k: int, effort: int) -> Rows:
        graph.hnsw.efSearch = effort
        rows: Rows = graph.search(ready(query[None]), k)[1][0]
        return rows

    return ask


PEERS: dict[str, Callable[[_Vectors, Metric, Path], Ask]] = {
    "hnswlib": hnswlib,
    "usearch": usearch,
    "bare FAISS HNSW": bare_faiss,
}


def opened(name: str, vectors: _Vectors, metric: Metric, folder: Path) -> Ask:
    """A peer's graph over `vectors`, built unless its file is in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    return PEERS[name](vectors, metric, folder / f"{name.replace(' ', '-')}-{metric}")
