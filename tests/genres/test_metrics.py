"""Every metric on one small case whose answers are worked out by hand.

Four posters, four genres; nobody has the last, but it is predicted once.

    truth       predicted    right pairs
    1 0 0 0     1 0 0 0      4   exact
    1 1 0 0     1 0 0 0      3
    0 1 1 0     0 0 1 1      2
    0 1 0 0     1 0 0 0      2   no genre in common
                                 11 of 16; TP 3, FP 2, FN 3
"""

import doctest
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    f1_score,
    hamming_loss,
    precision_recall_fscore_support,
    roc_auc_score,
)

from genres import metrics

Y = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 1, 0, 0]])
Z = np.array([[1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 1, 1], [1, 0, 0, 0]])
P = np.array(
    [[0.9, 0.4, 0.1, 0.3], [0.6, 0.3, 0.2, 0.0], [0.5, 0.2, 0.8, 0.7], [0.7, 0.1, 0.3, 0.2]]
)
METRICS_OF_SETS = [
    metrics.hamming_loss,
    metrics.binary_accuracy,
    metrics.all_match,
    metrics.at_least_one_match,
    metrics.micro_f1,
    metrics.macro_f1,
]


def test_hamming_loss_by_hand() -> None:
    assert metrics.hamming_loss(Y, Z) == 5 / 16


def test_binary_accuracy_by_hand() -> None:
    assert metrics.binary_accuracy(Y, Z) == 11 / 16


def test_all_match_by_hand() -> None:
    assert metrics.all_match(Y, Z) == 1 / 4


def test_at_least_one_match_by_hand() -> None:
    assert metrics.at_least_one_match(Y, Z) == 3 / 4


def test_micro_f1_by_hand_counts_the_absent_genres_false_alarm() -> None:
    assert metrics.micro_f1(Y, Z) == pytest.approx(6 / 11)


def test_macro_f1_by_hand_leaves_the_absent_genre_out() -> None:
    assert metrics.macro_f1(Y, Z) == pytest.approx((4 / 5 + 0 + 1) / 3)


def test_per_genre_by_hand() -> None:
    found = metrics.per_genre(Y, Z)
    assert found.precision == pytest.approx([2 / 3, 0, 1, np.nan], nan_ok=True)
    assert found.recall == pytest.approx([1, 0, 1, np.nan], nan_ok=True)
    assert found.f1 == pytest.approx([4 / 5, 0, 1, np.nan], nan_ok=True)
    assert found.support.tolist() == [2, 3, 1, 0]


def test_average_precision_by_hand() -> None:
    """Ranked: genre 1 is yes, no, yes, no; genre 2 is no, yes, yes, yes; genre 3 yes first."""
    expected = [(1 + 2 / 3) / 2, (1 / 2 + 2 / 3 + 3 / 4) / 3, 1, np.nan]
    assert metrics.average_precision(Y, P) == pytest.approx(expected, nan_ok=True)
    assert metrics.mean_average_precision(Y, P) == pytest.approx(np.mean(expected[:3]))


def test_equal_scores_are_one_step_of_average_precision() -> None:
    assert metrics.average_precision([[1], [0], [0]], [[0.5], [0.5], [0.5]]) == pytest.approx(
        [1 / 3]
    )


def test_auc_by_hand() -> None:
    """Genre 1: .9 and .6 against .5 and .7, three of four pairs; genre 2: none; genre 3: all."""
    assert metrics.auc(Y, P) == pytest.approx([3 / 4, 0, 1, np.nan], nan_ok=True)
    assert metrics.macro_auc(Y, P) == pytest.approx(7 / 12)


def test_equal_scores_count_half_in_auc() -> None:
    assert metrics.auc([[1], [0], [0]], [[0.5], [0.5], [0.1]]) == pytest.approx([0.75])


def test_a_genre_that_all_have_has_no_auc_but_average_precision_one() -> None:
    scores = [[0.3, 0.1], [0.2, 0.9]]
    assert np.isnan(metrics.auc([[1, 0], [1, 1]], scores)[0])
    assert metrics.average_precision([[1, 0], [1, 1]], scores)[0] == 1


def test_categorical_accuracy_by_hand_takes_the_first_true_genre() -> None:
    """First true: 0, 0, 1, 1. Highest score: 0, 0, 2, 0."""
    assert metrics.categorical_accuracy(Y, P) == 2 / 4


def test_top_k_categorical_accuracy_by_hand() -> None:
    """Scores of poster 3 rank the genres 2, 3, 0, 1; those of poster 4 rank them 0, 2, 3, 1."""
    assert [metrics.top_k_categorical_accuracy(Y, P, k) for k in (1, 2, 3, 4)] == [0.5, 0.5, 0.5, 1]


def test_equal_scores_rank_by_column() -> None:
    assert metrics.categorical_accuracy([[1, 0], [0, 1]], [[0.5, 0.5], [0.5, 0.5]]) == 0.5
    assert metrics.top_k_categorical_accuracy([[0, 0, 1]], [[0.0, 0.0, 0.0]], k=2) == 0


@pytest.mark.parametrize("measure", [*METRICS_OF_SETS, metrics.per_genre])
def test_a_prediction_of_another_shape_is_refused(measure: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        measure(Y, Z[:, :3])
    with pytest.raises(ValueError, match="0 or 1"):
        measure(Y, P)
    with pytest.raises(ValueError, match="labels"):
        measure(Y[:0], Z[:0])


@pytest.mark.parametrize(
    "measure",
    [metrics.average_precision, metrics.auc, metrics.categorical_accuracy],
)
def test_scores_that_do_not_fit_are_refused(measure: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        measure(Y, P[:3])
    with pytest.raises(ValueError, match="finite"):
        measure(Y, np.where(P > 0.8, np.nan, P))


@pytest.mark.parametrize("k", [0, 5])
def test_an_impossible_k_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match="k must"):
        metrics.top_k_categorical_accuracy(Y, P, k)


def test_a_set_without_any_genre_has_no_macro_average() -> None:
    empty = np.zeros((2, 3))
    for measure in (metrics.macro_f1, metrics.mean_average_precision, metrics.macro_auc):
        with pytest.raises(ValueError, match="genre"):
            measure(empty, empty)
    assert metrics.micro_f1(empty, empty) == 0


tables = st.tuples(st.integers(1, 12), st.integers(1, 5), st.integers(0, 10_000))


def tables_of(shape: tuple[int, int, int]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    n, genres, seed = shape
    rng = np.random.default_rng(seed)
    return rng.random((n, genres)) < 0.4, rng.random((n, genres)).round(1)


@given(tables)
def test_metrics_of_sets_lie_in_range_and_do_not_mind_the_order(
    shape: tuple[int, int, int],
) -> None:
    truth, scores = tables_of(shape)
    predicted = scores > 0.5
    genres = np.random.default_rng(1).permutation(truth.shape[1])
    rows = np.random.default_rng(2).permutation(len(truth))
    for measure in METRICS_OF_SETS[: 6 if truth.any() else 5]:
        value = measure(truth, predicted)
        assert 0 <= value <= 1
        assert measure(truth[rows][:, genres], predicted[rows][:, genres]) == pytest.approx(value)


@given(tables)
def test_metrics_agree_with_scikit_learn(shape: tuple[int, int, int]) -> None:
    truth, scores = tables_of(shape)
    predicted = scores > 0.5
    found = metrics.per_genre(truth, predicted)
    precisions, areas = metrics.average_precision(truth, scores), metrics.auc(truth, scores)
    for genre in range(truth.shape[1]):
        t, z, p = truth[:, genre], predicted[:, genre], scores[:, genre]
        if not t.any():
            assert np.isnan([found.f1[genre], precisions[genre], areas[genre]]).all()
            continue
        ours = found.precision[genre], found.recall[genre], found.f1[genre]
        theirs = precision_recall_fscore_support(t, z, average="binary", zero_division=0)[:3]
        assert ours == pytest.approx(theirs)
        assert precisions[genre] == pytest.approx(average_precision_score(t, p))
        assert (
            np.isnan(areas[genre])
            if t.all()
            else areas[genre] == pytest.approx(roc_auc_score(t, p))
        )
    if truth.shape[1] > 1:
        assert metrics.hamming_loss(truth, predicted) == pytest.approx(
            hamming_loss(truth, predicted)
        )
        assert metrics.all_match(truth, predicted) == accuracy_score(truth, predicted)
        assert metrics.micro_f1(truth, predicted) == pytest.approx(
            f1_score(truth, predicted, average="micro", zero_division=0)
        )


@given(tables)
def test_permuting_the_genres_permutes_the_measures_by_genre(shape: tuple[int, int, int]) -> None:
    truth, scores = tables_of(shape)
    order = np.random.default_rng(3).permutation(truth.shape[1])
    for measure in (metrics.average_precision, metrics.auc):
        assert measure(truth[:, order], scores[:, order]) == pytest.approx(
            measure(truth, scores)[order], nan_ok=True
        )


def test_every_metric_has_an_example() -> None:
    module = importlib.import_module("genres.metrics")
    examples = {test.name for test in doctest.DocTestFinder().find(module) if test.examples}
    functions = {
        f"genres.metrics.{name}"
        for name, value in vars(module).items()
        if callable(value) and value.__module__ == module.__name__ and name[0].islower()
    }
    assert functions
    assert functions <= examples
