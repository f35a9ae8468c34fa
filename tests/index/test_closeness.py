"""Closeness, and the gap between two posters, as shares of an index."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric, Neighbour, PosterIndex


def test_closeness_falls_as_distance_grows(
    built: PosterIndex, vectors: NDArray[np.float32]
) -> None:
    for metric in Metric:
        found = built.search(vectors[5], metric, 240)
        close = [n.closeness for n in found]
        assert close == sorted(close, reverse=True)
        assert close[-1] == 0.0
        assert all(0 <= c <= 100 for c in close)


def test_closeness_is_the_share_of_posters_whose_own_nearest_is_farther(tmp_path: Path) -> None:
    # On a line at 0, 1, 3, 7, 8.5: the nearest others are at 1, 1, 2, 1.5 and 1.5.
    vectors = np.array([[0, 1], [1, 1], [3, 1], [7, 1], [8.5, 1]], dtype=np.float32)
    index = PosterIndex.build(tmp_path, np.arange(5), vectors, model="m")
    for metric in (Metric.EUCLIDEAN, Metric.MANHATTAN):
        found = index.search(np.array([-1, 1], dtype=np.float32), metric, 5)
        assert [n.distance for n in found] == [1.0, 2.0, 4.0, 8.0, 9.5]
        assert [n.closeness for n in found] == [60.0, 0.0, 0.0, 0.0, 0.0]
        near = index.search(np.array([6.5, 1], dtype=np.float32), metric, 1)
        assert near == [Neighbour(3, 0.5, 100.0)]


@pytest.mark.parametrize("metric", Metric)
def test_a_gap_is_what_a_search_would_find(
    built: PosterIndex, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32], metric: Metric
) -> None:
    for one, other in ((0, 1), (3, 3), (5, 17)):
        gap = built.gap(vectors[one], vectors[other], metric)
        (found,) = built.search(vectors[one], metric, 1, within=[int(poster_ids[other])])
        assert gap.distance == pytest.approx(found.distance, abs=1e-12)
        assert gap.closeness == found.closeness
