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
    coarse = 8 if kept.itemsize == 2 else 2 * 16
    assert size < COUNT * (16 * kept.itemsize + coarse + 2 * links) * 1.03


def test_what_half_floats_cannot_hold_is_refused_for_them(tmp_path):
    vectors = np.random.default_rng(1).normal(size=(200, 4)).astype(np.float32)
    vectors[3] = 70_000
    options = Options(exact_up_to=100, storage=Storage.FLOAT16)
    with pytest.raises(ValueError, match="too large for float16"):
        PosterIndex.build(tmp_path, np.arange(200), vectors, model="m", options=options)
    assert not list(tmp_path.iterdir())


def test_the_coarse_vectors_that_lead_the_way_are_nobodys_embeddings():
    vectors = np.random.default_rng(1).normal(size=(200, 4)).astype(np.float32)
    for metric, storage in (
        (Metric.COSINE, Storage.FLOAT32),
        (Metric.EUCLIDEAN, Storage.FLOAT32),
        (Metric.COSINE, Storage.FLOAT16),
    ):
        graph = Graph.over(vectors, metric, storage)
        with pytest.raises(ValueError, match="half floats"):
            graph.vectors  # noqa: B018
