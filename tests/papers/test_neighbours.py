from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from papers import neighbours
from papers.neighbours import LabelledPoints, smallest


def brute(points: NDArray[Any], queries: NDArray[Any], k: int) -> NDArray[np.int64]:
    distances = ((queries[:, None].astype(np.float64) - points[None]) ** 2).sum(axis=2)
    return np.argsort(distances, axis=1)[:, :k]


@pytest.mark.parametrize(("n", "k"), [(5, 1), (5, 5), (300, 1), (300, 7), (1000, 3), (1000, 300)])
def test_neighbours_are_those_of_brute_force(n: int, k: int) -> None:
    rng = np.random.default_rng(n + k)
    points, queries = rng.normal(3, 1, (n, 6)), rng.normal(3, 1, (20, 6))
    found = LabelledPoints(points.astype(np.float32)).nearest(queries.astype(np.float32), k)
    assert np.array_equal(np.sort(found), np.sort(brute(points, queries, k)))


def test_no_point_is_its_own_neighbour_even_beside_a_twin() -> None:
    points = np.array([[0, 0], [0, 0], [5, 5], [6, 6], [40, 0]], dtype=np.float32)
    found = LabelledPoints(points).nearest_others(1)
    assert found[:4].ravel().tolist() == [1, 0, 3, 2]


def test_blocks_do_not_change_the_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.random.default_rng(1).normal(size=(200, 3)).astype(np.float32)
    whole = np.sort(LabelledPoints(points).nearest_others(4))
    monkeypatch.setattr(neighbours, "BLOCK", 200 * 7)
    assert np.array_equal(np.sort(LabelledPoints(points).nearest_others(4)), whole)


def test_points_far_from_the_origin_keep_their_neighbours() -> None:
    rng = np.random.default_rng(2)
    points, queries = rng.normal(size=(400, 8)), rng.normal(size=(30, 8))
    found = LabelledPoints((points + 300).astype(np.float32)).nearest(
        (queries + 300).astype(np.float32), 5
    )
    assert np.array_equal(np.sort(found), np.sort(brute(points, queries, 5)))


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 10_000), st.booleans())
def test_the_smallest_are_found_whatever_the_shape_and_the_ties(
    count: int, k: int, seed: int, tied: bool
) -> None:
    k = min(k, count)
    rng = np.random.default_rng(seed)
    rows = (rng.integers(0, 5, (3, count)) if tied else rng.random((3, count))).astype(np.float32)
    found = smallest(rows, k)
    assert all(len(set(columns)) == k for columns in found.tolist())
    values = np.sort(np.take_along_axis(rows, found, axis=1))
    assert np.array_equal(values, np.sort(rows)[:, :k])


@pytest.mark.parametrize("k", [0, 6])
def test_more_neighbours_than_points_are_refused(k: int) -> None:
    gallery = LabelledPoints(np.eye(5, dtype=np.float32))
    with pytest.raises(ValueError, match="k must"):
        gallery.nearest(np.eye(5, dtype=np.float32), k)
    with pytest.raises(ValueError, match="k must"):
        gallery.nearest_others(5)
