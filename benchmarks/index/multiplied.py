"""A million vectors out of some thousand real embeddings, and how alike to them they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index import Metric
from index.search.nearest import nearest_others

_Vectors = NDArray[np.float32]

_NEIGHBOURS = 10
PARENTS = 3
# Of the distance between a poster and its parents' mean: what no interpolation explains.
NOISE = 0.8

_CHUNK = 50_000


def multiplied(real: _Vectors, count: int, seed: int) -> _Vectors:
    """`count` vectors float32[count, D]: the real ones first, then posters that might be.

    Each of these lies between a real poster and two of its ten nearest by cosine, at weights
    drawn evenly from the simplex (Dirichlet with alpha 1), at a length drawn likewise between
    theirs. Noise is added with the covariance of the differences between neighbours, as strong
    as NOISE of their mean distance, so that vectors leave the planes of their parents but not
    the directions in which posters differ.
    """
    rng = np.random.default_rng(seed)
    if count <= len(real):
        return real[rng.choice(len(real), count, replace=False)]
    rows = np.arange(len(real), dtype=np.int64)
    others, _ = nearest_others(real, rows, Metric.COSINE, _NEIGHBOURS)
    made = np.empty((count, real.shape[1]), np.float32)
    made[: len(real)] = real
    for start in range(len(real), count, _CHUNK):
        part = made[start : start + _CHUNK]
        part[:] = _between(real, others, len(part), rng)
    return made


def _between(
    real: _Vectors, others: NDArray[np.int64], count: int, rng: np.random.Generator
) -> _Vectors:
    first = rng.integers(0, len(real), count)
    picked = rng.random((count, others.shape[1])).argsort(axis=1)[:, : PARENTS - 1]
    parents = np.concatenate([first[:, None], np.take_along_axis(others[first], picked, 1)], axis=1)
    weights = rng.dirichlet(np.ones(PARENTS), count).astype(np.float32)
    mean = np.einsum("cp,cpd->cd", weights, real[parents])
    lengths = np.linalg.norm(real[parents], axis=2)
    wanted = np.einsum("cp,cp->c", weights, lengths)
    # An average of directions is shorter than they are: posters' lengths would shrink.
    mean *= (wanted / np.linalg.norm(mean, axis=1))[:, None]
    multiplied: _Vectors = mean + _noise(real, others, count, rng)
    return multiplied


def _noise(
    real: _Vectors, others: NDArray[np.int64], count: int, rng: np.random.Generator
) -> _Vectors:
    """Differences of neighbours elsewhere, two at random signs: their covariance, no new copy."""
    summed = np.zeros((count, real.shape[1]), np.float32)
    for _ in range(2):
        at = rng.integers(0, len(real), count)
        neighbour = others[at, rng.integers(0, others.shape[1], count)]
        sign = rng.choice(np.array([-1, 1], np.float32), (count, 1))
        summed += sign * (real[at] - real[neighbour])
    return np.float32(NOISE / np.sqrt(2)) * summed
