"""What every index finds, whatever holds its vectors."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric, PosterIndex
from tests.index.contract.conftest import COPIED, COUNT, Engine
from tests.index.test_poster_index import brute_force

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]

FILTERS = ("all", "half", "tenth", "few", "excluded", "half without some", "all but the near")


def filter_named(name: str, ids: Ids, near: Ids) -> dict[str, Any]:
    few = {int(number) for number in ids[:3]} | {-5, 10**9}
    filters: dict[str, dict[str, Any]] = {
        "all": {},
        "half": {"within": ids[::2]},
        "tenth": {"within": {int(number) for number in ids[::10]}},
        "few": {"within": few},
        "excluded": {"exclude": ids[:20].tolist()},
        "half without some": {"within": ids[::2], "exclude": few},
        "all but the near": {"exclude": near},
    }
    return filters[name]


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("metric", Metric)
def test_five_are_those_of_brute_force(
    engine: Engine,
    index: PosterIndex,
    ids: Ids,
    many: Vectors,
    strangers: Vectors,
    metric: Metric,
    name: str,
) -> None:
    """All of them where the search is exact, else nearly all; with the distances' definition, in
    the order of distance and then of id."""
    shared = []
    for query in strangers[:30]:
        near, _ = brute_force(query, ids, many, metric, 100)
        asked = filter_named(name, ids, np.array(near))
        found = index.search(query, metric, 5, **asked)
        expected, distances = brute_force(query, ids, many, metric, 5, **asked)
        shared.append(len({n.poster_id for n in found} & {*expected}) / len(expected))
        if shared[-1] == 1:
            assert [n.poster_id for n in found] == expected
            np.testing.assert_allclose([n.distance for n in found], distances, atol=2e-9)
        assert len(found) == len(expected)
    assert np.mean(shared) >= engine.overlap


@pytest.mark.parametrize("metric", Metric)
def test_copies_tie_at_nothing_in_the_order_of_ids(
    index: PosterIndex, ids: Ids, many: Vectors, metric: Metric
) -> None:
    for row in range(0, COPIED, 7):
        pair = sorted([int(ids[row]), int(ids[COUNT - COPIED + row])])
        found = index.search(many[row], metric, 2)
        assert [(n.poster_id, n.distance) for n in found] == [(pair[0], 0.0), (pair[1], 0.0)]
        (other,) = index.search(many[row], metric, 1, exclude=pair[:1])
        assert other.poster_id == pair[1]


@pytest.mark.parametrize("metric", Metric)
def test_of_more_copies_than_asked_for_come_the_lowest_ids(engine: Engine, metric: Metric) -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(400, 8)).astype(np.float32)
    vectors[100:300] = vectors[100]
    ids = rng.permutation(np.arange(400))
    index = engine.build(engine.new(), ids, vectors)
    found = index.search(vectors[100], metric, 5)
    assert [n.poster_id for n in found] == sorted(ids[100:300].tolist())[:5]
    assert [n.distance for n in found] == [0.0] * 5


@pytest.mark.parametrize("metric", Metric)
def test_whoever_asks_for_more_gets_all_that_pass(
    index: PosterIndex, ids: Ids, many: Vectors, strangers: Vectors, metric: Metric
) -> None:
    for within in (ids[:7], ids[:1400]):
        found = index.search(strangers[0], metric, COUNT, within=within)
        expected, _ = brute_force(strangers[0], ids, many, metric, COUNT, within=within)
        assert [n.poster_id for n in found] == expected


def test_several_metrics_at_once_find_what_each_finds_alone(
    index: PosterIndex, ids: Ids, strangers: Vectors
) -> None:
    counts = {Metric.COSINE: 3, Metric.EUCLIDEAN: 5, Metric.MANHATTAN: 1}
    for within in (None, ids[::3]):
        alone = {m: index.search(strangers[6], m, k, within=within) for m, k in counts.items()}
        assert index.search_each(strangers[6], counts, within=within) == alone
    many = index.search_many(strangers[:5], Metric.COSINE, 5)
    assert many == [index.search(query, Metric.COSINE, 5) for query in strangers[:5]]


def test_nothing_is_found_where_nothing_may_be(
    index: PosterIndex, ids: Ids, strangers: Vectors
) -> None:
    for filters in ({"within": ()}, {"within": {1}}, {"exclude": ids}):
        assert index.search(strangers[0], Metric.COSINE, 5, **filters) == []


def test_embeddings_come_back_as_they_were_given(
    index: PosterIndex, ids: Ids, many: Vectors
) -> None:
    rows = [7, 2, 7, COUNT - 1]
    np.testing.assert_array_equal(index.embeddings(ids[rows]), many[rows])
    np.testing.assert_array_equal(index.embeddings(ids), many)
    assert index.embeddings([]).shape == (0, 16)
    with pytest.raises(KeyError, match="poster 1 "):
        index.embeddings([1])


def test_what_is_held_is_told(index: PosterIndex, ids: Ids) -> None:
    assert len(index) == COUNT
    np.testing.assert_array_equal(index.poster_ids, np.sort(ids))
    np.testing.assert_array_equal(index.folder_ids, np.sort(ids))
    assert index.holds([int(ids[0]), 1]).tolist() == [True, False]
    with pytest.raises(ValueError, match="read-only"):
        index.poster_ids[0] = 1


@pytest.mark.parametrize("metric", Metric)
def test_posters_come_and_go_beside_it(
    engine: Engine,
    index: PosterIndex,
    ids: Ids,
    many: Vectors,
    strangers: Vectors,
    metric: Metric,
) -> None:
    new = np.array([1, 4, 7])
    grown = index.having(new, strangers[:3])
    changed = grown.without(ids[:100]).having(ids[200:201], strangers[3:4])
    assert len(changed) == COUNT + 3 - 100
    assert changed.changed_share == pytest.approx((4 + 101) / COUNT)
    rows = np.r_[100:200, 201:COUNT]
    held = np.concatenate([ids[rows], new, ids[200:201]])
    vectors = np.concatenate([many[rows], strangers[:4]])
    np.testing.assert_array_equal(changed.embeddings(held), vectors)
    within: Collection[int] | None
    for within in (None, held[::2]):
        shared = []
        for query in strangers[:20]:
            found = [n.poster_id for n in changed.search(query, metric, 5, within=within)]
            expected, _ = brute_force(query, held, vectors, metric, 5, within=within)
            shared.append(len({*found} & {*expected}) / 5)
        assert np.mean(shared) >= engine.overlap
    nearest = [grown.search(query, metric, 1)[0].poster_id for query in strangers[:3]]
    assert nearest == [1, 4, 7]
    assert len(index) == COUNT, "an index never changes"


def test_everything_may_go_and_something_come_again(
    index: PosterIndex, ids: Ids, strangers: Vectors
) -> None:
    emptied = index.without(ids)
    assert len(emptied) == 0
    assert emptied.search(strangers[0], Metric.EUCLIDEAN, 5) == []
    with pytest.raises(KeyError):
        emptied.embeddings(ids[:1])
    (found,) = emptied.having(ids[:1], strangers[:1]).search(strangers[0], Metric.EUCLIDEAN, 5)
    assert (found.poster_id, found.distance) == (int(ids[0]), 0.0)


def test_closeness_is_the_share_of_posters_whose_own_nearest_is_farther(engine: Engine) -> None:
    # On a line at 0, 1, 3, 7, 8.5: the nearest others are at 1, 1, 2, 1.5 and 1.5.
    vectors = np.array([[0, 1], [1, 1], [3, 1], [7, 1], [8.5, 1]], dtype=np.float32)
    index = engine.build(engine.new(), np.arange(5), vectors)
    for metric in (Metric.EUCLIDEAN, Metric.MANHATTAN):
        found = index.search(np.array([-1, 1], dtype=np.float32), metric, 5)
        assert [n.distance for n in found] == [1.0, 2.0, 4.0, 8.0, 9.5]
        assert [n.closeness for n in found] == [60.0, 0.0, 0.0, 0.0, 0.0]
        gap = index.gap(vectors[3], np.array([6.5, 1], dtype=np.float32), metric)
        assert (gap.distance, gap.closeness) == (0.5, 100.0)


def test_a_single_poster_can_be_found(engine: Engine) -> None:
    index = engine.build(engine.new(), np.array([4]), np.ones((1, 3), np.float32))
    (found,) = index.search(np.ones(3, np.float32), Metric.COSINE, 5)
    assert (found.poster_id, found.distance, found.closeness) == (4, 0.0, 0.0)
