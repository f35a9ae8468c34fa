"""Shortened vectors bound distances from below, and lose no neighbour whatever the vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Metric
from index.metric import distances
from index.search.components import Components
from index.search.shortened import SHORTENED, Shortened


def leaning(count: int, dimensions: int, axes: int, rest: float, seed: int) -> np.ndarray:
    """float32[count, dimensions] that vary along a few axes and by `rest` along all others."""
    rng = np.random.default_rng(seed)
    along = rng.normal(size=(count, axes)) @ rng.normal(size=(axes, dimensions))
    return (along + rest * rng.normal(size=(count, dimensions))).astype(np.float32)


@given(st.integers(0, 10_000), st.sampled_from([1e-4, 0.1, 1.0, 10.0]))
def test_shortened_vectors_are_never_farther_apart(seed: int, rest: float) -> None:
    vectors = leaning(60, 24, axes=4, rest=rest, seed=seed)
    short = Components.of(vectors[:40]).shortened(vectors)
    below = distances(short[0], short[1:], Metric.EUCLIDEAN)
    true = distances(vectors[0], vectors[1:], Metric.EUCLIDEAN)
    assert (below <= true * (1 + 1e-5)).all()


@pytest.mark.parametrize("metric", SHORTENED)
@pytest.mark.parametrize(
    "vectors",
    [
        pytest.param(leaning(3_000, 48, axes=5, rest=0.2, seed=2), id="leaning"),
        pytest.param(leaning(3_000, 48, axes=48, rest=1.0, seed=3), id="every way alike"),
        pytest.param(
            1_000 + 0.001 * leaning(600, 48, axes=5, rest=1.0, seed=4), id="far and close together"
        ),
        pytest.param(np.repeat(leaning(30, 48, axes=5, rest=1.0, seed=5), 50, 0), id="copies"),
        pytest.param(np.ones((50, 48), np.float32), id="all the same"),
    ],
)
def test_what_is_found_holds_all_that_are_nearest(vectors: np.ndarray, metric: Metric) -> None:
    rng = np.random.default_rng(6)
    vectors = vectors.astype(np.float32)
    asked = vectors[rng.choice(len(vectors), 8)]
    asked = np.concatenate([asked, asked * np.float32(1.001), -asked])
    short = Shortened.over(vectors, metric)
    for passing in (None, rng.random(len(vectors)) < 0.5, rng.random(len(vectors)) < 0.1):
        rows = np.arange(len(vectors)) if passing is None else np.flatnonzero(passing)
        for k in (1, 5, 40):
            found = short.candidates(asked, k, passing)
            for query, candidates in zip(asked, found, strict=True):
                assert np.isin(candidates, rows).all()
                true = distances(query, vectors[rows], metric)
                edge = np.sort(true)[min(k, len(true)) - 1]
                assert set(rows[true <= edge]) <= set(candidates)


def test_cosines_that_tie_by_their_rounding_are_all_found() -> None:
    """Angles of less than 1.4e-6 give a distance of 0 to twelve decimals."""
    rng = np.random.default_rng(0)

    def around(angle: float, count: int) -> np.ndarray:
        aside = rng.normal(size=(count, 7))
        aside *= np.sin(angle) / np.linalg.norm(aside, axis=1, keepdims=True)
        return np.concatenate([np.full((count, 1), np.cos(angle)), aside], axis=1)

    far = rng.normal(size=(500, 8))
    vectors = np.concatenate([around(9e-7, 8), far, -far, around(1e-8, 41)]).astype(np.float32)
    query = np.eye(1, 8, dtype=np.float32)
    true = distances(query[0], vectors, Metric.COSINE)
    assert (true[:8] == 0).all()
    (found,) = Shortened.over(vectors, Metric.COSINE).candidates(query, 5)
    assert set(np.flatnonzero(true == 0)) <= set(found)


def test_few_are_fetched_of_vectors_that_lean() -> None:
    vectors = leaning(3_000, 48, axes=5, rest=0.05, seed=7)
    (found,) = Shortened.over(vectors, Metric.EUCLIDEAN).candidates(vectors[:1], 5)
    assert len(found) < 100
