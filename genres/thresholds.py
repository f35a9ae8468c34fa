"""From probabilities to genres: thresholds, and which are best."""

import numpy as np
from numpy.typing import ArrayLike

from genres.tables import Bools, Floats, probabilities, scored

EVENNESS = 0.25
"""How far each threshold is moved to one common to all, 0 to 1; chosen on val (decision 12)."""


def above(P: ArrayLike, threshold: float | ArrayLike = 0.5) -> Bools:
    """Where probabilities P [N, C] are above a threshold in 0..1, one number or one a genre.

    >>> above([[0.5, 0.6]]).tolist(), above([[0.5, 0.6]], [0.4, 0.7]).tolist()
    ([[False, True]], [[True, False]])
    """
    table = probabilities(P)
    limits = np.asarray(threshold, dtype=np.float64)
    if limits.shape not in {(), (table.shape[1],)}:
        raise ValueError(
            f"{table.shape[1]} genres need one threshold or one each, got shape {limits.shape}"
        )
    if not np.all((limits >= 0) & (limits <= 1)):
        raise ValueError("thresholds must lie between 0 and 1")
    found: Bools = table > limits
    return found


def best_thresholds(Y: ArrayLike, P: ArrayLike) -> Floats:
    """For each genre the threshold in 0..1 with the highest F1 of "P above it": float64[C].

    Thresholds lie halfway between neighbouring probabilities; of equally good ones the highest
    is taken. An absent genre gets 1, so that it is never predicted. Choose them on val only.

    >>> best_thresholds([[1, 0], [1, 0], [0, 0]], [[0.8, 0.1], [0.4, 0.2], [0.2, 0.3]]).round(
    ...     2
    ... ).tolist()
    [0.3, 1.0]
    """
    truth, given = scored(Y, probabilities(P))
    return np.array([_best_threshold(t, p) for t, p in zip(truth.T, given.T, strict=True)])


def calibrated_thresholds(Y: ArrayLike, P: ArrayLike, evenness: float = EVENNESS) -> Floats:
    """For each genre the threshold in 0..1 from which calibrated probabilities promise the highest
    F1, the labels aside: float64[C].

    Where "P above t" is said, P's sum is how often it ought to be right, so that the expected F1
    follows from the probabilities alone (Lipton, Elkan & Naryanaswamy, "Optimal Thresholding of
    Classifiers to Maximize F1 Measure", ECML 2014). The labels of a sample say which threshold was
    best for that sample, by chance too. `evenness`, 0 to 1, is how far every threshold is moved to
    the one that promises the highest F1 of all genres' predictions together, as ratios go. A genre
    that Y lacks gets 1, so that it is never predicted.

    >>> calibrated_thresholds([[1, 0], [1, 0], [0, 0]], [[0.9, 0.1], [0.7, 0.2], [0.2, 0.3]], 0)
    array([0.45, 1.  ])
    """
    truth, given = scored(Y, probabilities(P))
    if not 0 <= evenness <= 1:
        raise ValueError(f"evenness must lie between 0 and 1, got {evenness}")
    common = _best_threshold(given.ravel(), given.ravel())
    own = np.array([_best_threshold(p, p) for p in given.T])
    return np.where(truth.any(axis=0), own ** (1 - evenness) * common**evenness, 1.0)


def _best_threshold(truth: Bools | Floats, given: Floats) -> float:
    """The threshold with the highest F1; with probabilities as truth, the highest expected one."""
    if not truth.any():
        return 1.0
    order = np.argsort(-given)
    descending = given[order]
    following = np.append(descending[1:], 0.0)
    predicted = np.arange(1, len(order) + 1)
    f1 = 2 * np.cumsum(truth[order]) / (predicted + truth.sum())
    # No threshold parts equal probabilities, nor lies below a probability of 0.
    f1[descending == following] = -1
    best = int(np.argmax(f1))
    return float((descending[best] + following[best]) / 2) if f1[best] > 0 else 1.0
