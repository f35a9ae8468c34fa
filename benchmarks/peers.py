"""Approximate search by others, each with the same links and effort while building."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from index.graph import CONSTRUCTION, LINKS
from index.metric import Metric

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]
# The k nearest rows of one query, with so many candidates held while walking.
Ask = Callable[[Vectors, int, int], Rows]


def hnswlib(vectors: Vectors, metric: Metric) -> Ask:
    import hnswlib

    space = {Metric.COSINE: "cosine", Metric.EUCLIDEAN: "l2"}[metric]
    graph = hnswlib.Index(space, vectors.shape[1])
    graph.init_index(len(vectors), M=LINKS, ef_construction=CONSTRUCTION)
    graph.add_items(vectors, num_threads=os.cpu_count())
    graph.set_num_threads(1)

    def ask(query: Vectors, k: int, effort: int) -> Rows:
        graph.set_ef(effort)
        return graph.knn_query(query[None], k)[0][0].astype(np.int64)

    return ask


def usearch(vectors: Vectors, metric: Metric) -> Ask:
    from usearch.index import Index

    space = {Metric.COSINE: "cos", Metric.EUCLIDEAN: "l2sq"}[metric]
    graph = Index(
        ndim=vectors.shape[1],
        metric=space,
        dtype="f32",
        connectivity=LINKS,
        expansion_add=CONSTRUCTION,
    )
    graph.add(np.arange(len(vectors)), vectors, threads=os.cpu_count())

    def ask(query: Vectors, k: int, effort: int) -> Rows:
        graph.expansion_search = effort
        return graph.search(query, k, threads=1).keys.astype(np.int64)

    return ask


def bare_faiss(vectors: Vectors, metric: Metric) -> Ask:
    """IndexHNSWFlat as its tutorial has it: one graph, float32, no second look."""
    import faiss

    graph = faiss.IndexHNSWFlat(vectors.shape[1], LINKS, faiss.METRIC_L2)
    graph.hnsw.efConstruction = CONSTRUCTION

    def ready(some: Vectors) -> Vectors:
        if metric is Metric.COSINE:
            return some / np.linalg.norm(some, axis=1, keepdims=True)
        return some

    faiss.omp_set_num_threads(os.cpu_count() or 1)
    graph.add(ready(vectors))
    faiss.omp_set_num_threads(1)

    def ask(query: Vectors, k: int, effort: int) -> Rows:
        graph.hnsw.efSearch = effort
        rows: Rows = graph.search(ready(query[None]), k)[1][0]
        return rows

    return ask


PEERS: dict[str, Callable[[Vectors, Metric], Ask]] = {
    "hnswlib": hnswlib,
    "usearch": usearch,
    "bare FAISS HNSW": bare_faiss,
}
