import numpy as np
import pytest

from embedder.evaluation import nearest, rank_of


@pytest.mark.parametrize("metric", ["cosine", "euclidean", "manhattan"])
def test_nearest_is_brute_force(metric: str) -> None:
    rng = np.random.default_rng(0)
    queries = rng.normal(size=(7, 5)).astype(np.float32)
    gallery = rng.normal(size=(50, 5)).astype(np.float32)
    if metric == "cosine":
        distances = 1 - (queries @ gallery.T) / np.outer(
            np.linalg.norm(queries, axis=1), np.linalg.norm(gallery, axis=1)
        )
    else:
        order = 2 if metric == "euclidean" else 1
        distances = np.linalg.norm(queries[:, None] - gallery[None], order, axis=2)
    np.testing.assert_array_equal(
        nearest(queries, gallery, metric, 4), np.argsort(distances, axis=1)[:, :4]
    )


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(ValueError, match="hamming"):
        nearest(np.ones((1, 2), np.float32), np.ones((3, 2), np.float32), "hamming", 1)


def test_a_tie_counts_against_the_rank() -> None:
    gallery = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    query = np.array([1, 0], np.float32)
    assert rank_of(query, [0], gallery, "euclidean") == 2
    assert rank_of(query, [0], gallery, "euclidean", exclude=[1]) == 1
    assert rank_of(query, [2], gallery, "cosine") == 3
