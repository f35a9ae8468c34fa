from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric, PosterIndex
from index.metric import distances
from index.search.flat import Flat, gpus


class Drowned:
    """Stands for an index of a GPU, which computes |q|^2 + |x|^2 - 2<q, x>: what it tells of each
    vector is rounding, by which the farthest seem the nearest."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors

    def search(
        self, asked: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        far = distances(asked[0], self._vectors, Metric.EUCLIDEAN)
        rounded = np.linspace(0, 1, len(far), dtype=np.float32)
        return rounded[None, :k], np.argsort(-far)[None, :k]


def test_squares_that_drown_in_rounding_lose_no_neighbour() -> None:
    # Two hundred posters far from the origin and close to each other: their squares are about
    # 1e-4, and the rounding of sums of 1e6 is about 1, so that every one must be fetched to be told
    # apart.
    rng = np.random.default_rng(5)
    point = rng.uniform(100, 200, size=64)
    vectors = (point + 0.001 * rng.normal(size=(200, 64))).astype(np.float32)
    index = faiss.IndexFlatL2(64)
    index.add(vectors)
    query = vectors[:1] + np.float32(0.0005)
    nearest = int(distances(query[0], vectors, Metric.EUCLIDEAN).argmin())
    (asking_a_gpu,) = Flat(index, Drowned(vectors), Metric.EUCLIDEAN).candidates(query, 5)
    assert nearest in asking_a_gpu
    assert len(asking_a_gpu) == 200


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
