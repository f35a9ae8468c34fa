import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric
from index.calibration import calibrate, closeness, hubness, neighbour_overlap
from index.search.nearest import nearest_others


def test_overlap_is_the_shared_part_of_two_lists() -> None:
    one = np.array([[1, 2, 3, 4, 5], [1, 2, 3, 4, 5]])
    other = np.array([[5, 4, 9, 8, 7], [5, 4, 3, 2, 1]])
    assert neighbour_overlap(one, other) == pytest.approx((2 / 5 + 5 / 5) / 2)
    assert neighbour_overlap(np.array([[1, 2]]), np.array([[2, 3]])) == 0.5
    assert neighbour_overlap(np.array([[1, 2]]), np.array([[3, 4]])) == 0.0


def test_a_catalogue_is_measured_as_by_hand() -> None:
    # Poster 0 points where the far ones (6 to 10) do, and stands beside the near ones (1 to 5):
    # its five nearest are the far ones by cosine, the near ones by Euclid and Manhattan. Every
    # other poster has the four of its own group and, fifth, poster 0; by cosine the near ones
    # see 0 and the far ones at one angle, and the tie falls to the lowest row, 0.
    near = [[1, 1], [1, 1.02], [1, 1.04], [1, 1.06], [1, 1.08]]
    far = [[50, 0], [51, 0], [52, 0], [53, 0], [54, 0]]
    vectors = np.array([[1, 0], *near, *far], dtype=np.float32)
    measured = calibrate(vectors, np.random.default_rng(0))
    assert measured.rows.tolist() == list(range(11))
    assert measured.overlap["euclidean-manhattan"] == 1.0
    assert measured.overlap["cosine-euclidean"] == pytest.approx(10 / 11)
    assert measured.overlap["cosine-manhattan"] == pytest.approx(10 / 11)
    expected = np.sort([1.0] + [0.02] * 5 + [1.0] * 5)
    np.testing.assert_allclose(measured.nearest[Metric.EUCLIDEAN], expected, atol=1e-6)
    assert (np.diff(measured.nearest[Metric.COSINE]) >= 0).all()
    assert measured.nearest[Metric.COSINE][:6].tolist() == [0.0] * 6


def test_closeness_by_definition() -> None:
    nearest = np.array([1.0, 1.0, 2.0, 4.0])
    asked = np.array([0.0, 0.99, 1.0, 1.5, 2.0, 3.9, 4.0, 100.0])
    expected = [100, 100, 50, 50, 25, 25, 0, 0]
    assert closeness(asked, nearest).tolist() == expected


def skewness(counts: NDArray[np.int64]) -> float:
    centred = counts - counts.mean()
    return float((centred**3).mean() / (centred**2).mean() ** 1.5)


def test_hubness_is_the_skewness_of_how_often_each_poster_is_a_neighbour() -> None:
    # Poster 0 is everyone's nearest but its own: occurrences are 3, 1, 0, 0.
    neighbours = np.array([[1], [0], [0], [0]])
    assert hubness(neighbours, gallery=4) == pytest.approx(skewness(np.array([3, 1, 0, 0])))


def test_hubness_of_an_even_catalogue_is_zero() -> None:
    assert hubness(np.array([[1], [2], [3], [0]]), gallery=4) == 0.0


def test_hubness_of_a_sample_estimates_that_of_all() -> None:
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(2000, 8)).astype(np.float32)
    others, _ = nearest_others(vectors, np.arange(2000), Metric.EUCLIDEAN, 10)
    whole = hubness(others, gallery=2000)
    samples = [others[rng.choice(2000, 500, replace=False)] for _ in range(40)]
    guess = np.mean([hubness(sample, gallery=2000) for sample in samples])
    as_if_whole = np.mean([skewness(np.bincount(s.ravel(), minlength=2000)) for s in samples])
    assert whole == pytest.approx(skewness(np.bincount(others.ravel(), minlength=2000)))
    assert guess == pytest.approx(whole, abs=0.1)
    assert as_if_whole > whole + 0.2, "or the scaling is put to no test"
