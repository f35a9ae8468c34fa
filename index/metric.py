"""The three distances, by definition."""

import itertools
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

# Beyond these, float32 squares overflow or vanish, and an order by them means nothing.
SHORTEST, LONGEST = 1e-6, 1e6


class Metric(StrEnum):
    """A distance between embeddings, smaller is closer; also the name of a bandit's arm."""

    COSINE = "cosine"
    EUCLIDEAN = "euclidean"
    MANHATTAN = "manhattan"


PAIRS: tuple[tuple[Metric, Metric], ...] = tuple(itertools.combinations(Metric, 2))


def distances(
    queries: NDArray[np.float32], candidates: NDArray[np.float32], metric: Metric
) -> NDArray[np.float64]:
    """The definition of each distance, in float64: [..., D] and [..., M, D] give [..., M].

    cosine:    1 - <q, c> / (|q| |c|), from 0 to 2
    euclidean: sqrt(sum (q - c)^2)
    manhattan: sum |q - c|

    Cosine is rounded to 12 decimals, so that vectors on one ray tie at 0 instead of being
    ordered by the last bit of a division.
    """
    q = queries.astype(np.float64)[..., None, :]
    c = candidates.astype(np.float64)
    if metric is Metric.COSINE:
        lengths = np.sqrt((q * q).sum(axis=-1)) * np.sqrt((c * c).sum(axis=-1))
        cosines = (q * c).sum(axis=-1) / lengths
        return np.asarray(np.maximum(np.round(1.0 - cosines, 12), 0.0))
    if metric is Metric.EUCLIDEAN:
        return np.asarray(np.sqrt(np.square(q - c).sum(axis=-1)))
    return np.asarray(np.abs(q - c).sum(axis=-1))


def lengths_of(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Euclidean lengths of `vectors` float32[M, D], float64[M]."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64)))


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
    usable = (lengths >= SHORTEST) & (lengths <= LONGEST)
    if not usable.all():
        row = usable.argmin()
        raise ValueError(
            f"{what} must have lengths from {SHORTEST:g} to {LONGEST:g}: "
            f"row {row} has {lengths[row]:g}"
        )
