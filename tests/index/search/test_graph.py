import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric, PosterIndex
from index.metric import distances
from index.search.graph import Graph, walk_length
from tests.index.search.conftest import COUNT, facts_of


@pytest.fixture(scope="module")
def queries(drawn: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[60, 16] as the posters were drawn, but none of them."""
    return drawn[COUNT:]


def truth(
    query: NDArray[np.float32],
    posters: NDArray[np.float32],
    ids: NDArray[np.int64],
    metric: Metric,
    k: int,
    within: NDArray[np.int64] | None = None,
) -> tuple[list[int], NDArray[np.float64]]:
    among = np.arange(COUNT) if within is None else np.flatnonzero(np.isin(ids, within))
    found = distances(query, posters[among], metric)
    order = np.lexsort((ids[among], found))[:k]
    return ids[among][order].tolist(), found[order]


def recall(
    index: PosterIndex,
    queries: NDArray[np.float32],
    posters: NDArray[np.float32],
    ids: NDArray[np.int64],
    metric: Metric,
    within: NDArray[np.int64] | None = None,
) -> float:
    hits = [
        len(
            {n.poster_id for n in index.search(query, metric, 5, within=within)}
            & set(truth(query, posters, ids, metric, 5, within)[0])
        )
        for query in queries
    ]
    return float(np.mean(hits)) / 5


@pytest.mark.slow
@pytest.mark.parametrize("metric", Metric)
def test_graphs_find_the_nearest_of_strangers(
    graphs: PosterIndex,
    queries: NDArray[np.float32],
    posters: NDArray[np.float32],
    ids: NDArray[np.int64],
    metric: Metric,
) -> None:
    assert recall(graphs, queries, posters, ids, metric) >= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("share", [2, 10, 100, 1000])
@pytest.mark.parametrize("metric", Metric)
def test_graphs_find_the_nearest_that_pass_a_filter(
    graphs: PosterIndex,
    queries: NDArray[np.float32],
    posters: NDArray[np.float32],
    ids: NDArray[np.int64],
    metric: Metric,
    share: int,
) -> None:
    within = ids[::share]
    assert recall(graphs, queries[:20], posters, ids, metric, within) >= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("metric", [Metric.COSINE, Metric.EUCLIDEAN])
def test_all_near_posters_may_be_excluded(
    graphs: PosterIndex,
    queries: NDArray[np.float32],
    posters: NDArray[np.float32],
    ids: NDArray[np.int64],
    metric: Metric,
) -> None:
    near, _ = truth(queries[0], posters, ids, metric, 3_000)
    found = graphs.search(queries[0], metric, 5, exclude=near)
    expected, _ = truth(queries[0], posters, ids, metric, 5, np.setdiff1d(ids, near))
    assert len(set(expected) & {n.poster_id for n in found}) >= 4
    assert not set(near) & {n.poster_id for n in found}


@pytest.mark.slow
@pytest.mark.parametrize("metric", Metric)
def test_distances_of_a_graphs_finds_are_those_of_the_metric(
    graphs: PosterIndex,
    queries: NDArray[np.float32],
    posters: NDArray[np.float32],
    ids: NDArray[np.int64],
    metric: Metric,
) -> None:
    kept = posters.astype(facts_of(graphs).storage)
    at = {int(poster): row for row, poster in enumerate(ids)}
    for query in queries[:10]:
        found = graphs.search(query, metric, 7)
        near = [n.distance for n in found]
        assert len(near) == 7
        assert near == sorted(near)
        exact = distances(query, kept[[at[n.poster_id] for n in found]], metric)
        np.testing.assert_allclose(near, exact, rtol=1e-12)


@pytest.mark.slow
def test_copies_tie_by_id_and_many_neighbours_are_all_there(
    graphs: PosterIndex, posters: NDArray[np.float32], ids: NDArray[np.int64]
) -> None:
    for metric in Metric:
        found = graphs.search(posters[0], metric, 2)
        assert [n.poster_id for n in found] == sorted([int(ids[0]), int(ids[-1])])
        assert found[0].distance == found[1].distance
        many = graphs.search(posters[0], metric, COUNT)
        assert len(many) == COUNT
        assert graphs.search(posters[0], metric, 3, within=()) == []


@pytest.mark.parametrize("spread", [30, 300])
def test_a_graph_leads_the_way_by_the_components_that_hold_the_variance(spread: float) -> None:
    rng = np.random.default_rng(3)
    scales = np.where(np.arange(100) < 40, 10.0, 10.0 / spread)
    vectors = (rng.normal(size=(2_000, 100)) * scales).astype(np.float32)
    graph = Graph.over(vectors, Metric.EUCLIDEAN)
    assert graph.dimensions == 48  # 40, filled up to a multiple of 16
    coarse = graph.nearest_among(vectors[0], np.arange(2_000), 20)
    exact = np.argsort(distances(vectors[0], vectors, Metric.EUCLIDEAN))[:10]
    assert coarse[0] == 0
    assert set(exact) <= set(coarse)


def test_few_or_identical_posters_can_be_joined_too() -> None:
    for vectors in (np.ones((9, 5), np.float32), np.eye(9, 40, dtype=np.float32)):
        graph = Graph.over(vectors, Metric.EUCLIDEAN)
        assert graph.dimensions == 16
        assert set(graph.nearest(vectors[:1], 9)[0]) == {*range(9)}


def test_a_filter_and_more_neighbours_lengthen_a_walk_alike() -> None:
    assert walk_length(100, 5, 1.0, 4) == 100
    assert walk_length(100, 1, 1.0, 4) == 100
    assert walk_length(100, 50, 1.0, 4) == walk_length(100, 5, 0.1, 4) == 280
