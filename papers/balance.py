"""Evening out how often genres occur in training: by weights, or by which posters are shown.

Each gives what a learner takes beside the posters; `counts` shows genres before and after.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genres.tables import Floats, labels

Rows = NDArray[np.int64]


def positive_weights(Y: ArrayLike, power: float = 1.0) -> Floats:
    """For each genre (posters without / posters with) ** power, float64[C]; 1 for an absent one.

    At power 1, the positive-class weight of binary cross-entropy, a genre's presence and absence
    weigh the same in total.

    >>> positive_weights([[1, 0], [0, 0], [0, 0], [0, 1]]).tolist()
    [3.0, 3.0]
    """
    have = labels(Y).sum(axis=0)
    lack = len(labels(Y)) - have
    found: Floats = np.where(have > 0, lack / np.maximum(have, 1), 1.0) ** power
    return found


def inverse_frequency(Y: ArrayLike) -> Floats:
    """A weight for each genre that falls with its posters, float64[C], with mean 1 over those
    present; 0 for an absent one.

    >>> inverse_frequency([[1, 0], [1, 0], [1, 1]]).tolist()
    [0.5, 1.5]
    """
    have = labels(Y).sum(axis=0)
    weights = np.where(have > 0, 1 / np.maximum(have, 1), 0.0)
    found: Floats = weights * (have > 0).sum() / weights.sum()
    return found


def oversampled(Y: ArrayLike, rng: np.random.Generator, cap: float = 4.0) -> Rows:
    """Every poster once, and those of rare genres again, int64[M] in random order.

    A poster's number of copies is that of its rarest genre, the root of how many times commoner
    the commonest genre is, at most `cap`; fractions are drawn.
    """
    if cap < 1:
        raise ValueError(f"cap must be at least 1, got {cap}")
    known = labels(Y)
    have = np.maximum(known.sum(axis=0), 1)
    copies = np.where(known, np.sqrt(have.max() / have), 1.0).max(axis=1)
    copies = np.minimum(copies, cap)
    times = np.floor(copies + rng.random(len(known))).astype(np.int64)
    return rng.permutation(np.repeat(np.arange(len(known)), times))


def undersampled(Y: ArrayLike, rng: np.random.Generator, most: float = 2.0) -> Rows:
    """Posters without the surplus of common genres, int64[M] ascending.

    A poster stays with the chance that its rarest genre has: 1 up to `most` times the median
    genre's count, less in proportion above. So no poster of a rare genre is lost.
    """
    if most <= 0:
        raise ValueError(f"most must be positive, got {most}")
    known = labels(Y)
    have = np.maximum(known.sum(axis=0), 1)
    chance = np.minimum(1.0, most * np.median(have) / have)
    stays = np.where(known, chance, 0.0).max(axis=1)
    return np.flatnonzero((rng.random(len(known)) < stays) | ~known.any(axis=1))


def without_surplus(Y: ArrayLike, sets: ArrayLike, keep: int, rng: np.random.Generator) -> Rows:
    """All but `keep` posters of each of the label vectors `sets` [S, C] left out, int64[M].

    The benchmarking paper's cut: 1,000 films kept of those that are Drama alone, and 1,000 of
    those that are Comedy and Drama alone.

    >>> Y = [[1, 0], [1, 0], [1, 0], [0, 1]]
    >>> len(without_surplus(Y, [[1, 0]], 1, np.random.default_rng(0)))
    2
    """
    if keep < 0:
        raise ValueError(f"keep must not be negative, got {keep}")
    known, cut = labels(Y), labels(sets)
    stays = np.ones(len(known), dtype=np.bool_)
    for each in cut:
        rows = np.flatnonzero((known == each).all(axis=1))
        stays[rng.permutation(rows)[keep:]] = False
    return np.flatnonzero(stays)
