"""Posters added to an index and taken out of it without writing its folder again."""

import threading
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import Metric, PosterIndex
from index.metric import distances
from index.search.additions import SEGMENT, Additions

Found = list[tuple[int, float]]
"""Ids of posters, and their distances."""


def found(
    index: PosterIndex, query: NDArray[np.float32], metric: Metric, k: int, **filters: Any
) -> Found:
    return [(n.poster_id, n.distance) for n in index.search(query, metric, k, **filters)]


def by_definition(
    query: NDArray[np.float32],
    metric: Metric,
    k: int,
    ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
) -> Found:
    """All of `ids`, compared one by one; ties by id."""
    near = distances(query, vectors, metric)
    order = np.lexsort((ids, near))[:k]
    return list(zip(ids[order].tolist(), near[order].tolist(), strict=True))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_grown_index_finds_what_brute_force_finds(
    halved: PosterIndex,
    poster_ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
    data: st.DataObject,
) -> None:
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
    within: NDArray[np.int64] | None = data.draw(st.none() | st.just(poster_ids[::3]))
    exclude: NDArray[np.int64] = data.draw(st.sampled_from([poster_ids[:0], poster_ids[::5]]))
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


def test_the_index_grown_from_is_as_it_was(
    halved: PosterIndex, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    before = found(halved, vectors[200], Metric.COSINE, 5)
    grown = halved.having(poster_ids[200:201], vectors[200:201]).without(poster_ids[:1])
    assert found(grown, vectors[200], Metric.COSINE, 1) == [(poster_ids[200], 0.0)]
    assert found(halved, vectors[200], Metric.COSINE, 5) == before
    assert len(grown) == len(halved) == 120


def test_additions_of_many_segments_are_one_set() -> None:
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


def test_searches_go_on_while_an_index_grows(
    halved: PosterIndex, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    """Each thread sees one state or another, never a mixture."""
    state = [halved]
    wrong: list[object] = []

    def search(searched: threading.Event) -> None:
        while not done.is_set():
            index = state[0]
            ids = index.poster_ids
            near = index.search(vectors[0], Metric.EUCLIDEAN, 300)
            if sorted(n.poster_id for n in near) != ids.tolist():
                wrong.append((len(near), len(ids)))
            searched.set()

    done = threading.Event()
    searched = [threading.Event() for _ in range(3)]
    threads = [threading.Thread(target=search, args=(each,)) for each in searched]
    for thread in threads:
        thread.start()
    for row in range(120, 240):
        state[0] = state[0].having(poster_ids[row : row + 1], vectors[row : row + 1])
        if row == 180:  # and they go on searching
            begun = [each.wait(60) for each in searched]
    done.set()
    for thread in threads:
        thread.join()
    assert all(begun)
    assert wrong == []
    assert len(state[0]) == 240
