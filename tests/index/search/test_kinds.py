from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric, Options, PosterIndex, Storage
from index.manifest import GraphFacts
from index.search.graph import EXACT_BELOW, GRAPH_LINKS

COUNT = EXACT_BELOW + 4_000


@pytest.fixture(scope="module")
def drawn() -> NDArray[np.float32]:
    """float32[COUNT + 60, 16] in soft clusters."""
    rng = np.random.default_rng(21)
    centres = rng.normal(size=(300, 16)) * rng.lognormal(0, 0.2, size=(300, 1))
    noise = 0.5 * rng.normal(size=(COUNT + 60, 16))
    return (centres[rng.integers(0, 300, COUNT + 60)] + noise).astype(np.float32)


@pytest.fixture(scope="module")
def posters(drawn: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[COUNT, 16]; the last is a copy of the first."""
    return np.concatenate([drawn[: COUNT - 1], drawn[:1]])


@pytest.fixture(scope="module")
def ids() -> NDArray[np.int64]:
    return np.random.default_rng(22).permutation(np.arange(10, 10 + 2 * COUNT, 2))


@pytest.fixture(scope="module", params=Storage)
def folder(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    posters: NDArray[np.float32],
    ids: NDArray[np.int64],
) -> Path:
    options = Options(exact_up_to=COUNT - 1, storage=request.param)
    root = tmp_path_factory.mktemp("graphs")
    made = PosterIndex.build(root, ids, posters, model="m", options=options)
    return root / made.manifest.fingerprint


@pytest.fixture(scope="module")
def graphs(folder: Path) -> PosterIndex:
    return PosterIndex.load(folder.parent)


def facts_of(index: PosterIndex) -> GraphFacts:
    facts = index.manifest.graph
    assert facts is not None
    return facts


def test_a_folder_of_the_first_format_gives_the_same(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    vectors: NDArray[np.float32],
    poster_ids: NDArray[np.int64],
) -> None:
    now = PosterIndex.build(tmp_path / "now", poster_ids, vectors, model="m")
    monkeypatch.setattr("index.search.kinds.SHORTENED", ())
    monkeypatch.setattr("index.contents.MANIFEST_FORMAT", 1)
    PosterIndex.build(tmp_path / "former", poster_ids, vectors, model="m")
    monkeypatch.undo()
    former = PosterIndex.load(tmp_path / "former")
    assert former.manifest.format == 1
    for metric in Metric:
        assert former.search_many(vectors, metric, 7) == now.search_many(vectors, metric, 7)


@pytest.mark.slow
def test_a_large_catalogue_is_searched_by_graphs_and_a_small_one_exactly(
    graphs: PosterIndex, built: PosterIndex
) -> None:
    facts = facts_of(graphs)
    assert set(facts.recall) == set(facts.width) == set(Metric)
    assert all(share >= 0.99 for share in facts.recall.values())
    assert built.manifest.graph is None


@pytest.mark.slow
def test_a_graphs_folder_holds_the_vectors_once(
    folder: Path, graphs: PosterIndex, posters: NDArray[np.float32], ids: NDArray[np.int64]
) -> None:
    kept = posters.astype(facts_of(graphs).storage)
    np.testing.assert_array_equal(graphs.embeddings(ids[:50]), kept[:50])
    size = sum(path.stat().st_size for path in [*folder.glob("*.hnsw"), *folder.glob("v*.npy")])
    links = 4 * (2 * GRAPH_LINKS + 1) + 4 + 8 + 4  # of the lowest layer, a few of others, places
    coarse = 16  # a byte a dimension
    assert size < COUNT * (16 * kept.itemsize + 2 * (coarse + links)) * 1.03


def test_fewer_than_ten_posters_are_compared_exactly_whatever_is_asked(tmp_path: Path) -> None:
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


def test_what_half_floats_cannot_hold_is_refused_for_them(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(200, 4)).astype(np.float32)
    vectors[3] = 70_000
    options = Options(exact_up_to=100, storage=Storage.FLOAT16)
    with pytest.raises(ValueError, match="too large for float16"):
        PosterIndex.build(tmp_path, np.arange(200), vectors, model="m", options=options)
    assert not list(tmp_path.iterdir())
