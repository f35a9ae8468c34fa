"""A map of all posters in two dimensions, and a query's place on it."""

import warnings

import numpy as np
from numpy.typing import NDArray

from index.metric import Metric
from index.search.nearest import nearest_others

_NEIGHBOURS = 15


def project(embeddings: NDArray[np.float32], *, seed: int) -> NDArray[np.float32]:
    """Places `embeddings` float32[N, D] on a plane, float32[N, 2]: UMAP over cosine distance.

    McInnes, Healy, Melville, "UMAP" (2018), over exact neighbours and from the first two
    principal components, so that one seed gives one map. Fewer than 17 posters are placed by the
    principal components alone. Takes about half a minute for 30,000.
    """
    start = _principal(embeddings)
    if len(embeddings) <= _NEIGHBOURS + 1:
        return start
    rows = np.arange(len(embeddings), dtype=np.int64)
    others, near = nearest_others(embeddings, rows, Metric.COSINE, _NEIGHBOURS - 1)
    knn = (
        np.concatenate([rows[:, None], others], axis=1),
        np.concatenate([np.zeros((len(rows), 1)), near], axis=1).astype(np.float32),
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
        warnings.filterwarnings("ignore", r"precomputed_knn\[2\]", UserWarning)
        # Imported here alone: UMAP brings numba, which takes seconds and has no place in a server.
        from umap import UMAP

        placed = UMAP(
            n_neighbors=_NEIGHBOURS,
            metric="cosine",
            init=start,
            precomputed_knn=knn,
            random_state=seed,
            n_jobs=1,  # what a seed implies; left out, UMAP warns
        ).fit_transform(embeddings)
    return np.ascontiguousarray(placed, dtype=np.float32)


def _principal(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """The first two principal components, float32[N, 2], with signs fixed and the widest at 10."""
    centred = embeddings.astype(np.float64) - embeddings.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)  # ascending
    axes = axes[:, ::-1][:, :2]
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), range(axes.shape[1])] < 0, -1, 1)
    placed = np.zeros((len(embeddings), 2))
    placed[:, : axes.shape[1]] = centred @ axes
    widest = np.abs(placed).max()
    return np.asarray(placed * (10.0 / widest if widest > 1e-12 else 0.0), dtype=np.float32)


def place(positions: NDArray[np.float32], distances: NDArray[np.float64]) -> tuple[float, float]:
    """A query's place: its neighbours' mean `positions` float32[M, 2], weighted by 1 / distance.

    Neighbours at distance 0 are the query itself, and alone decide. ValueError without neighbours.
    """
    if len(positions) == 0 or len(positions) != len(distances):
        raise ValueError("a place on the map needs at least one neighbour, and each its distance")
    same = distances <= 0
    weights = same.astype(np.float64) if same.any() else 1.0 / distances
    x, y = (weights[:, None] * positions).sum(axis=0) / weights.sum()
    return float(x), float(y)
