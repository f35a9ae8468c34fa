"""Looks against promise, composition against colour: the order that a view gives."""

from collections.abc import Sequence

import numpy as np
import pytest

from catalog.images.palette import Palette, Swatch
from embedder import ModelCard
from index import Metric, Neighbour
from index.metric import distances
from onesheet.base.payload import View
from onesheet.recommending.reranking import Candidates, rebalanced, rerank

CARD = ModelCard(
    name="test",
    backbone="custom",
    height=96,
    width=64,
    parts={"promise": 3, "look": 2},
    balance=0.4,
    genres=("Drama",),
    thresholds=(0.5,),
    decades=("1990",),
    proxies=(),
)
QUERY = np.array([1, 0, 0, 1, 0], np.float32)
SAME_PROMISE = np.array([1, 0, 0, 0, 1], np.float32)
SAME_LOOK = np.array([0, 1, 0, 1, 0], np.float32)
RED: Palette = (Swatch("#c02020", 1.0),)
GREEN: Palette = (Swatch("#20c040", 1.0),)


def ranked(
    view: View, metric: Metric = Metric.EUCLIDEAN, colours: Sequence[Palette] = (RED,)
) -> list[int]:
    """Film 1 promises the same, film 2 looks the same and is red."""
    found = Candidates(
        [Neighbour(1, 1.0, 50.0), Neighbour(2, 1.0, 50.0)],
        np.stack([SAME_PROMISE, SAME_LOOK]),
        [GREEN, RED],
    )
    near = rerank(QUERY, colours, found, metric, CARD, view)
    return [each.poster_id for each in near]


@pytest.mark.parametrize("metric", list(Metric))
def test_all_looks_and_all_promise_rank_by_one_part_alone(metric: Metric) -> None:
    assert ranked(View(balance=0.0), metric) == [1, 2]
    assert ranked(View(balance=1.0), metric) == [2, 1]


def test_all_colour_ranks_by_palettes_alone() -> None:
    assert ranked(View(balance=0.0, colour=1.0)) == [2, 1]
    assert ranked(View(balance=0.0, colour=0.01)) == [1, 2]


def test_by_colour_each_poster_of_a_query_counts_alike() -> None:
    view = View(balance=0.4, colour=1.0)
    assert ranked(view, colours=[RED, RED, GREEN]) == [2, 1]
    assert ranked(view, colours=[RED, GREEN, GREEN]) == [1, 2]


def test_equally_near_films_come_in_the_order_of_their_ids() -> None:
    assert ranked(View(balance=0.4)) == [1, 2]


def test_balance_is_the_share_of_looks_in_the_squared_length() -> None:
    """Of embeddings that have, as the card says, 0.4 of theirs there."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(2000, 5)).astype(np.float32)
    vectors[:, :3] *= np.sqrt(0.6 / 3)
    vectors[:, 3:] *= np.sqrt(0.4 / 2)
    for balance in (0.0, 0.1, 0.4, 0.8, 1.0):
        squares = (rebalanced(vectors, CARD, balance) ** 2).sum(0)
        assert squares[3:].sum() / squares.sum() == pytest.approx(balance, abs=0.03)


def test_the_models_own_balance_is_no_view_and_changes_no_embedding() -> None:
    assert View(balance=0.4).settled(0.4).plain
    assert rebalanced(QUERY, CARD, 0.4) == pytest.approx(QUERY)


@pytest.mark.parametrize("metric", list(Metric))
def test_the_distance_told_is_that_at_the_views_balance(metric: Metric) -> None:
    rng = np.random.default_rng(1)
    query, others = (rng.normal(size=size).astype(np.float32) for size in (5, (7, 5)))
    found = Candidates([Neighbour(n, 9.0, 12.0) for n in range(7)], others, [RED] * 7)
    scales = np.array([0.7 / 0.6] * 3 + [0.3 / 0.4] * 2) ** 0.5
    weighted, theirs = (query * scales).astype(np.float32), (others * scales).astype(np.float32)
    wanted = distances(weighted, theirs, metric)
    near = rerank(query, [RED], found, metric, CARD, View(balance=0.3, colour=0.5))
    assert [each.distance for each in near] == pytest.approx(sorted(wanted), rel=1e-5)
    assert {each.closeness for each in near} == {12.0}


def test_no_candidates_give_no_films() -> None:
    none = Candidates([], np.empty((0, 5), np.float32), [])
    assert rerank(QUERY, [RED], none, Metric.COSINE, CARD, View(colour=0.5, balance=0.1)) == []
