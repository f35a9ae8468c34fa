"""The posters nearest to a query, by brute force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray


def nearest(
    queries: NDArray[np.float32], gallery: NDArray[np.float32], metric: str, k: int
) -> NDArray[np.int64]:
    """Gallery rows of the k nearest of every query, nearest first, ties by row.

    Args:
        queries: float32 [Q, D]; gallery: float32 [N, D]; raw embeddings.
        metric: "cosine", "euclidean" or "manhattan".

    Returns:
        int64 [Q, min(k, N)].

    Raises:
        ValueError: an unknown metric.
    """
    k = min(k, len(gallery))
    chunks = [_smallest(distances, k) for distances in _distances(queries, gallery, metric)]
    return np.concatenate(chunks)


def _distances(
    queries: NDArray[np.float32], gallery: NDArray[np.float32], metric: str
) -> Iterator[NDArray[np.float32]]:
    if metric == "manhattan":
        from scipy.spatial.distance import cdist

        for start in range(0, len(queries), 64):
            yield cdist(queries[start : start + 64], gallery, "cityblock").astype(np.float32)
        return
    if metric == "cosine":
        queries, gallery = (
            x / np.linalg.norm(x, axis=1, keepdims=True) for x in (queries, gallery)
        )
    elif metric != "euclidean":
        raise ValueError(f"unknown metric {metric!r}")
    lengths = (gallery**2).sum(1) if metric == "euclidean" else np.zeros(len(gallery), np.float32)
    for start in range(0, len(queries), 256):
        yield lengths - 2 * queries[start : start + 256] @ gallery.T


def _smallest(distances: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    near = np.sort(np.argpartition(distances, k - 1, axis=1)[:, :k], axis=1)
    order = np.argsort(np.take_along_axis(distances, near, 1), axis=1, kind="stable")
    return np.asarray(np.take_along_axis(near, order, 1), np.int64)


def rank_of(
    query: NDArray[np.float32],
    wanted: Sequence[int],
    gallery: NDArray[np.float32],
    metric: str,
    exclude: Sequence[int] = (),
) -> int:
    """Best rank, from 1, of the wanted gallery rows around one query, ties against it.

    Args:
        query: float32 [D]; exclude: gallery rows left out.
    """
    distances = next(_distances(query[None], gallery, metric))[0]
    distances[list(exclude)] = np.inf
    best = distances[list(wanted)].min()
    return int((distances <= best).sum())
