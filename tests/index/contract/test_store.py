"""How indexes are kept, wherever that is."""

import numpy as np
import pytest
from numpy.typing import NDArray

from index import IndexFolderError, Metric, PosterIndex
from tests.index.contract.conftest import COPIED, COUNT, Engine
from tests.index.test_poster_index import brute_force

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


def some(vectors: Vectors, ids: Ids) -> tuple[Ids, Vectors]:
    return ids[:150], vectors[:150]


def test_an_empty_place_has_no_index(engine: Engine) -> None:
    store = engine.new()
    for ask in (store.current, store.load, store.prune):
        with pytest.raises(IndexFolderError, match="onesheet index"):
            ask()


def test_what_was_built_is_current_and_opens_as_it_was(
    engine: Engine, ids: Ids, many: Vectors, strangers: Vectors
) -> None:
    store = engine.new()
    pairs = np.array([[ids[0], ids[1]]])
    made = engine.build(store, *some(many, ids), duplicates=pairs)
    assert store.current() == made.manifest.fingerprint
    assert store.described(store.current()) == made.manifest
    opened = store.load()
    assert opened.manifest == made.manifest
    assert (opened.manifest.n, opened.manifest.d) == (150, 16)
    for metric in Metric:
        assert opened.search(strangers[0], metric, 5) == made.search(strangers[0], metric, 5)
    assert opened.duplicates is not None
    np.testing.assert_array_equal(opened.duplicates, pairs)
    assert opened.map is None


def test_the_map_is_kept(
    engine: Engine, ids: Ids, many: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.map._NEIGHBOURS", 150)  # by principal components: UMAP takes long
    store = engine.new()
    numbers, vectors = some(many, ids)
    made = store.build(
        numbers, vectors, model="m", with_map=True, duplicates=None, options=engine.options
    )
    opened = store.load()
    assert made.map is not None
    assert opened.map is not None
    np.testing.assert_array_equal(opened.map, made.map)
    (found,) = opened.search(vectors[3], Metric.COSINE, 1)
    row = np.flatnonzero(opened.folder_ids == numbers[3])[0]
    assert opened.place([found]) == pytest.approx(tuple(opened.map[row].tolist()))


@pytest.fixture(scope="session")
def fives(ids: Ids, many: Vectors) -> dict[Metric, list[set[int]]]:
    """The five nearest others of some posters under each metric, one by one."""
    return {
        metric: [
            {*brute_force(many[row], ids, many, metric, 5, exclude=ids[[row]].tolist())[0]}
            for row in range(COPIED, COPIED + 200)
        ]
        for metric in Metric
    }


def test_the_arms_overlap_as_brute_force_has_it(
    index: PosterIndex, fives: dict[Metric, list[set[int]]]
) -> None:
    pairs = {"cosine-euclidean", "cosine-manhattan", "euclidean-manhattan"}
    assert {*index.manifest.overlap} == pairs
    for pair, overlap in index.manifest.overlap.items():
        one, other = (fives[Metric(name)] for name in pair.split("-"))
        shared = [len(a & b) / 5 for a, b in zip(one, other, strict=True)]
        assert overlap == pytest.approx(np.mean(shared), abs=0.05)


def test_arms_that_rank_alike_are_refused_and_nothing_is_left(
    engine: Engine, ids: Ids, many: Vectors
) -> None:
    store = engine.new()
    unit = many / np.linalg.norm(many, axis=1, keepdims=True)
    with pytest.raises(ValueError, match="cosine-euclidean rank the 150 posters identically"):
        engine.build(store, *some(unit, ids))
    with pytest.raises(IndexFolderError):
        store.current()


def test_another_models_index_is_refused_by_name_and_takes_the_place_when_built(
    engine: Engine, ids: Ids, many: Vectors, strangers: Vectors
) -> None:
    store = engine.new()
    old = engine.build(store, *some(many, ids), model="a" * 64)
    assert store.load(model="a" * 64).manifest == old.manifest
    with pytest.raises(IndexFolderError, match="another model"):
        store.load(model="b" * 64)
    before = old.search(strangers[0], Metric.COSINE, 5)
    new = engine.build(store, ids[:150], many[:150, :8], model="b" * 64)
    assert store.current() == new.manifest.fingerprint
    assert store.load(model="b" * 64).manifest.d == 8
    with pytest.raises(IndexFolderError, match="another model"):
        store.load(model="a" * 64)
    store.prune()
    assert old.search(strangers[0], Metric.COSINE, 5) == before, "who has it open keeps it"


def test_an_index_built_again_of_the_same_is_current_still(
    engine: Engine, ids: Ids, many: Vectors, strangers: Vectors
) -> None:
    store = engine.new()
    once = engine.build(store, *some(many, ids))
    again = engine.build(store, *some(many, ids))
    store.prune()
    assert store.current() == again.manifest.fingerprint
    found = store.load().search(strangers[0], Metric.MANHATTAN, 5)
    assert found == once.search(strangers[0], Metric.MANHATTAN, 5)


def test_only_one_is_alone_at_a_time(engine: Engine, ids: Ids, many: Vectors) -> None:
    store = engine.new()
    engine.build(store, *some(many, ids))
    with store.alone() as first:
        with store.alone() as second:
            assert (first, second) == (True, False)
        with store.alone() as third:
            assert not third, "whoever was refused takes nothing from who is alone"
    with store.alone() as fourth:
        assert fourth


def test_an_index_is_noted_before_it_is_current(engine: Engine, ids: Ids, many: Vectors) -> None:
    store = engine.new()
    before = engine.build(store, *some(many, ids)).manifest.fingerprint
    seen: list[tuple[str, str]] = []
    numbers, vectors = some(many * 2, ids)
    made = store.build(
        numbers,
        vectors,
        model="m",
        with_map=False,
        duplicates=None,
        options=engine.options,
        noted=lambda name: seen.append((name, store.current(anew=True))),
    )
    assert seen == [(made.manifest.fingerprint, before)]


def test_an_index_of_few_is_exact(engine: Engine, ids: Ids, many: Vectors) -> None:
    few = engine.build(engine.new(), *some(many, ids))
    assert few.manifest.graph is None


def test_graphs_tell_how_well_they_find(engine: Engine, index: PosterIndex) -> None:
    facts = index.manifest.graph
    if engine.exact:
        assert facts is None
        return
    assert facts is not None
    assert facts.storage == "float32"
    assert {*facts.recall} == {*facts.width} == {*Metric}
    assert all(0.99 <= share <= 1 for share in facts.recall.values())
    assert index.manifest.n == COUNT
