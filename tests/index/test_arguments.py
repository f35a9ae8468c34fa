from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric, PosterIndex


def test_a_count_below_one_among_several_is_refused(
    built: PosterIndex, vectors: NDArray[np.float32]
) -> None:
    with pytest.raises(ValueError, match="k must be at least 1, not 0"):
        built.search_each(vectors[6], {Metric.COSINE: 0, Metric.EUCLIDEAN: 5})


@pytest.mark.parametrize(
    "query",
    [
        np.zeros(16, np.float32),
        np.full(16, np.nan, np.float32),
        np.full(16, np.inf, np.float32),
        np.full(16, 1e30, np.float32),
        np.ones(15, np.float32),
        np.ones((1, 16), np.float32),
        np.ones(16, np.float64),
        [1.0] * 16,
    ],
    ids=["zero", "NaN", "infinite", "too long", "D", "shape", "dtype", "list"],
)
def test_a_query_that_cannot_be_compared_is_refused(
    built: PosterIndex, query: NDArray[np.float32]
) -> None:
    with pytest.raises(ValueError, match="quer"):
        built.search(query, Metric.COSINE, 5)


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_is_refused(built: PosterIndex, vectors: NDArray[np.float32], k: int) -> None:
    with pytest.raises(ValueError, match="k must be at least 1"):
        built.search(vectors[0], Metric.COSINE, k)


def test_an_unknown_metric_is_refused(built: PosterIndex, vectors: NDArray[np.float32]) -> None:
    with pytest.raises(ValueError, match="hamming"):
        built.search(vectors[0], "hamming", 5)  # type: ignore[arg-type]


def test_a_gap_refuses_embeddings_of_another_kind(
    built: PosterIndex, vectors: NDArray[np.float32]
) -> None:
    with pytest.raises(ValueError, match="float32"):
        built.gap(vectors[0].astype(float), vectors[1].astype(float), Metric.COSINE)
    with pytest.raises(ValueError, match="must be float32"):
        built.gap(vectors[0][:-1], vectors[1][:-1], Metric.COSINE)


@pytest.mark.parametrize(
    ("ids", "embeddings", "match"),
    [
        (np.array([1, 1]), np.ones((2, 3), np.float32), "unique"),
        (np.array([1.0, 2.0]), np.ones((2, 3), np.float32), "integers"),
        (np.array([], dtype=np.int64), np.ones((0, 3), np.float32), "N >= 1"),
        (np.array([[1]]), np.ones((1, 3), np.float32), "N >= 1"),
        (np.array([1]), np.ones((2, 3), np.float32), "1 poster ids for 2 embeddings"),
        (np.array([1, 2]), np.ones((2, 3)), "float32"),
        (np.array([1, 2]), np.ones(2, np.float32), "shape"),
        (np.array([1, 2]), np.array([[1, 1], [1, np.nan]], np.float32), "row 1 is not"),
        (np.array([1, 2]), np.array([[0, 0], [1, 1]], np.float32), "row 0 has 0"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    tmp_path: Path, ids: NDArray[np.int64], embeddings: NDArray[np.float32], match: str
) -> None:
    with pytest.raises(ValueError, match=match):
        PosterIndex.build(tmp_path, ids, embeddings, model="m")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("ids", "embeddings"),
    [
        (np.array([1, 1]), np.ones((2, 16), np.float32)),
        (np.array([1]), np.ones((2, 16), np.float32)),
        (np.array([1]), np.ones((1, 15), np.float32)),
        (np.array([1]), np.full((1, 16), np.nan, np.float32)),
        (np.array([1.5]), np.ones((1, 16), np.float32)),
    ],
    ids=["twice", "count", "D", "NaN", "fraction"],
)
def test_what_does_not_fit_is_not_added(
    halved: PosterIndex, ids: NDArray[np.int64], embeddings: NDArray[np.float32]
) -> None:
    with pytest.raises(ValueError, match=r"poster_ids|embeddings"):
        halved.having(ids, embeddings)
