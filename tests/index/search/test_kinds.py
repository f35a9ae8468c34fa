from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric, Options, PosterIndex, Storage
from index.search.graph import GRAPH_LINKS
from tests.index.search.conftest import COUNT, facts_of


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
