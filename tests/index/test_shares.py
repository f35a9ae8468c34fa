"""A similarity is split over positions without a remainder, under all three metrics."""

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric
from index.metric import distances
from index.shares import shares


@pytest.fixture
def pair() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """24 and 15 positions of 30 dimensions, with means far from nought."""
    rng = np.random.default_rng(5)
    made = (rng.normal(0.3, 1, (24, 30)), rng.normal(0.1, 1, (15, 30)))
    return made[0].astype(np.float32), made[1].astype(np.float32)


def whole(one: NDArray[np.float32], other: NDArray[np.float32], metric: Metric) -> float:
    """By the distances' own definition, from the means."""
    means = [positions.astype(np.float64).mean(0) for positions in (one, other)]
    distance = float(distances(means[0], means[1][None], metric)[0])
    return 1 - distance if metric is Metric.COSINE else distance


@pytest.mark.parametrize("metric", list(Metric))
def test_the_shares_of_either_side_sum_to_the_cosine_or_distance(
    pair: tuple[NDArray[np.float32], NDArray[np.float32]], metric: Metric
) -> None:
    found = shares(*pair, metric)
    assert found.whole == pytest.approx(whole(*pair, metric), rel=1e-9)
    assert found.one.sum() == pytest.approx(found.whole, rel=1e-9)
    assert found.other.sum() == pytest.approx(found.whole, rel=1e-9)
    assert (found.one.shape, found.other.shape) == ((24,), (15,))


@pytest.mark.parametrize("metric", [Metric.EUCLIDEAN, Metric.MANHATTAN])
def test_a_distance_is_the_difference_of_the_sides_means_along_its_direction(
    pair: tuple[NDArray[np.float32], NDArray[np.float32]], metric: Metric
) -> None:
    """mean_p <z_p, u> - mean_q <z'_q, u>: moving one position moves the distance by its share."""
    one, other = pair
    found = shares(one, other, metric)
    gap = one.astype(np.float64).mean(0) - other.astype(np.float64).mean(0)
    u = np.sign(gap) if metric is Metric.MANHATTAN else gap / np.linalg.norm(gap)
    assert (one @ u).mean() - (other @ u).mean() == pytest.approx(found.whole, rel=1e-6)
    assert found.one - found.one.mean() == pytest.approx(
        ((one @ u) - (one @ u).mean()) / len(one), abs=1e-6
    )


@pytest.mark.parametrize("metric", list(Metric))
def test_equal_posters_are_split_without_a_division_by_nought(metric: Metric) -> None:
    one = np.ones((4, 3), np.float32)
    found = shares(one, one, metric)
    assert np.isfinite(found.one).all()
    assert found.one.sum() == pytest.approx(1 if metric is Metric.COSINE else 0)


def test_positions_of_other_shapes_are_refused() -> None:
    one = np.ones((4, 3), np.float32)
    for other in (np.ones((4, 2), np.float32), np.ones(3, np.float32)):
        with pytest.raises(ValueError, match="positions must be"):
            shares(one, other, Metric.COSINE)
