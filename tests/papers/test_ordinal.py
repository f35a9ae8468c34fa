import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.ordinal import confusion_matrix, likeliest, mean_absolute_error, median, nearest_to_mean

CENTRES = (1, 3, 5, 7, 9)


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
