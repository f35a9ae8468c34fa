"""Posters added to an index and taken out of it without writing its folder again."""

import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Metric, PosterIndex
from index.additions import SEGMENT, Additions
from index.metric import distances


@pytest.fixture(scope="module")
def halved(tmp_path_factory, poster_ids, vectors) -> PosterIndex:
    """Half of the posters; the tests add the others."""
    root = tmp_path_factory.mktemp("halved")
    return PosterIndex.build(root, poster_ids[:120], vectors[:120], model="m" * 64)


def found(index, query, metric, k, **filters):
    return [(n.poster_id, n.distance) for n in index.search(query, metric, k, **filters)]


def by_definition(query, metric, k, ids, vectors):
    """All of `ids`, compared one by one; ties by id."""
    near = distances(query, vectors, metric)
    order = np.lexsort((ids, near))[:k]
    return list(zip(ids[order].tolist(), near[order].tolist(), strict=True))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_grown_index_finds_what_brute_force_finds(halved, poster_ids, vectors, data):
    index, held = halved, dict(zip(poster_ids[:120].tolist(), vectors[:120], strict=True))
    others = np.random.default_rng(data.draw(st.integers(0, 99))).permutation(poster_ids)
    for start in range(0, data.draw(st.integers(1, 6)) * 20, 20):
        some = others[start : start + 20]
        if data.draw(st.booleans()):
            new = vectors[np.random.default_rng(start).integers(0, 240, 20)]
            index = index.having(some, new)
            held |= dict(zip(some.tolist(), new, strict=True))
        else:
            index = index.without(some)
            held = {number: v for number, v in held.items() if number not in set(some.tolist())}
    within = data.draw(st.none() | st.just(poster_ids[::3]))
    exclude = data.draw(st.sampled_from([(), poster_ids[::5]]))
    ids = np.array(
        [n for n in held if (within is None or n in within) and n not in exclude], np.int64
    )
    rows = np.array([held[n] for n in ids.tolist()], np.float32).reshape(-1, 16)
    query, k = vectors[data.draw(st.integers(0, 239))], data.draw(st.integers(1, 8))
    for metric in Metric:
        expected = by_definition(query, metric, k, ids, rows)
        assert found(index, query, metric, k, within=within, exclude=exclude) == expected
    assert index.poster_ids.tolist() == sorted(held)
    assert len(index) == len(held)
    np.testing.assert_array_equal(index.embeddings([*held]), np.array([*held.values()]))


def test_the_index_grown_from_is_as_it_was(halved, poster_ids, vectors):
    before = found(halved, vectors[200], Metric.COSINE, 5)
    grown = halved.having(poster_ids[200:201], vectors[200:201]).without(poster_ids[:1])
    assert found(grown, vectors[200], Metric.COSINE, 1) == [(poster_ids[200], 0.0)]
    assert found(halved, vectors[200], Metric.COSINE, 5) == before
    assert len(grown) == len(halved) == 120


def test_the_share_that_changed_counts_what_came_and_what_went(halved, poster_ids, vectors):
    assert halved.changed_share == 0
    grown = halved.having(poster_ids[120:132], vectors[120:132]).without(poster_ids[:12])
    assert grown.changed_share == pytest.approx(0.2)
    assert grown.without(poster_ids[120:132]).changed_share == pytest.approx(0.1)


def test_an_added_poster_may_take_the_place_of_one_in_the_folder(halved, poster_ids, vectors):
    grown = halved.having(poster_ids[:1], vectors[200:201])
    assert len(grown) == 120
    np.testing.assert_array_equal(grown.embeddings(poster_ids[:1]), vectors[200:201])
    assert grown.having(poster_ids[:1], vectors[:1]).search(
        vectors[0], Metric.MANHATTAN, 5
    ) == halved.search(vectors[0], Metric.MANHATTAN, 5)


def test_a_removed_poster_has_no_embedding_any_more(halved, poster_ids, vectors):
    with pytest.raises(KeyError):
        halved.without(poster_ids[:1]).embeddings(poster_ids[:1])
    grown = halved.having(poster_ids[130:131], vectors[130:131]).without(poster_ids[130:131])
    with pytest.raises(KeyError):
        grown.embeddings(poster_ids[130:131])


def test_everything_may_be_removed(halved, poster_ids, vectors):
    emptied = halved.without(poster_ids)
    assert len(emptied) == 0
    assert emptied.search(vectors[0], Metric.EUCLIDEAN, 5) == []


def test_additions_of_many_segments_are_one_set():
    rng = np.random.default_rng(3)
    count = 2 * SEGMENT + 100
    vectors, ids = rng.normal(size=(count, 4)).astype(np.float32), rng.permutation(count)
    whole = Additions(4).having(ids, vectors)
    piecewise = Additions(4)
    for start in range(0, count, 700):
        piecewise = piecewise.having(ids[start : start + 700], vectors[start : start + 700])
    for additions in (whole, piecewise):
        np.testing.assert_array_equal(additions.vectors(ids), vectors)
        for query, near in zip(
            vectors[:5], additions.candidates(vectors[:5], Metric.MANHATTAN, 3), strict=True
        ):
            nearest = near.ids[np.argsort(distances(query, near.vectors, Metric.MANHATTAN))[:3]]
            expected = ids[np.argsort(distances(query, vectors, Metric.MANHATTAN))[:3]]
            assert nearest.tolist() == expected.tolist()


def test_searches_go_on_while_an_index_grows(halved, poster_ids, vectors):
    """Each thread sees one state or another, never a mixture."""
    state = [halved]
    wrong: list[object] = []

    def search() -> None:
        while not done.is_set():
            index = state[0]
            ids = index.poster_ids
            near = index.search(vectors[0], Metric.EUCLIDEAN, 300)
            if sorted(n.poster_id for n in near) != ids.tolist():
                wrong.append((len(near), len(ids)))

    done = threading.Event()
    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for row in range(120, 240):
        state[0] = state[0].having(poster_ids[row : row + 1], vectors[row : row + 1])
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(state[0]) == 240


@pytest.mark.parametrize(
    ("ids", "embeddings"),
    [
        (np.array([1, 1]), np.ones((2, 16), np.float32)),
        (np.array([1]), np.ones((2, 16), np.float32)),
        (np.array([1]), np.ones((1, 15), np.float32)),
        (np.array([1]), np.full((1, 16), np.nan, np.float32)),
        (np.array([1.5]), np.ones((1, 16), np.float32)),
    ],
    ids=["twice", "count", "D", "NaN", "fraction"],
)
def test_what_does_not_fit_is_not_added(halved, ids, embeddings):
    with pytest.raises(ValueError, match=r"poster_ids|embeddings"):
        halved.having(ids, embeddings)
