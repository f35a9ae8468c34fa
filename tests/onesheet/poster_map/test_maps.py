"""The map follows its catalogue, and a query lies among its neighbours."""

import dataclasses

import numpy as np
import pytest

from catalog.catalog import MovieRecord
from index import Neighbour
from onesheet.instance import Instance
from onesheet.poster_map.poster_map import AROUND, PosterMap
from onesheet.queries.query import from_sample, from_upload
from tests.conftest import MOVIES, drawn_bytes, movie
from tests.onesheet.poster_map.conftest import read
from webapp.presenting.result_page import near

pytestmark = pytest.mark.usefixtures("mapped")


def test_a_changed_film_makes_another_file(instance: Instance, current: PosterMap) -> None:
    assert instance.maps.current() is current
    card = instance.catalog.all_cards()[0]
    record = MovieRecord(card.imdb_id, None, card.title, 1901, 9.9, 5, ("Western",), None)
    instance.catalog.add(dataclasses.replace(record, invented=card.invented), None, "test")
    after = instance.maps.current()
    assert after
    assert after.fingerprint != current.fingerprint
    assert read(after.points())["years"][0] == 1901


def test_a_film_of_the_catalogue_lies_on_its_own_point(
    instance: Instance, current: PosterMap
) -> None:
    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    place = instance.maps.place(near(answer), current)
    points = read(current.points())
    row = points["ids"].tolist().index(3)
    assert place
    assert (place.x, place.y) == pytest.approx((points["x"][row], points["y"][row]), abs=1)


def test_an_upload_lies_at_its_results_mean_weighted_by_nearness(
    instance: Instance, current: PosterMap, new_poster: bytes
) -> None:
    answer = instance.recommender.recommend(from_upload(new_poster))
    place = instance.maps.place(near(answer), current)
    index = instance.index()
    results = [Neighbour(r.card.poster_id, r.distance, 0.0) for r in answer.results]
    expected = index.place(results)
    assert place
    assert expected
    x, y = current.frame.within(np.array([expected], dtype=np.float32))[0]
    assert (place.x, place.y) == pytest.approx((x, y))
    assert 0 <= place.across <= 1


def test_a_film_added_does_not_lay_the_map_out_again_but_other_facts_of_one_on_it_do(
    instance: Instance, current: PosterMap
) -> None:
    instance.catalog.add(movie(700), drawn_bytes(700), "drawn")
    assert instance.maps.current() is current
    instance.catalog.add(dataclasses.replace(movie(700), year=1999), None, "drawn")
    assert instance.maps.current() is current
    instance.catalog.add(dataclasses.replace(movie(3), year=1901), None, "drawn")
    again = instance.maps.current()
    assert again
    assert 1901 in read(again.points())["years"]
    assert instance.maps.current() is again
    instance.catalog.remove(movie(3).imdb_id)
    fewer = instance.maps.current()
    assert fewer
    assert fewer.count == again.count - 1


def test_a_genre_is_above_average_by_posters_where_films_have_several(instance: Instance) -> None:
    for number in range(2, MOVIES // 2 + 1):
        instance.catalog.remove(movie(number).imdb_id)
        instance.catalog.add(movie(1), drawn_bytes(700 + number), "drawn")
    instance.builder.build(with_map=True)
    fresh = Instance(instance.home)
    shown, itself = fresh.maps.current(), [Neighbour(1, 0.0, 100.0)]
    assert shown
    assert shown.count == MOVIES
    assert shown.count <= AROUND, "all of them hang around, so that nothing is above average"
    place = fresh.maps.place(itself, shown)
    assert place
    assert place.among == []
    rare = dataclasses.replace(shown, shares=dict.fromkeys(shown.shares, 0.01))
    place = fresh.maps.place(itself, rare)
    assert place
    assert place.among
    fresh.close()


def test_nothing_lies_on_a_map_of_another_index(instance: Instance, current: PosterMap) -> None:
    former = dataclasses.replace(current, index="0" * 16)
    itself = [Neighbour(1, 0.0, 100.0)]
    assert instance.maps.place(itself, current)
    assert instance.maps.place(itself, former) is None


def test_no_film_is_read_for_an_index_without_a_map(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(**kinds: bool) -> None:
        raise AssertionError("read")

    monkeypatch.setattr(instance.catalog, "film_facts", unread)
    monkeypatch.setattr(instance.index(), "map", None)
    assert instance.maps.current() is None
