"""One likeness for a pair, whatever distance found it, with grades and without."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from embedder.likeness import chances
from index import Metric
from onesheet.base.payload import LikenessWords
from onesheet.instance import Instance
from onesheet.queries.query import from_card
from onesheet.recommending.likeness import UNGRADED, likeness_between, likeness_to, words_of
from tests.tiny_model import tiny_card, tiny_likeness


def test_every_arm_says_the_same_of_a_pair(instance: Instance) -> None:
    card = instance.catalog.by_imdb("tt0000002")[0]
    query = from_card(card, instance.catalog)
    found = [instance.recommender.ask(query, metric=metric, k=20).payload for metric in Metric]
    said: dict[int, set[float | None]] = {}
    for payload in found:
        for row in (*payload.neighbourhood, *sum(payload.results.values(), ())):
            said.setdefault(row.poster_id, set()).add(row.likeness)
    assert len(said) > 20
    assert all(len(each) == 1 and None not in each for each in said.values())


def test_with_grades_it_is_the_cards(instance: Instance, judged: Callable[..., None]) -> None:
    judged(nothing=0.2)
    opened = instance.opened()
    one = opened.index.embeddings([1])[0]
    found = likeness_to(one, {1, 5, 9}, opened.embedder.card, opened.index)
    others = opened.index.embeddings([1, 5, 9])
    expected = chances(tiny_likeness(), opened.embedder.card.parts, one, others)
    np.testing.assert_allclose([found.of[each] for each in (1, 5, 9)], expected)
    assert found.words == LikenessWords(0.9, 0.7, 0.2)


def test_without_grades_it_is_the_cosine_closeness_of_the_index(instance: Instance) -> None:
    opened = instance.opened()
    one, other = opened.index.embeddings([1, 5])
    (found,) = likeness_between(one, other[None], opened.embedder.card, opened.index)
    gap = opened.index.gap(one, other, Metric.COSINE)
    assert found == pytest.approx(gap.closeness / 100)
    assert words_of(opened.embedder.card) is UNGRADED
    assert UNGRADED.nothing is None


def test_nothing_found_has_no_likeness(instance: Instance) -> None:
    opened = instance.opened()
    one = opened.index.embeddings([1])[0]
    assert likeness_to(one, [], opened.embedder.card, opened.index).of == {}


def test_the_words_are_the_cards() -> None:
    card = dataclasses.replace(tiny_card("tiny"), likeness=tiny_likeness())
    assert words_of(card) == LikenessWords(0.9, 0.7)
