import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric
from index.metric import distances
from index.search.nearest import nearest_others


@pytest.mark.parametrize("metric", Metric)
def test_the_nearest_others_leave_the_poster_itself_out(
    vectors: NDArray[np.float32], metric: Metric
) -> None:
    rows = np.arange(0, 240, 3)
    others, near = nearest_others(vectors, rows, metric, 10)
    everything = distances(vectors[rows], np.broadcast_to(vectors, (80, 240, 16)), metric)
    everything[np.arange(80), rows] = np.inf
    np.testing.assert_allclose(near, np.sort(everything, axis=1)[:, :10])
    assert not (others == rows[:, None]).any()
    np.testing.assert_array_equal(np.take_along_axis(everything, others, axis=1), near)


def test_the_nearest_others_are_found_across_several_passes_over_the_gallery() -> None:
    rng = np.random.default_rng(4)
    vectors = rng.normal(size=(5000, 6)).astype(np.float32)
    rows = rng.choice(5000, 50, replace=False)
    for metric in Metric:
        others, near = nearest_others(vectors, rows, metric, 10)
        for row, found, distance in zip(rows, others, near, strict=True):
            exact = distances(vectors[row], vectors, metric)
            exact[row] = np.inf
            np.testing.assert_array_equal(found, np.argsort(exact, kind="stable")[:10])
            np.testing.assert_array_equal(distance, np.sort(exact)[:10])


def test_many_copies_of_a_poster_are_each_others_nearest() -> None:
    vectors = np.ones((50, 3), dtype=np.float32)
    for metric in Metric:
        others, near = nearest_others(vectors, np.arange(50), metric, 10)
        assert (near == 0).all()
        assert not (others == np.arange(50)[:, None]).any()
