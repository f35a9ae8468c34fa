"""Probabilities that mean what they say: of posters given 30%, three in ten have the genre."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genres.tables import Floats, probabilities, scored

BINS = 15


@dataclass(frozen=True)
class Reliability:
    """What a reliability plot shows, one entry for each bin that holds any probabilities."""

    confidence: Floats  # mean probability
    frequency: Floats  # share that has the genre
    count: NDArray[np.int64]  # pairs of poster and genre


def reliability(Y: ArrayLike, P: ArrayLike, bins: int = BINS) -> Reliability:
    """Sort all pairs of poster and genre into bins of equal width by their probability.

    Y bool or 0/1 [N, C], P float [N, C] in 0..1. For one genre pass its column [N, 1].

    >>> found = reliability([[1], [0], [1]], [[0.9], [0.2], [0.3]], bins=2)
    >>> found.confidence.tolist(), found.frequency.tolist(), found.count.tolist()
    ([0.25, 0.9], [0.5, 1.0], [2, 1])
    """
    if bins < 1:
        raise ValueError(f"bins must be at least 1, got {bins}")
    truth, given = scored(Y, probabilities(P))
    place = np.minimum((given * bins).astype(np.int64), bins - 1).ravel()
    count = np.bincount(place, minlength=bins)
    held = count > 0
    confidence = np.bincount(place, weights=given.ravel(), minlength=bins)
    frequency = np.bincount(place, weights=truth.ravel(), minlength=bins)
    return Reliability(confidence[held] / count[held], frequency[held] / count[held], count[held])


def expected_calibration_error(Y: ArrayLike, P: ArrayLike, bins: int = BINS) -> float:
    """ECE = sum_b (n_b / N C) |frequency_b - confidence_b| over the bins of `reliability`.

    Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
    binning" (2015), for the probability of having a genre.

    >>> round(expected_calibration_error([[1], [0], [1]], [[0.9], [0.2], [0.3]], bins=2), 3)
    0.2
    """
    found = reliability(Y, P, bins)
    gaps = np.abs(found.frequency - found.confidence)
    return float((gaps * found.count).sum() / found.count.sum())
