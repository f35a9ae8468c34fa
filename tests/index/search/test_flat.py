from collections.abc import Iterator
from pathlib import Path

import faiss
import numpy as np
import pytest

from index import Metric, PosterIndex
from index.metric import distances
from index.search.flat import Flat, gpus


@pytest.fixture
def expanding() -> Iterator[None]:
    """Lets FAISS compute |q|^2 + |x|^2 - 2<q, x> for single queries too, as a GPU does."""
    before = faiss.cvar.distance_compute_blas_threshold
    faiss.cvar.distance_compute_blas_threshold = 1
    yield
    faiss.cvar.distance_compute_blas_threshold = before


def test_squares_that_drown_in_rounding_lose_no_neighbour(expanding: None) -> None:
    # Two hundred posters far from the origin and close to each other: all their rounded squares
    # are alike, so that every one must be fetched to be told apart.
    rng = np.random.default_rng(5)
    point = rng.uniform(100, 200, size=64)
    vectors = (point + 0.001 * rng.normal(size=(200, 64))).astype(np.float32)
    index = faiss.IndexFlatL2(64)
    index.add(vectors)
    query = vectors[:1] + np.float32(0.0005)
    nearest = int(distances(query[0], vectors, Metric.EUCLIDEAN).argmin())
    _, rounded = index.search(query, 13)
    (asking_a_gpu,) = Flat(index, index, Metric.EUCLIDEAN).candidates(query, 5)
    assert nearest in asking_a_gpu
    assert len(asking_a_gpu) == 200
    assert nearest not in rounded, "the rounding that this test is about does not happen here"


@pytest.mark.gpu
@pytest.mark.parametrize("metric", Metric)
def test_a_gpu_finds_what_the_processor_finds(
    tmp_path: Path, metric: Metric, monkeypatch: pytest.MonkeyPatch
) -> None:
    if gpus() == 0:
        pytest.skip("FAISS knows no GPU here")
    rng = np.random.default_rng(2)
    vectors = (rng.normal(size=(20_000, 96)) * rng.lognormal(0, 0.3, (20_000, 1))).astype("f4")
    vectors[500:540] = vectors[500]
    ids = np.arange(20_000)
    by_gpu = PosterIndex.build(tmp_path, ids, vectors, model="m")
    monkeypatch.setattr("index.search.flat.gpus", lambda: 0)
    by_processor = PosterIndex.load(tmp_path)
    queries = np.concatenate([vectors[495:545], vectors[:200] + vectors[200:400]])
    for within in (None, ids[::2], ids[::100]):
        for k in (5, 50, 3000):
            one = by_gpu.search_many(queries, metric, k, within=within)
            assert one == by_processor.search_many(queries, metric, k, within=within)
