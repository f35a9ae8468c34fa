"""Probabilities that mean what they say: of posters given 30%, three in ten have the genre."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genres.tables import Bools, Floats, fitted, probabilities, scored

BINS = 15
_EDGE = 1e-6  # probabilities are kept this far from 0 and 1 where their logarithm is taken


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
    truth, given = _checked(Y, P)
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


class TemperatureCalibration:
    """sigmoid(logit(p) / T): one temperature T for all genres, the likeliest on val.

    Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (2017), for
    independent genres. Never reverses two probabilities, and keeps every decision at one half.
    """

    def __init__(self) -> None:
        self.temperature: float | None = None

    def fit(self, P: ArrayLike, Y: ArrayLike) -> Self:
        """Learn from probabilities P float [N, C] in 0..1 and truth Y [N, C]."""
        truth, given = _checked(Y, P)
        logits = _logit(given)
        signed = np.where(truth, -logits, logits)
        # The loss is convex in 1/T: narrow the bracket by golden section, on a log scale.
        low, high, ratio = np.log(1e-2), np.log(1e2), (np.sqrt(5) - 1) / 2
        for _ in range(60):
            left, right = high - ratio * (high - low), low + ratio * (high - low)
            if _loss(signed, left) < _loss(signed, right):
                high = right
            else:
                low = left
        self.temperature = float(np.exp(-(low + high) / 2))
        return self

    def transform(self, P: ArrayLike) -> Floats:
        """Calibrated probabilities float64[N, C]."""
        logits = _logit(probabilities(P)) / fitted(self.temperature)
        calibrated: Floats = np.exp(-np.logaddexp(0, -logits))
        return calibrated


class IsotonicCalibration:
    """For each genre the non-decreasing curve from probability to frequency, learnt on val.

    `curves` holds each genre's knots (probabilities, frequencies), ready to be kept in a file;
    between knots the curve is straight, beyond them level. An absent genre's curve is 0.
    Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability
    estimates" (2002).
    """

    def __init__(self) -> None:
        self.curves: list[tuple[Floats, Floats]] | None = None

    def fit(self, P: ArrayLike, Y: ArrayLike) -> Self:
        """Learn from probabilities P float [N, C] in 0..1 and truth Y [N, C]."""
        from sklearn.isotonic import IsotonicRegression  # the curves serve without it

        truth, given = _checked(Y, P)
        self.curves = []
        for known, column in zip(truth.T, given.T, strict=True):
            learnt = IsotonicRegression(y_min=0, y_max=1).fit(column, known)
            self.curves.append((learnt.X_thresholds_, learnt.y_thresholds_))
        return self

    def transform(self, P: ArrayLike) -> Floats:
        """Calibrated probabilities float64[N, C]."""
        curves, given = fitted(self.curves), probabilities(P)
        if given.shape[1] != len(curves):
            raise ValueError(f"expected {len(curves)} genres, got {given.shape[1]}")
        columns = zip(given.T, curves, strict=True)
        return np.column_stack([np.interp(column, *curve) for column, curve in columns])


def _loss(signed: Floats, log_slope: float) -> float:
    """Mean binary cross-entropy; `signed` is the logit, negated where the genre is true."""
    return float(np.logaddexp(0, signed * np.exp(log_slope)).mean())


def _logit(given: Floats) -> Floats:
    inside = np.clip(given, _EDGE, 1 - _EDGE)
    logits: Floats = np.log(inside) - np.log1p(-inside)
    return logits


def _checked(Y: ArrayLike, P: ArrayLike) -> tuple[Bools, Floats]:
    return scored(Y, probabilities(P))
