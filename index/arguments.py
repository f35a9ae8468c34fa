"""What an index refuses: ids and vectors that it cannot hold or search for."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from index.metric import lengths_of

# Beyond these, float32 squares overflow or vanish, and an order by them means nothing.
_SHORTEST, _LONGEST = 1e-6, 1e6


def check_ids(poster_ids: NDArray[np.int64]) -> None:
    """Raises ValueError unless `poster_ids` is int64[N], unique, with N >= 1."""
    if not isinstance(poster_ids, np.ndarray) or poster_ids.dtype.kind not in "iu":
        raise ValueError("poster_ids must be an array of integers")
    if poster_ids.ndim != 1 or len(poster_ids) == 0:
        raise ValueError(f"poster_ids must be int64[N] with N >= 1, not {poster_ids.shape}")
    if len(np.unique(poster_ids)) != len(poster_ids):
        raise ValueError("poster_ids must be unique")


def check_vectors(vectors: NDArray[np.float32], what: str) -> None:
    """Raises ValueError unless `vectors` is float32[M, D], finite, and of usable lengths."""
    if not isinstance(vectors, np.ndarray) or vectors.dtype != np.float32:
        kind = getattr(vectors, "dtype", type(vectors).__name__)
        raise ValueError(f"{what} must be a float32 array, not {kind}")
    if vectors.ndim != 2 or vectors.shape[1] == 0:
        raise ValueError(f"{what} must have the shape [count, dimensions], not {vectors.shape}")
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        raise ValueError(f"{what} must be finite: row {finite.argmin()} is not")
    lengths = lengths_of(vectors)
    usable = (lengths >= _SHORTEST) & (lengths <= _LONGEST)
    if not usable.all():
        row = usable.argmin()
        raise ValueError(
            f"{what} must have lengths from {_SHORTEST:g} to {_LONGEST:g}: "
            f"row {row} has {lengths[row]:g}"
        )


def check_embeddings(
    embeddings: NDArray[np.float32], poster_ids: NDArray[np.int64], dimensions: int
) -> None:
    """Raises ValueError unless each of `poster_ids` has one usable row of so many dimensions."""
    check_ids(poster_ids)
    check_vectors(embeddings, "embeddings")
    if embeddings.shape != (len(poster_ids), dimensions):
        raise ValueError(
            f"embeddings must be float32[{len(poster_ids)}, {dimensions}], not {embeddings.shape}"
        )


def check_queries(
    queries: NDArray[np.float32], dimensions: int, counts: Collection[int] = ()
) -> None:
    """Raises ValueError unless `queries` is a usable float32[B, dimensions], and every number of
    neighbours wanted at least 1."""
    check_vectors(queries, "queries")
    if queries.shape[1] != dimensions:
        raise ValueError(f"a query must be float32[{dimensions}], not {queries.shape[1:]}")
    if min(counts, default=1) < 1:
        raise ValueError(f"k must be at least 1, not {min(counts)}")
