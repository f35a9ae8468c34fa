import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genres.metrics import per_genre
from genres.thresholds import above, best_thresholds


def test_the_best_threshold_by_hand():
    """Ranked yes .9, no .7, yes .5, no .2: F1 is 2/3, 1/2, 4/5, 2/3 after each."""
    assert best_thresholds([[1], [0], [1], [0]], [[0.9], [0.7], [0.5], [0.2]]) == pytest.approx(
        [0.35]
    )


def test_equal_probabilities_are_not_parted():
    assert best_thresholds([[1], [0], [0]], [[0.6], [0.6], [0.2]]) == pytest.approx([0.4])


def test_of_equally_good_thresholds_the_highest_is_taken():
    """Predicting the first alone or all four gives F1 2/3 either way."""
    assert best_thresholds([[1], [0], [0], [1]], [[0.9], [0.8], [0.7], [0.6]]) == pytest.approx(
        [0.85]
    )


def test_where_all_have_the_genre_all_are_predicted():
    (threshold,) = best_thresholds([[1], [1]], [[0.4], [0.2]])
    assert threshold == pytest.approx(0.1)


def test_an_absent_genre_is_never_predicted():
    threshold = best_thresholds([[0], [0]], [[1.0], [0.5]])
    assert threshold.tolist() == [1.0]
    assert not above([[1.0]], threshold).any()


def test_a_genre_given_no_chance_anywhere_cannot_be_predicted():
    assert best_thresholds([[1], [0]], [[0.0], [0.0]]).tolist() == [1.0]


@given(st.integers(1, 25), st.integers(0, 10_000))
def test_no_other_threshold_is_better(n, seed):
    rng = np.random.default_rng(seed)
    Y, P = rng.random((n, 1)) < 0.4, rng.random((n, 1)).round(1)
    chosen = per_genre(Y, above(P, best_thresholds(Y, P))).f1[0]
    others = [per_genre(Y, above(P, t)).f1[0] for t in np.arange(0.0, 1.0, 0.05)]
    if Y.any():
        assert chosen >= max(others) - 1e-12


@pytest.mark.parametrize("given", [[[1.2]], [[-0.1]], [[float("nan")]], [0.5]])
def test_what_is_no_probability_is_refused(given):
    with pytest.raises(ValueError, match="between 0 and 1"):
        above(given, 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        best_thresholds([[1]], given)
