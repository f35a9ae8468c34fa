import numpy as np
import pytest

from index import Metric
from index.pgvector.guides import (
    GUIDE_FILES,
    MOST_NUMBERS,
    guide_files,
    guides_from,
    guides_over,
)
from tests.index.conftest import clustered

VECTORS = clustered(600, 300, seed=44)


def test_each_metric_is_led_by_the_nearest_that_its_graph_has() -> None:
    guides = guides_over(VECTORS)
    assert guides[Metric.EUCLIDEAN] is guides[Metric.MANHATTAN]
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    for metric, ready, order in (
        (Metric.COSINE, unit, 2),
        (Metric.EUCLIDEAN, VECTORS, 2),
        (Metric.MANHATTAN, VECTORS, 1),
    ):
        guide = guides[metric]
        short = guide.shortened(VECTORS)
        assert short.shape == (600, guide.dimensions) == (600, MOST_NUMBERS)
        leads_by = 1 if guide.distance is Metric.MANHATTAN else 2
        apart = np.linalg.norm(short[:20, None] - short, leads_by, axis=2)
        whole = np.linalg.norm(ready[:20, None] - ready, order, axis=2)
        near = np.argsort(apart, axis=1)[:, :60]
        nearest = np.argsort(whole, axis=1)[:, :5]
        assert (nearest[:, :, None] == near[:, None, :]).any(2).mean() > 0.95


def test_what_varies_most_leads() -> None:
    varied = np.zeros((600, 300), np.float32)
    varied[:, 40:250] = VECTORS[:, 40:250]
    guide = guides_over(varied)[Metric.MANHATTAN]
    assert guide.numbers.min() >= 40
    assert guide.numbers.max() < 250
    assert len(guides_over(VECTORS[:, :7])[Metric.COSINE].numbers) == 7


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
