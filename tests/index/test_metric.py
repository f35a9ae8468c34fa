from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric, PosterIndex


def test_the_distances_are_the_textbooks(tmp_path: Path) -> None:
    vectors = np.array([[3, 4], [4, -3], [-6, -8]], dtype=np.float32)
    index = PosterIndex.build(tmp_path, np.array([1, 2, 3]), vectors, model="m")
    query = np.array([3, 4], dtype=np.float32)

    def found(metric: Metric) -> list[tuple[int, float]]:
        return [(n.poster_id, n.distance) for n in index.search(query, metric, 3)]

    assert found(Metric.COSINE) == [(1, 0.0), (2, 1.0), (3, 2.0)]
    assert found(Metric.EUCLIDEAN) == [(1, 0.0), (2, pytest.approx(50**0.5)), (3, 15.0)]
    assert found(Metric.MANHATTAN) == [(1, 0.0), (2, 8.0), (3, 21.0)]


def test_a_longer_vector_on_the_same_ray_is_at_cosine_distance_zero(tmp_path: Path) -> None:
    vectors = np.array([[0.1, 0.7, 0.3], [1, 0, 0]], dtype=np.float32)
    index = PosterIndex.build(tmp_path, np.array([1, 2]), vectors, model="m")
    assert index.search(vectors[0] * np.float32(3), Metric.COSINE, 1)[0].distance == 0.0


def test_a_metric_may_be_given_by_its_name(
    built: PosterIndex, vectors: NDArray[np.float32]
) -> None:
    expected = built.search(vectors[0], Metric.MANHATTAN, 3)
    assert built.search(vectors[0], "manhattan", 3) == expected  # type: ignore[arg-type]
