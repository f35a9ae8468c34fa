"""How well predicted genres match the true ones.

Throughout, N posters and C genres: Y bool or 0/1 [N, C] is the truth, Z bool or 0/1 [N, C] a
prediction, P float [N, C] probabilities or other scores, larger for likelier. Bad shapes and
values raise ValueError.

A genre that no evaluated poster has is absent: its recall, average precision and AUC do not
exist. Measures by genre give NaN for it and macro averages leave it out; a set in which every
genre is absent has no macro average and raises ValueError. Measures over all pairs of poster and
genre (Hamming loss, binary accuracy, micro F1) count its false alarms as any others.

The tests hold these to scikit-learn's figures. They are computed here for all genres at once,
several times faster, because `genres.intervals.bootstrap` computes each a thousand times.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genres.tables import Bools, Floats, labels, scored


def hamming_loss(Y: ArrayLike, Z: ArrayLike) -> float:
    """Share of wrong pairs of poster and genre: (1 / N C) sum_ij [Y_ij != Z_ij].

    >>> hamming_loss([[1, 0], [1, 1]], [[1, 0], [0, 1]])
    0.25
    """
    truth, predicted = _sets(Y, Z)
    return float((truth != predicted).mean())


def binary_accuracy(Y: ArrayLike, Z: ArrayLike) -> float:
    """Share of right pairs of poster and genre, 1 - Hamming loss.

    High for who predicts nothing where posters have few of many genres.

    >>> binary_accuracy([[1, 0], [1, 1]], [[1, 0], [0, 1]])
    0.75
    """
    truth, predicted = _sets(Y, Z)
    return float((truth == predicted).mean())


def all_match(Y: ArrayLike, Z: ArrayLike) -> float:
    """Share of posters whose genres are predicted exactly (subset accuracy).

    >>> all_match([[1, 0], [1, 1]], [[1, 0], [0, 1]])
    0.5
    """
    truth, predicted = _sets(Y, Z)
    return float((truth == predicted).all(axis=1).mean())


def at_least_one_match(Y: ArrayLike, Z: ArrayLike) -> float:
    """Share of posters with at least one genre that is both true and predicted.

    >>> at_least_one_match([[1, 0], [1, 1]], [[0, 0], [0, 1]])
    0.5
    """
    truth, predicted = _sets(Y, Z)
    return float((truth & predicted).any(axis=1).mean())


def micro_f1(Y: ArrayLike, Z: ArrayLike) -> float:
    """F1 = 2 TP / (2 TP + FP + FN) over all pairs of poster and genre; 0 where all are empty.

    >>> micro_f1([[1, 0], [1, 1]], [[1, 0], [0, 1]])
    0.8
    """
    truth, predicted = _sets(Y, Z)
    found = int(truth.sum() + predicted.sum())
    return 2 * int((truth & predicted).sum()) / found if found else 0.0


def macro_f1(Y: ArrayLike, Z: ArrayLike) -> float:
    """Mean of the F1 of the genres present.

    >>> round(macro_f1([[1, 0], [1, 1]], [[1, 0], [0, 1]]), 3)
    0.833
    """
    return _macro(per_genre(Y, Z).f1)


@dataclass(frozen=True)
class PerGenre:
    """One number for each genre. NaN in all but `support` for an absent genre."""

    precision: Floats  # TP / (TP + FP); 0 where the genre is never predicted
    recall: Floats  # TP / (TP + FN)
    f1: Floats  # 2 TP / (2 TP + FP + FN)
    support: NDArray[np.int64]  # posters that have the genre


def per_genre(Y: ArrayLike, Z: ArrayLike) -> PerGenre:
    """Precision, recall, F1 and support of each genre by itself.

    >>> found = per_genre([[1, 0], [1, 1]], [[1, 0], [0, 1]])
    >>> found.precision.tolist(), found.recall.tolist(), found.support.tolist()
    ([1.0, 1.0], [0.5, 1.0], [2, 1])
    """
    truth, predicted = _sets(Y, Z)
    support = truth.sum(axis=0, dtype=np.int64)
    named = predicted.sum(axis=0, dtype=np.int64)
    right = (truth & predicted).sum(axis=0, dtype=np.int64)
    return PerGenre(
        precision=np.where(support > 0, right / np.maximum(named, 1), np.nan),
        recall=np.where(support > 0, right / np.maximum(support, 1), np.nan),
        f1=np.where(support > 0, 2 * right / np.maximum(named + support, 1), np.nan),
        support=support,
    )


def average_precision(Y: ArrayLike, P: ArrayLike) -> Floats:
    """For each genre, sum_n (R_n - R_n-1) P_n over the thresholds: float64[C].

    P_n and R_n are precision and recall at the n-th largest distinct score.

    >>> average_precision([[1, 0], [0, 0], [1, 1]], [[0.9, 0.3], [0.8, 0.2], [0.7, 0.1]]).round(
    ...     3
    ... ).tolist()
    [0.833, 0.333]
    """
    truth, scores = scored(Y, P)
    ranked = _rank(truth, scores)
    precision = np.cumsum(ranked.truth, axis=1) / np.arange(1, len(truth) + 1)
    at_ties_end = np.take_along_axis(precision, ranked.last, axis=1)
    return _divide((ranked.truth * at_ties_end).sum(axis=1), truth.sum(axis=0))


def mean_average_precision(Y: ArrayLike, P: ArrayLike) -> float:
    """mAP: mean of the average precision of the genres present.

    >>> round(mean_average_precision([[1, 0], [0, 0], [1, 1]], [[3, 3], [2, 2], [1, 1]]), 3)
    0.583
    """
    return _macro(average_precision(Y, P))


def auc(Y: ArrayLike, P: ArrayLike) -> Floats:
    """For each genre, the chance that a poster with it scores above one without: float64[C].

    Ties count one half. NaN also for a genre that every poster has.

    >>> auc([[1, 0], [0, 0], [1, 1]], [[0.9, 0.3], [0.8, 0.2], [0.7, 0.1]]).tolist()
    [0.5, 0.0]
    """
    truth, scores = scored(Y, P)
    ranked = _rank(truth, scores)
    without = np.cumsum(~ranked.truth, axis=1)
    up_to_ties = np.take_along_axis(without, ranked.last, axis=1)
    before_ties: NDArray[np.int64] = np.take_along_axis(
        without - ~ranked.truth, ranked.first, axis=1
    )
    below = without[:, -1:] - (up_to_ties + before_ties) / 2
    pairs = truth.sum(axis=0) * (~truth).sum(axis=0)
    return _divide((ranked.truth * below).sum(axis=1), pairs)


def macro_auc(Y: ArrayLike, P: ArrayLike) -> float:
    """Mean AUC of the genres that some posters have and some have not.

    >>> macro_auc([[1, 0], [0, 0], [1, 1]], [[0.9, 0.3], [0.8, 0.2], [0.7, 0.1]])
    0.25
    """
    return _macro(auc(Y, P))


def categorical_accuracy(Y: ArrayLike, P: ArrayLike) -> float:
    """Share of posters whose first true genre has the highest score, as Keras counts.

    Made for one genre a poster. With several, Keras takes the first column set, so the figure
    depends on the order of genres; that is kept, to compare with papers that report it.
    A poster without genres counts as having the first. Equal scores rank by column.

    >>> categorical_accuracy([[1, 0, 0], [0, 1, 1]], [[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]])
    0.5
    """
    return top_k_categorical_accuracy(Y, P, k=1)


def top_k_categorical_accuracy(Y: ArrayLike, P: ArrayLike, k: int = 5) -> float:
    """Share of posters whose first true genre is among the k highest scores, as Keras counts.

    See `categorical_accuracy` for what "first" means.

    >>> P = [[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]]
    >>> top_k_categorical_accuracy([[1, 0, 0], [0, 1, 1]], P, k=2)
    1.0
    """
    truth, scores = scored(Y, P)
    if not 1 <= k <= truth.shape[1]:
        raise ValueError(f"k must lie between 1 and {truth.shape[1]}, got {k}")
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return float((best == truth.argmax(axis=1)[:, None]).any(axis=1).mean())


def _sets(Y: ArrayLike, Z: ArrayLike) -> tuple[Bools, Bools]:
    truth, predicted = labels(Y), labels(Z)
    if truth.shape != predicted.shape:
        raise ValueError(f"prediction {predicted.shape} does not fit the truth {truth.shape}")
    return truth, predicted


@dataclass(frozen=True)
class _Ranked:
    """Each genre's posters from the highest score down: [C, N]."""

    truth: Bools
    first: NDArray[np.int64]  # rank of the first poster with the same score
    last: NDArray[np.int64]  # and of the last


def _rank(truth: Bools, scores: Floats) -> _Ranked:
    order = np.argsort(-scores.T, axis=1)
    descending = np.take_along_axis(scores.T, order, axis=1)
    changes = np.diff(descending, axis=1) != 0
    edge = np.ones((len(order), 1), dtype=bool)
    ranks = np.arange(order.shape[1])
    starts = np.where(np.hstack([edge, changes]), ranks, 0)
    ends = np.where(np.hstack([changes, edge]), ranks, ranks[-1])
    return _Ranked(
        np.take_along_axis(truth.T, order, axis=1),
        np.maximum.accumulate(starts, axis=1),
        np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1],
    )


def _divide(total: Floats, count: NDArray[np.int64]) -> Floats:
    """total / count by genre, NaN where there is nothing to count."""
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _macro(values: Floats) -> float:
    if np.isnan(values).all():
        raise ValueError("no evaluated poster tells one genre from another")
    return float(np.nanmean(values))
