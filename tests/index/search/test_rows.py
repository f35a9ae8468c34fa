import numpy as np
import pytest

from index.search.rows import PosterRows


@pytest.mark.parametrize("spread", [1, 3, 1_000])
@pytest.mark.parametrize("first", [-50, 0, 7])
@pytest.mark.parametrize("count", [0, 1, 200, 999])
def test_exactly_the_rows_asked_for_pass_however_ids_lie(
    spread: int, first: int, count: int
) -> None:
    rng = np.random.default_rng(count)
    ids = first + spread * np.arange(1_000)
    asked = rng.choice(ids, count, replace=False)
    strangers = np.array([-60, ids[-1] + 1, 2**60])
    rows = PosterRows(ids).without(ids[5:7])
    passing = rows.passing(np.concatenate([asked, strangers]), ids[:3])
    expected = np.isin(ids, asked) & ~np.isin(ids, ids[[0, 1, 2, 5, 6]])
    np.testing.assert_array_equal(passing, expected)
    left = rows.passing(None, asked)
    np.testing.assert_array_equal(left, ~np.isin(ids, asked) & ~np.isin(ids, ids[5:7]))
