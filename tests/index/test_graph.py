import numpy as np
import pytest

from index import Metric, Options, PosterIndex, Storage
from index.graph import EXACT_BELOW, LINKS, Graph
from index.metric import distances

COUNT = EXACT_BELOW + 4_000


@pytest.fixture(scope="module")
def drawn():
    """float32[COUNT + 60, 16] in soft clusters."""
    rng = np.random.default_rng(21)
    centres = rng.normal(size=(300, 16)) * rng.lognormal(0, 0.2, size=(300, 1))
    noise = 0.5 * rng.normal(size=(COUNT + 60, 16))
    return (centres[rng.integers(0, 300, COUNT + 60)] + noise).astype(np.float32)


@pytest.fixture(scope="module")
def posters(drawn):
    """float32[COUNT, 16]; the last is a copy of the first."""
    return np.concatenate([drawn[: COUNT - 1], drawn[:1]])


@pytest.fixture(scope="module")
def ids():
    return np.random.default_rng(22).permutation(np.arange(10, 10 + 2 * COUNT, 2))


@pytest.fixture(scope="module")
def queries(drawn):
    """float32[60, 16] as the posters were drawn, but none of them."""
    return drawn[COUNT:]


@pytest.fixture(scope="module", params=Storage)
def folder(request, tmp_path_factory, posters, ids):
    options = Options(exact_up_to=COUNT - 1, storage=request.param)
    root = tmp_path_factory.mktemp("graphs")
    made = PosterIndex.build(root, ids, posters, model="m", options=options)
    return root / made.manifest.fingerprint


@pytest.fixture(scope="module")
def graphs(folder):
    return PosterIndex.load(folder.parent)


def truth(query, posters, ids, metric, k, within=None):
    among = np.arange(COUNT) if within is None else np.flatnonzero(np.isin(ids, within))
    found = distances(query, posters[among], metric)
    order = np.lexsort((ids[among], found))[:k]
    return ids[among][order].tolist(), found[order]


def recall(index, queries, posters, ids, metric, within=None):
    hits = [
        len(
            {n.poster_id for n in index.search(query, metric, 5, within=within)}
            & set(truth(query, posters, ids, metric, 5, within)[0])
        )
        for query in queries
    ]
    return np.mean(hits) / 5


@pytest.mark.slow
def test_a_large_catalogue_is_searched_by_graphs_and_a_small_one_exactly(graphs, built):
    facts = graphs.manifest.graph
    assert set(facts.recall) == set(facts.width) == set(Metric)
    assert all(share >= 0.99 for share in facts.recall.values())
    assert built.manifest.graph is None


@pytest.mark.slow
@pytest.mark.parametrize("metric", Metric)
def test_graphs_find_the_nearest_of_strangers(graphs, queries, posters, ids, metric):
    assert recall(graphs, queries, posters, ids, metric) >= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("share", [2, 10, 100, 1000])
@pytest.mark.parametrize("metric", Metric)
def test_graphs_find_the_nearest_that_pass_a_filter(graphs, queries, posters, ids, metric, share):
    within = ids[::share]
    assert recall(graphs, queries[:20], posters, ids, metric, within) >= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("metric", [Metric.COSINE, Metric.EUCLIDEAN])
def test_all_near_posters_may_be_excluded(graphs, queries, posters, ids, metric):
    near, _ = truth(queries[0], posters, ids, metric, 3_000)
    found = graphs.search(queries[0], metric, 5, exclude=near)
    expected, _ = truth(queries[0], posters, ids, metric, 5, np.setdiff1d(ids, near))
    assert len(set(expected) & {n.poster_id for n in found}) >= 4
    assert not set(near) & {n.poster_id for n in found}


@pytest.mark.slow
@pytest.mark.parametrize("metric", Metric)
def test_distances_of_a_graphs_finds_are_those_of_the_metric(graphs, queries, posters, ids, metric):
    kept = posters.astype(graphs.manifest.graph.storage)
    at = {int(poster): row for row, poster in enumerate(ids)}
    for query in queries[:10]:
        found = graphs.search(query, metric, 7)
        near = [n.distance for n in found]
        assert len(near) == 7
        assert near == sorted(near)
        exact = distances(query, kept[[at[n.poster_id] for n in found]], metric)
        np.testing.assert_allclose(near, exact, rtol=1e-12)


@pytest.mark.slow
def test_copies_tie_by_id_and_many_neighbours_are_all_there(graphs, posters, ids):
    for metric in Metric:
        found = graphs.search(posters[0], metric, 2)
        assert [n.poster_id for n in found] == sorted([int(ids[0]), int(ids[-1])])
        assert found[0].distance == found[1].distance
        many = graphs.search(posters[0], metric, COUNT)
        assert len(many) == COUNT
        assert graphs.search(posters[0], metric, 3, within=()) == []


@pytest.mark.slow
def test_a_graphs_folder_holds_the_vectors_once(folder, graphs, posters, ids):
    kept = posters.astype(graphs.manifest.graph.storage)
    np.testing.assert_array_equal(graphs.embeddings(ids[:50]), kept[:50])
    size = sum(path.stat().st_size for path in [*folder.glob("*.hnsw"), *folder.glob("v*.npy")])
    links = 4 * (2 * LINKS + 1) + 4 + 8 + 4  # of the lowest layer, a few of others, their places
    coarse = 16  # a byte a dimension
    assert size < COUNT * (16 * kept.itemsize + 2 * (coarse + links)) * 1.03


@pytest.mark.parametrize("spread", [30, 300])
def test_a_graph_leads_the_way_by_the_components_that_hold_the_variance(spread):
    rng = np.random.default_rng(3)
    scales = np.where(np.arange(100) < 40, 10.0, 10.0 / spread)
    vectors = (rng.normal(size=(2_000, 100)) * scales).astype(np.float32)
    graph = Graph.over(vectors, Metric.EUCLIDEAN)
    assert graph.dimensions == 48  # 40, filled up to a multiple of 16
    coarse = graph.nearest_among(vectors[0], np.arange(2_000), 20)
    exact = np.argsort(distances(vectors[0], vectors, Metric.EUCLIDEAN))[:10]
    assert coarse[0] == 0
    assert set(exact) <= set(coarse)


def test_few_or_identical_posters_can_be_joined_too():
    for vectors in (np.ones((9, 5), np.float32), np.eye(9, 40, dtype=np.float32)):
        graph = Graph.over(vectors, Metric.EUCLIDEAN)
        assert graph.dimensions == 16
        assert set(graph.nearest(vectors[:1], 9)[0]) == {*range(9)}


def test_fewer_than_ten_posters_are_compared_exactly_whatever_is_asked(tmp_path):
    for count in (2, 9, 10, 11):
        vectors = np.random.default_rng(count).normal(size=(count, 6)).astype(np.float32)
        index = PosterIndex.build(
            tmp_path, np.arange(count), vectors, model="m", options=Options(exact_up_to=0)
        )
        assert (index.manifest.graph is None) == (count < 10)
        if index.manifest.graph is not None:
            assert all(share > 0 for share in index.manifest.graph.recall.values())
        for metric in Metric:
            assert index.search(vectors[1], metric, 1)[0].poster_id == 1


def test_what_half_floats_cannot_hold_is_refused_for_them(tmp_path):
    vectors = np.random.default_rng(1).normal(size=(200, 4)).astype(np.float32)
    vectors[3] = 70_000
    options = Options(exact_up_to=100, storage=Storage.FLOAT16)
    with pytest.raises(ValueError, match="too large for float16"):
        PosterIndex.build(tmp_path, np.arange(200), vectors, model="m", options=options)
    assert not list(tmp_path.iterdir())
