"""Class balancing and ordinal decoding, by hand."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genres import balance, ordinal
from genres.balance import (
    inverse_frequency,
    oversampled,
    positive_weights,
    undersampled,
    without_surplus,
)
from genres.ordinal import confusion_matrix, likeliest, mean_absolute_error, median, nearest_to_mean

CENTRES = (1, 3, 5, 7, 9)


def lopsided() -> np.ndarray:
    """900 dramas, 90 horrors, 10 that are both."""
    Y = np.zeros((1000, 2), dtype=bool)
    Y[:910, 0] = True
    Y[900:, 1] = True
    return Y


@pytest.mark.parametrize("module", [balance, ordinal])
def test_examples_in_the_docstrings_hold(module: object) -> None:
    failures, tried = doctest.testmod(module)  # type: ignore[arg-type]
    assert tried
    assert not failures


def test_positive_weights_even_out_presence_and_absence() -> None:
    Y = lopsided()
    weights = positive_weights(Y)
    np.testing.assert_allclose(weights * Y.sum(0), (~Y).sum(0))
    np.testing.assert_allclose(positive_weights(Y, power=0.5), np.sqrt(weights))
    assert positive_weights([[0], [0]]).tolist() == [1.0]


def test_inverse_frequency_gives_every_genre_the_same_total() -> None:
    Y = lopsided()
    totals = inverse_frequency(Y) * Y.sum(0)
    assert totals[0] == pytest.approx(totals[1])
    assert inverse_frequency([[1, 0], [1, 0]]).tolist() == [1.0, 0.0]


def test_oversampling_repeats_rare_genres_and_loses_no_poster() -> None:
    Y = lopsided()
    rows = oversampled(Y, np.random.default_rng(0))
    assert set(rows.tolist()) == set(range(1000))
    times = np.bincount(rows)
    assert (times[:900] == 1).all()
    # sqrt(910 / 100) = 3.02 copies of each horror.
    assert times[900:].mean() == pytest.approx(np.sqrt(9.1), abs=0.1)
    assert np.bincount(oversampled(Y, np.random.default_rng(0), cap=2)).max() == 2


def test_undersampling_thins_common_genres_and_keeps_rare_ones() -> None:
    Y = lopsided()
    kept = undersampled(Y, np.random.default_rng(0), most=0.5)
    # The median of 910 and 100 is 505; dramas stay with a chance of 252.5 / 910.
    assert (~Y[kept, 1]).sum() == pytest.approx(900 * 252.5 / 910, rel=0.15)
    assert Y[kept, 1].sum() == 100


def test_the_cut_of_drama_keeps_so_many_of_exactly_that_set() -> None:
    kept = without_surplus(lopsided(), [[1, 0]], 100, np.random.default_rng(0))
    assert len(kept) == 200
    assert set(range(900, 1000)) <= set(kept.tolist())


@given(st.integers(0, 2**32 - 1))
def test_sampling_is_repeatable(seed: int) -> None:
    Y = np.random.default_rng(seed).random((40, 3)) < 0.3
    for sample in (oversampled, undersampled):
        first, again = (sample(Y, np.random.default_rng(seed)) for _ in range(2))
        np.testing.assert_array_equal(first, again)
        assert np.isin(first, np.arange(40)).all()


def test_decodings_differ_where_they_should() -> None:
    spread = [[0.3, 0.0, 0.25, 0.25, 0.2]]
    assert likeliest(spread).tolist() == [0]
    assert median(spread).tolist() == [2]  # .3, .3, .55
    assert nearest_to_mean(spread, CENTRES).tolist() == [2]  # .3 + 1.25 + 1.75 + 1.8 = 5.1


@given(st.integers(0, 2**32 - 1))
def test_the_median_errs_least_and_the_mean_least_by_squares(seed: int) -> None:
    P = np.random.default_rng(seed).dirichlet([0.5] * 5, size=6)
    bins = np.arange(5)
    errors = (P[:, None, :] * np.abs(bins[:, None] - bins)).sum(-1)
    squares = (P[:, None, :] * (bins[:, None] - bins) ** 2).sum(-1)
    rows = np.arange(6)
    assert errors[rows, median(P)] == pytest.approx(errors.min(1))
    assert squares[rows, nearest_to_mean(P, bins)] == pytest.approx(squares.min(1))


def test_confusions_of_bins_by_hand() -> None:
    found = confusion_matrix([2, 2, 3, 4], [2, 3, 3, 2], 5)
    assert found[2].tolist() == [0, 0, 1, 1, 0]
    assert found[4, 2] == 1
    assert found.sum() == 4
    assert mean_absolute_error([2, 2, 3, 4], [2, 3, 3, 2]) == 0.75


def test_misuse_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 4"):
        confusion_matrix([5], [0], 5)
    with pytest.raises(ValueError, match="do not fit"):
        confusion_matrix([1, 2], [1], 5)
    with pytest.raises(ValueError, match="as many centres"):
        nearest_to_mean([[0.5, 0.5]], CENTRES)
    with pytest.raises(ValueError, match="cap"):
        oversampled([[1]], np.random.default_rng(0), cap=0.5)
    with pytest.raises(ValueError, match="most"):
        undersampled([[1]], np.random.default_rng(0), most=0)
    with pytest.raises(ValueError, match="keep"):
        without_surplus([[1]], [[1]], -1, np.random.default_rng(0))
