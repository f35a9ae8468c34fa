import dataclasses
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
import pytest

from catalog.catalog import Catalog
from catalog.images.palette import palette
from catalog.impressions import Impression, Impressions
from index import Metric, Neighbour
from onesheet.base.home import Home
from onesheet.base.payload import PLAIN, View
from onesheet.instance import Instance
from onesheet.queries.film_lookup import from_imdb
from onesheet.queries.likes import from_likes
from onesheet.queries.query import Query, from_upload
from onesheet.recommending.answers import NEIGHBOURHOOD, Result
from onesheet.recommending.neighbourhood import Neighbourhood, one_a_film
from onesheet.recommending.query_reading import QueryReading
from tests.conftest import drawn_bytes, movie

TEN = dict.fromkeys(Metric, 10)


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


@pytest.fixture
def around(instance: Instance) -> Neighbourhood:
    return Neighbourhood(instance.opened(), instance.catalog, instance.impressions)


@pytest.fixture
def query(new_poster: bytes) -> Query:
    return from_upload(new_poster)


def test_each_film_is_kept_by_its_nearest_poster() -> None:
    near = [Neighbour(poster, float(poster), 50.0) for poster in (1, 2, 3, 4)]
    film = {1: 7, 2: 7, 3: -1, 4: 8}
    assert [each.poster_id for each in one_a_film(near, film)] == [1, 4]


def test_a_query_is_prepared_with_its_own_posters_left_out(
    instance: Instance, around: Neighbourhood
) -> None:
    query = from_imdb("demo-0003", instance.catalog)
    found = around.find(query, TEN, restrict=False, view=PLAIN)
    assert query.card in found.same
    assert query.card
    assert query.card.poster_id in found.prepared.exclude
    assert found.prepared.positions.ndim == 3
    np.testing.assert_allclose(
        found.prepared.positions.mean((0, 1)), found.prepared.embedding, atol=1e-3
    )
    for near in found.nearest.values():
        assert len(near) == 10
        assert not {each.poster_id for each in near} & set(found.prepared.exclude)


def test_a_film_newer_than_the_facts_in_memory_is_left_out_all_the_same(
    instance: Instance, around: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = instance.catalog.facets()
    added = instance.catalog.add(movie(500), drawn_bytes(500, "PNG"), "test")
    monkeypatch.setattr(Catalog, "facets", lambda _: before)
    query = from_imdb(movie(500).imdb_id, instance.catalog)
    prepared = around.find(query, TEN, restrict=False, view=PLAIN).prepared
    assert set(prepared.exclude) == {added.poster_id}


def test_what_is_kept_for_a_slider_orders_films_the_same(
    instance: Instance, around: Neighbourhood, query: Query
) -> None:
    prepared = around.find(query, TEN, restrict=False, view=PLAIN).prepared
    view = View(colour=0.5)
    whole, small = (
        around.nearest(each, {Metric.COSINE: 10}, [], view)[1][Metric.COSINE]
        for each in (prepared, prepared.reduced())
    )
    assert [each.poster_id for each in whole] == [each.poster_id for each in small]


def test_of_several_posters_the_colours_of_all_that_are_liked_count(
    instance: Instance, around: Neighbourhood
) -> None:
    query = from_likes([3, 5], [7], instance.catalog)
    prepared = around.find(query, TEN, restrict=False, view=PLAIN).prepared
    assert query.likes
    assert prepared.palettes == [palette(each.image) for each in query.likes.liked]
    assert prepared.reduced().palettes == prepared.palettes


def test_by_colour_a_film_whose_file_is_gone_is_left_out(
    instance: Instance,
    around: Neighbourhood,
    query: Query,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prepared = around.find(query, TEN, restrict=False, view=PLAIN).prepared

    def near() -> list[int]:
        found = around.nearest(prepared, {Metric.COSINE: 10}, [], View(colour=0.5))[1]
        return [each.poster_id for each in found[Metric.COSINE]]

    first, *others = near()
    gone = instance.catalog.cards([first])[first].content_hash
    known = Impressions.of

    def all_but_one(self: Impressions, hashes: Collection[str]) -> dict[str, Impression]:
        return known(self, [each for each in hashes if each != gone])

    monkeypatch.setattr(Impressions, "of", all_but_one)
    left = near()
    assert first not in left
    assert len(left) == 10
    assert set(others) <= set(left)


def test_a_reading_without_positions_is_refused(
    instance: Instance, around: Neighbourhood, query: Query
) -> None:
    read = instance.embedder().read([query.image])
    with pytest.raises(ValueError, match="positions"):
        around.prepared(query, QueryReading(read, read, ((query, read.embeddings[0]),)))


def test_a_film_under_another_id_stands_for_both_found_beside_the_index_or_within_it(
    instance: Instance, query: Query
) -> None:
    first = instance.recommender.recommend(query).results[0].card
    again = dataclasses.replace(
        movie(first.poster_id), imdb_id="tt0000999", title=first.title.upper(), invented=False
    )
    added = instance.catalog.add(again, drawn_bytes(first.poster_id, "PNG"), "test")

    def of_the_film() -> list[Result]:
        found = instance.recommender.recommend(query, metric=Metric.COSINE).neighbourhood
        assert len(found) == NEIGHBOURHOOD
        return [each for each in found if each.card.title.casefold() == first.title.casefold()]

    (beside,) = of_the_film()
    assert {beside.card.imdb_id, beside.others[0].imdb_id} == {first.imdb_id, "tt0000999"}
    instance.builder.build()
    assert of_the_film() == [beside]
    itself = from_imdb("tt0000999", instance.catalog)
    around = Neighbourhood(instance.opened(), instance.catalog, instance.impressions)
    found = around.find(itself, TEN, restrict=False, view=PLAIN)
    assert {first.poster_id, added.poster_id} <= set(found.prepared.exclude)
