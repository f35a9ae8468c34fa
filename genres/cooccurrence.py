"""Which genres go together on films, and which are read into posters that lack them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genres.tables import Bools, Floats, labels


def cooccurrence(Y: ArrayLike) -> NDArray[np.int64]:
    """Films that have both genres, int64[C, C]; on the diagonal those that have the one.

    >>> cooccurrence([[1, 1, 0], [1, 0, 0]]).tolist()
    [[2, 1, 0], [1, 1, 0], [0, 0, 0]]
    """
    counted = labels(Y).astype(np.float64)  # products of floats run on all of a core
    return np.rint(counted.T @ counted).astype(np.int64)


def lift(Y: ArrayLike) -> Floats:
    """How many times as often two genres meet as they would by chance, float64[C, C].

    n_ij N / (n_i n_j): 1 by chance, 0 where they never meet or a genre is absent; the diagonal
    is 0, since a genre does not meet itself.

    >>> lift([[1, 1], [1, 1], [0, 0], [0, 0]]).tolist()
    [[0.0, 2.0], [2.0, 0.0]]
    """
    counts = cooccurrence(Y).astype(np.float64)
    alone = np.diag(counts)
    expected = np.outer(alone, alone) / len(labels(Y))
    found = np.divide(counts, expected, out=np.zeros_like(counts), where=expected > 0)
    np.fill_diagonal(found, 0.0)
    return found


def confusion(Y: ArrayLike, Z: ArrayLike) -> Floats:
    """Of the posters with genre i and without j, the share that j is predicted for: [C, C].

    Y bool or 0/1 [N, C] is the truth, Z likewise the prediction. NaN on the diagonal and where
    there is no such poster.

    >>> confusion([[1, 0], [1, 0], [0, 1]], [[1, 1], [1, 0], [0, 1]]).tolist()
    [[nan, 0.5], [0.0, nan]]
    """
    truth, predicted = _pair(Y, Z)
    have, lack = truth.astype(np.float64), (~truth).astype(np.float64)
    posters = have.T @ lack
    wrong = have.T @ (lack * predicted)
    return _shares(wrong, posters)


def false_alarms(Y: ArrayLike, Z: ArrayLike) -> Floats:
    """Of the posters without genre j, the share that j is predicted for: float64[C], or NaN.

    >>> false_alarms([[1, 0], [1, 0], [0, 1]], [[1, 1], [1, 0], [0, 1]]).tolist()
    [0.0, 0.5]
    """
    truth, predicted = _pair(Y, Z)
    lack = (~truth).sum(axis=0)
    wrong = (~truth & predicted).sum(axis=0)
    return _shares(wrong.astype(np.float64), lack.astype(np.float64))


def circle(weights: Floats) -> NDArray[np.int64]:
    """An order of C nodes around a circle that puts strongly linked ones side by side: int64[C].

    By angle in the plane of the two smoothest eigenvectors of the normalised graph Laplacian of
    the symmetric `weights` float64[C, C] >= 0 (Hall, "An r-dimensional quadratic placement
    algorithm", 1970; Koren, "Drawing graphs by eigenvectors", 2005). The order begins with node 0.
    """
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1]:
        raise ValueError(f"expected weights [C, C], got shape {weights.shape}")
    if not np.allclose(weights, weights.T) or (weights < 0).any():
        raise ValueError("weights must be symmetric and not negative")
    count = len(weights)
    if count < 4:
        return np.arange(count)
    linked = weights + 1e-6 * max(float(weights.max()), 1.0)  # no part may stand alone
    np.fill_diagonal(linked, 0.0)
    scale = 1 / np.sqrt(linked.sum(axis=1))
    _, vectors = np.linalg.eigh(np.eye(count) - scale[:, None] * linked * scale)
    plane = vectors[:, 1:3] * scale[:, None]
    order = np.argsort(np.arctan2(plane[:, 1], plane[:, 0]), kind="stable")
    return np.roll(order, -int(np.flatnonzero(order == 0)[0])).astype(np.int64)


def _pair(Y: ArrayLike, Z: ArrayLike) -> tuple[Bools, Bools]:
    truth, predicted = labels(Y), labels(Z)
    if truth.shape != predicted.shape:
        raise ValueError(f"prediction {predicted.shape} does not fit the truth {truth.shape}")
    return truth, predicted


def _shares(part: Floats, whole: Floats) -> Floats:
    """part / whole, NaN where there is no whole."""
    found: Floats = np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
    return found
