"""Rows of films alike in one respect alone."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from catalog.images.palette import palette_distances
from embedder.parts import columns_of
from index import Metric
from index.metric import distances
from onesheet.instance import Instance
from onesheet.queries.likes import from_likes
from onesheet.queries.query import from_sample
from onesheet.recommending.answers import Answer
from onesheet.recommending.aspects import Aspect, poster_decade


@pytest.fixture
def answer(instance: Instance) -> Answer:
    return instance.recommender.recommend(from_sample("4", instance.catalog))


def test_genre_feel_is_the_cosine_of_that_part_over_the_whole_catalogue(
    instance: Instance, answer: Answer
) -> None:
    opened = instance.opened()
    ids = opened.index.poster_ids
    part = columns_of(opened.embedder.card, opened.index.embeddings(ids), "promise")
    asked = part[np.flatnonzero(ids == 4)[0]]
    nearest = ids[np.argsort(distances(asked, part, Metric.COSINE), kind="stable")]
    found = [each.poster_id for each in instance.aspects.nearest(answer, Aspect.GENRE)]
    assert found == [number for number in nearest.tolist() if number != 4][:5]


def test_colour_is_the_distance_of_the_palettes(instance: Instance, answer: Answer) -> None:
    found = instance.aspects.nearest(answer, Aspect.COLOUR, k=79)
    kept = instance.impressions.kept([each.content_hash for each in found])
    palettes = [kept[each.content_hash].palette for each in found]
    apart = palette_distances(instance.recommender.prepared(answer).palette, palettes)
    assert apart.tolist() == pytest.approx(sorted(apart.tolist()), abs=2e-3)
    assert 4 not in [each.poster_id for each in found]


def test_by_period_all_films_are_of_the_decade(instance: Instance, answer: Answer) -> None:
    decade = poster_decade(answer)
    found = instance.aspects.nearest(answer, Aspect.PERIOD)
    assert found
    assert {each.year // 10 * 10 for each in found if each.year} == {decade}


def test_a_model_without_a_composition_part_offers_no_row_of_it(
    instance: Instance, answer: Answer
) -> None:
    assert Aspect.COMPOSITION not in instance.aspects.offered(answer)
    assert instance.aspects.nearest(answer, Aspect.COMPOSITION) == []


def test_by_colour_several_posters_count_alike(instance: Instance) -> None:
    rows = []
    for liked in ([3, 5], [5, 3]):
        answer = instance.recommender.recommend(from_likes(liked, [], instance.catalog))
        found = instance.aspects.nearest(answer, Aspect.COLOUR)
        rows.append([each.poster_id for each in found])
    assert rows[0] == rows[1]


def test_a_decade_that_is_only_read_is_told_where_that_is_worth_it(answer: Answer) -> None:
    reading = replace(answer.reading, decades={"1970": 0.9, "1980": 0.1})
    upload = replace(answer, query=replace(answer.query, card=None), reading=reading)
    assert poster_decade(upload) == 1970
    unsure = replace(upload, reading=replace(reading, decades_told=False))
    assert poster_decade(unsure) is None


@pytest.mark.parametrize(
    ("likeliest", "within"), [("1950", range(1960)), ("1970", [1970]), ("1990", range(1990, 2030))]
)
def test_the_first_and_the_last_decade_that_are_read_stand_for_all_beyond(
    instance: Instance, answer: Answer, likeliest: str, within: Sequence[int]
) -> None:
    decades = dict.fromkeys(("1950", "1970", "1990"), 0.1) | {likeliest: 0.8}
    upload = replace(
        answer,
        query=replace(answer.query, card=None),
        reading=replace(answer.reading, decades=decades),
    )
    found = instance.aspects.nearest(upload, Aspect.PERIOD, k=79)
    known = instance.catalog.facets().known_decades
    assert {each.year // 10 * 10 for each in found if each.year} == set(known) & set(within)


@pytest.mark.parametrize(
    ("years", "decade"), [((1971, 1979), 1970), ((1971, 1985), None), ((1971, None), None)]
)
def test_several_posters_have_the_decade_that_all_their_films_are_from(
    answer: Answer, years: tuple[int | None, ...], decade: int | None
) -> None:
    card = answer.query.card
    assert card
    query = replace(answer.query, likes=[replace(card, year=year) for year in years])
    assert poster_decade(replace(answer, query=query)) == decade
