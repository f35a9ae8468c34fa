"""The three distances, by definition."""

import itertools
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


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
