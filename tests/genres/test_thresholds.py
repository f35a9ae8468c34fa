from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genres.metrics import micro_f1, per_genre
from genres.thresholds import above, best_thresholds, calibrated_thresholds


def test_the_best_threshold_by_hand() -> None:
    """Ranked yes .9, no .7, yes .5, no .2: F1 is 2/3, 1/2, 4/5, 2/3 after each."""
    assert best_thresholds([[1], [0], [1], [0]], [[0.9], [0.7], [0.5], [0.2]]) == pytest.approx(
        [0.35]
    )


def test_equal_probabilities_are_not_parted() -> None:
    assert best_thresholds([[1], [0], [0]], [[0.6], [0.6], [0.2]]) == pytest.approx([0.4])


def test_of_equally_good_thresholds_the_highest_is_taken() -> None:
    """Predicting the first alone or all four gives F1 2/3 either way."""
    assert best_thresholds([[1], [0], [0], [1]], [[0.9], [0.8], [0.7], [0.6]]) == pytest.approx(
        [0.85]
    )


def test_where_all_have_the_genre_all_are_predicted() -> None:
    (threshold,) = best_thresholds([[1], [1]], [[0.4], [0.2]])
    assert threshold == pytest.approx(0.1)


def test_an_absent_genre_is_never_predicted() -> None:
    threshold = best_thresholds([[0], [0]], [[1.0], [0.5]])
    assert threshold.tolist() == [1.0]
    assert not above([[1.0]], threshold).any()


def test_a_genre_given_no_chance_anywhere_cannot_be_predicted() -> None:
    assert best_thresholds([[1], [0]], [[0.0], [0.0]]).tolist() == [1.0]


@given(st.integers(1, 25), st.integers(0, 10_000))
def test_no_other_threshold_is_better(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    Y, P = rng.random((n, 1)) < 0.4, rng.random((n, 1)).round(1)
    chosen = per_genre(Y, above(P, best_thresholds(Y, P))).f1[0]
    others = [per_genre(Y, above(P, t)).f1[0] for t in np.arange(0.0, 1.0, 0.05)]
    if Y.any():
        assert chosen >= max(others) - 1e-12


def test_calibrated_thresholds_by_hand() -> None:
    """Of .9, .7, .2 the genre is expected 1.8 times: F1 1.8/2.8, 3.2/3.8, 3.6/4.8 after each."""
    P = [[0.9, 0.1], [0.7, 0.2], [0.2, 0.3]]
    assert calibrated_thresholds([[1, 0], [1, 0], [0, 0]], P, 0) == pytest.approx([0.45, 1.0])
    # All six together, 2.4 expected: F1 3.2/4.4 after .7, 3.8/5.4 after .3.
    assert calibrated_thresholds([[1, 1]] * 3, P, 1) == pytest.approx([0.5, 0.5])
    # Of .3, .2, .1 all: F1 1.2/3.6, against .6/1.6 and 1/2.6.
    own = calibrated_thresholds([[1, 1]] * 3, P, 0)
    halfway = calibrated_thresholds([[1, 1]] * 3, P, 0.5)
    assert halfway == pytest.approx(np.sqrt(own * 0.5))


@pytest.mark.parametrize("evenness", [-0.1, 1.1])
def test_evenness_is_a_share(evenness: float) -> None:
    with pytest.raises(ValueError, match="evenness must lie between 0 and 1"):
        calibrated_thresholds([[1]], [[0.5]], evenness)


def test_thresholds_of_calibrated_probabilities_hold_for_other_posters() -> None:
    """Labels of two hundred posters mislead; their probabilities say what to expect of others."""
    rng = np.random.default_rng(3)
    by_labels: list[float] = []
    by_probabilities: list[float] = []
    for _ in range(20):
        P = rng.beta(0.5, 4, (2_200, 8))
        Y = rng.random(P.shape) < P
        some, others = slice(200), slice(200, None)
        for found, choose in (
            (by_labels, best_thresholds),
            (by_probabilities, calibrated_thresholds),
        ):
            predicted = above(P[others], choose(Y[some], P[some]))
            found.append(micro_f1(Y[others], predicted))
    assert np.mean(by_probabilities) > np.mean(by_labels) + 0.005


@given(st.integers(2, 25), st.integers(0, 10_000))
def test_the_order_of_genres_makes_no_difference(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    Y, P = rng.random((n, 4)) < 0.4, rng.random((n, 4))
    order = rng.permutation(4)
    found = calibrated_thresholds(Y[:, order], P[:, order])
    assert found == pytest.approx(calibrated_thresholds(Y, P)[order])
    assert ((found > 0) & (found <= 1)).all()


@pytest.mark.parametrize("given", [[[1.2]], [[-0.1]], [[float("nan")]], [0.5]])
def test_what_is_no_probability_is_refused(given: Any) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        above(given, 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        best_thresholds([[1]], given)
