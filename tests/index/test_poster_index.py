import tempfile
import threading
import warnings
from collections.abc import Collection
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import Metric, Neighbour, PosterIndex

Catalogue = tuple[
    NDArray[np.int64], NDArray[np.float32], NDArray[np.float32], set[int] | None, set[int], int
]
"""Ids, vectors, a query, which may be found, which may not, and how many are wanted."""

FILTERS = ("all", "half", "tenth", "few", "excluded", "half without some")


def brute_distances(
    query: NDArray[np.float32], vectors: NDArray[np.float32], metric: Metric, decimals: int
) -> NDArray[np.float64]:
    """NumPy brute force in float64, rounded so that ties by definition are ties."""
    q, x = query.astype(np.float64), vectors.astype(np.float64)
    if metric is Metric.COSINE:
        found = 1 - (x * q).sum(axis=1) / np.sqrt((x * x).sum(axis=1) * (q * q).sum())
    elif metric is Metric.EUCLIDEAN:
        found = np.sqrt(((x - q) ** 2).sum(axis=1))
    else:
        found = np.abs(x - q).sum(axis=1)
    rounded: NDArray[np.float64] = np.round(found, decimals)
    return rounded


def brute_force(
    query: NDArray[np.float32],
    ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
    metric: Metric,
    k: int,
    within: Collection[int] | None = None,
    exclude: Collection[int] = (),
    decimals: int = 9,
) -> tuple[list[int], NDArray[np.float64]]:
    allowed = ~np.isin(ids, list(exclude))
    if within is not None:
        allowed &= np.isin(ids, list(within))
    ids, found = ids[allowed], brute_distances(query, vectors[allowed], metric, decimals)
    order = np.lexsort((ids, found))[:k]
    return ids[order].tolist(), found[order]


def filter_named(name: str, ids: NDArray[np.int64]) -> dict[str, Any]:
    few = {int(i) for i in ids[:3]} | {-5, 10**9}
    filters: dict[str, dict[str, Any]] = {
        "all": {},
        "half": {"within": {int(i) for i in ids[::2]}},
        "tenth": {"within": ids[::10]},
        "few": {"within": few},
        "excluded": {"exclude": [int(i) for i in ids[:20]]},
        "half without some": {"within": ids[::2], "exclude": few},
    }
    return filters[name]


@pytest.mark.parametrize("name", FILTERS)
def test_several_metrics_at_once_find_what_each_finds_alone(
    built: PosterIndex, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32], name: str
) -> None:
    counts = {Metric.COSINE: 3, Metric.EUCLIDEAN: 5, Metric.MANHATTAN: 1}
    filters = filter_named(name, poster_ids)
    alone = {m: built.search(vectors[6], m, k, **filters) for m, k in counts.items()}
    assert built.search_each(vectors[6], counts, **filters) == alone
    for metric, k in counts.items():
        assert built.search_each(vectors[6], {metric: k}, **filters) == {metric: alone[metric]}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("metric", Metric)
def test_a_search_equals_brute_force(
    built: PosterIndex,
    poster_ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
    metric: Metric,
    name: str,
) -> None:
    rng = np.random.default_rng(3)
    # Copies of posters, near-copies, and strangers; a fifth of the catalogue's rows are asked.
    queries = vectors[rng.integers(0, len(vectors), 60)]
    queries[20:40] += 0.01 * rng.normal(size=(20, queries.shape[1])).astype(np.float32)
    queries[40:] = rng.normal(size=(20, queries.shape[1])).astype(np.float32)
    asked = filter_named(name, poster_ids)
    for k in (1, 5, 300):
        many = built.search_many(queries, metric, k, **asked)
        for query, found in zip(queries, many, strict=True):
            ids, distances = brute_force(query, poster_ids, vectors, metric, k, **asked)
            assert [n.poster_id for n in found] == ids
            np.testing.assert_allclose([n.distance for n in found], distances, atol=2e-9)
            assert found == built.search(query, metric, k, **asked)


@pytest.mark.slow
@pytest.mark.parametrize("metric", Metric)
def test_a_thousand_searches_of_three_thousand_posters_equal_brute_force(
    tmp_path: Path, metric: Metric
) -> None:
    rng = np.random.default_rng(11)
    drawn = rng.normal(size=(3000, 48)) * rng.lognormal(0, 0.3, size=(3000, 1))
    vectors = drawn.astype(np.float32)
    ids = rng.permutation(np.arange(3000))
    index = PosterIndex.build(tmp_path, ids, vectors, model="m")
    queries = (vectors[:1000] + 0.5 * rng.normal(size=(1000, 48))).astype(np.float32)
    for within in (None, ids[:300], ids[:30], ids[:3]):
        for query in queries:
            found = index.search(query, metric, 5, within=within)
            expected, _ = brute_force(query, ids, vectors, metric, 5, within=within)
            assert [n.poster_id for n in found] == expected


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """A few posters with small whole coordinates, so that ties and copies are everywhere."""
    dimensions = draw(st.integers(1, 4))
    vector = st.lists(st.integers(-2, 2), min_size=dimensions, max_size=dimensions).filter(any)
    rows = draw(st.lists(vector, min_size=1, max_size=40))
    ids = draw(st.permutations(range(len(rows))))
    query = draw(vector)
    within = draw(st.none() | st.sets(st.sampled_from(range(len(rows)))))
    exclude = draw(st.sets(st.integers(0, 45), max_size=5))
    k = draw(st.integers(1, 12))
    as_floats = np.array(rows, dtype=np.float32), np.array(query, dtype=np.float32)
    return np.array(ids), *as_floats, within, exclude, k


@settings(max_examples=80)
@given(catalogue=catalogues(), metric=st.sampled_from(Metric))
def test_ties_and_copies_fall_as_in_brute_force(catalogue: Catalogue, metric: Metric) -> None:
    ids, vectors, query, within, exclude, k = catalogue
    with tempfile.TemporaryDirectory() as root, warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*rank the .* posters identically")
        index = PosterIndex.build(Path(root), ids, vectors, model="m")
        found = index.search(query, metric, k, within=within, exclude=exclude)
    expected, distances = brute_force(query, ids, vectors, metric, k, within, exclude)
    assert [n.poster_id for n in found] == expected
    np.testing.assert_allclose([n.distance for n in found], distances, atol=2e-9)


@pytest.mark.parametrize("metric", Metric)
def test_more_copies_than_asked_for_come_in_the_order_of_ids(
    tmp_path: Path, metric: Metric
) -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(400, 8)).astype(np.float32)
    vectors[100:300] = vectors[100]
    ids = rng.permutation(np.arange(400))
    index = PosterIndex.build(tmp_path, ids, vectors, model="m")
    found = index.search(vectors[100], metric, 5)
    assert [n.poster_id for n in found] == sorted(ids[100:300].tolist())[:5]
    assert [n.distance for n in found] == [0.0] * 5


@pytest.mark.parametrize("metric", Metric)
def test_differences_too_small_for_float32_sums_still_rank(tmp_path: Path, metric: Metric) -> None:
    # Posters around one point, apart by a few units in the last place: from afar, float32 sums
    # call them all alike; from nearby, FAISS's |q|^2 + |x|^2 - 2<q, x> for large batches does.
    rng = np.random.default_rng(6)
    point = rng.uniform(1, 2, size=512).astype(np.float32)
    crowd = (point + rng.integers(-3, 4, size=(280, 512)) * 2.0**-23).astype(np.float32)
    vectors = np.concatenate([crowd, rng.normal(size=(280, 512)).astype(np.float32)])
    ids = rng.permutation(np.arange(560))
    index = PosterIndex.build(tmp_path, ids, vectors, model="m")
    afar = point + rng.normal(size=(30, 512)).astype(np.float32)
    for queries in (afar, crowd):
        for query, found in zip(queries, index.search_many(queries, metric, 5), strict=True):
            expected, _ = brute_force(query, ids, vectors, metric, 5, decimals=12)
            assert [n.poster_id for n in found] == expected


def test_a_single_poster_can_be_found(tmp_path: Path) -> None:
    index = PosterIndex.build(tmp_path, np.array([4]), np.ones((1, 3), np.float32), model="m")
    assert index.search(np.ones(3, np.float32), Metric.COSINE, 5) == [Neighbour(4, 0.0, 0.0)]


def test_nothing_is_found_where_nothing_may_be(
    built: PosterIndex, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    assert built.search(vectors[0], Metric.COSINE, 5, within=()) == []
    assert built.search(vectors[0], Metric.COSINE, 5, within={1}) == []
    assert built.search(vectors[0], Metric.COSINE, 5, exclude=poster_ids) == []


def test_embeddings_come_back_as_they_were_given(
    built: PosterIndex, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    np.testing.assert_array_equal(built.embeddings(poster_ids[[7, 2, 7]]), vectors[[7, 2, 7]])
    with pytest.raises(KeyError, match="poster 1 "):
        built.embeddings([1])


def test_what_an_index_holds_cannot_be_changed(built: PosterIndex) -> None:
    with pytest.raises(ValueError, match="read-only"):
        built.poster_ids[0] = 1


def test_threads_search_at_once_with_one_faiss_thread_each(
    built: PosterIndex, vectors: NDArray[np.float32]
) -> None:
    expected = [built.search(v, Metric.MANHATTAN, 5) for v in vectors]
    results: dict[int, list[list[Neighbour]]] = {}
    faiss_threads: dict[int, int] = {}

    def work(name: int) -> None:
        faiss.omp_set_num_threads(3)  # what a new thread may start with
        results[name] = [built.search(v, Metric.MANHATTAN, 5) for v in vectors]
        faiss_threads[name] = faiss.omp_get_max_threads()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(results[i] == expected for i in range(4))
    assert faiss_threads == dict.fromkeys(range(4), 1)
