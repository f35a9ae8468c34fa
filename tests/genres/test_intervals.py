import numpy as np
import pytest
from numpy.typing import NDArray

from genres.intervals import bootstrap, mean_interval


def test_the_bootstrap_interval_is_about_that_of_a_share() -> None:
    hits = np.random.default_rng(1).random(900) < 0.4
    low, high = bootstrap(lambda rows: hits[rows].mean(), 900, np.random.default_rng(2))
    half = 1.96 * np.sqrt(hits.mean() * (1 - hits.mean()) / 900)
    assert low == pytest.approx(hits.mean() - half, abs=0.006)
    assert high == pytest.approx(hits.mean() + half, abs=0.006)


def test_a_lower_level_gives_a_narrower_interval_and_a_seed_the_same() -> None:
    values = np.arange(50.0)

    def interval(level: float) -> tuple[float, float]:
        return bootstrap(
            lambda rows: values[rows].mean(), 50, np.random.default_rng(3), rounds=300, level=level
        )

    assert interval(0.5)[0] > interval(0.95)[0]
    assert interval(0.5)[1] < interval(0.95)[1]
    assert interval(0.8) == interval(0.8)


def test_rounds_in_which_a_figure_does_not_exist_are_left_out() -> None:
    values = np.array([1.0, 3.0])

    def apart(rows: NDArray[np.int64]) -> float:
        return float(np.ptp(values[rows])) or np.nan

    assert bootstrap(apart, 2, np.random.default_rng(4), rounds=50) == (2.0, 2.0)


@pytest.mark.parametrize(("n", "rounds", "level"), [(0, 10, 0.9), (5, 0, 0.9), (5, 10, 1.0)])
def test_misuse_of_the_bootstrap_is_refused(n: int, rounds: int, level: float) -> None:
    with pytest.raises(ValueError, match="bootstrap needs"):
        bootstrap(len, n, np.random.default_rng(1), rounds=rounds, level=level)


def test_the_interval_of_a_mean_is_the_same_each_time() -> None:
    values = np.random.default_rng(5).normal(size=40)
    rng = np.random.default_rng(0)
    drawn = bootstrap(lambda rows: values[rows].mean(), 40, rng, rounds=50)
    assert mean_interval(values, rounds=50) == mean_interval(values, rounds=50) == drawn
