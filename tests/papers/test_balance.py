"""Class balancing, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.balance import (
    inverse_frequency,
    oversampled,
    positive_weights,
    undersampled,
    without_surplus,
)

CENTRES = (1, 3, 5, 7, 9)


def lopsided() -> np.ndarray:
    """900 dramas, 90 horrors, 10 that are both."""
    Y = np.zeros((1000, 2), dtype=bool)
    Y[:910, 0] = True
    Y[900:, 1] = True
    return Y


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


def test_misuse_is_refused() -> None:
    with pytest.raises(ValueError, match="cap"):
        oversampled([[1]], np.random.default_rng(0), cap=0.5)
    with pytest.raises(ValueError, match="most"):
        undersampled([[1]], np.random.default_rng(0), most=0)
    with pytest.raises(ValueError, match="keep"):
        without_surplus([[1]], [[1]], -1, np.random.default_rng(0))
