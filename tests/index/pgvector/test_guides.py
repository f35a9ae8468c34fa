import numpy as np
import pytest

from index import Metric
from index.pgvector.guides import (
    GUIDE_FILES,
    MOST_COMPONENTS,
    guide_files,
    guides_from,
    guides_over,
)
from tests.index.conftest import clustered

VECTORS = clustered(600, 300, seed=44)


def test_each_metric_is_led_by_the_nearest_that_its_graph_has() -> None:
    guides = guides_over(VECTORS)
    assert guides[Metric.EUCLIDEAN] is guides[Metric.MANHATTAN]
    for metric in (Metric.COSINE, Metric.EUCLIDEAN):
        short = guides[metric].shortened(VECTORS)
        assert short.shape == (600, guides[metric].dimensions)
        assert short.shape[1] <= MOST_COMPONENTS + 1
        ready = VECTORS
        if metric is Metric.COSINE:
            ready = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
        whole = np.linalg.norm(ready[:20, None] - ready, axis=2)
        apart = np.linalg.norm(short[:20, None] - short, axis=2)
        assert (apart <= whole + 1e-4 * whole.max()).all()
        near = np.argsort(apart, axis=1)[:, :60]
        nearest = np.argsort(whole, axis=1)[:, :5]
        assert (nearest[:, :, None] == near[:, None, :]).any(2).mean() > 0.95


def test_guides_come_back_from_their_files() -> None:
    guides = guides_over(VECTORS)
    files = guide_files(guides)
    assert tuple(sorted(files)) == GUIDE_FILES
    again = guides_from({**files, "ids.npy": np.arange(600)})
    for metric in Metric:
        np.testing.assert_array_equal(
            again[metric].shortened(VECTORS), guides[metric].shortened(VECTORS)
        )


@pytest.mark.parametrize("missing", GUIDE_FILES)
def test_there_are_none_where_a_file_is_missing(missing: str) -> None:
    files = guide_files(guides_over(VECTORS))
    del files[missing]
    assert guides_from(files) == {}
    assert guide_files({}) == {}
