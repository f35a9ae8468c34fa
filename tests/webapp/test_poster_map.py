"""The file of points holds exactly what the catalogue and the index know."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from catalog.catalog import MovieRecord
from index import Neighbour
from tests.conftest import drawn_bytes, movie
from webapp.instance import Instance
from webapp.poster_map import AROUND, SIDE, UNRATED, Frame, PosterMap
from webapp.queries import from_sample, from_upload

pytestmark = pytest.mark.usefixtures("mapped")
COLUMNS = (("ids", "<u4"), ("genres", "<u4"), ("x", "<u2"), ("y", "<u2"), ("years", "<u2"))


def read(data: bytes) -> dict[str, Any]:
    """The file as its description says, read independently of what wrote it."""
    length = int.from_bytes(data[:4], "little")
    header = json.loads(data[4 : 4 + length])
    at, found = 4 + length, {"count": header["count"], "names": header["genres"]}
    for name, kind in (*COLUMNS, ("ratings", "u1")):
        found[name] = np.frombuffer(data, kind, header["count"], at)
        at += found[name].nbytes
    assert at == len(data)
    found["ids"] = np.cumsum(found["ids"])
    return found


@pytest.fixture
def current(instance: Instance) -> PosterMap:
    found = instance.maps.current()
    assert found
    return found


def test_every_film_of_the_index_is_a_point(instance: Instance, current: PosterMap) -> None:
    points, cards = read(current.points()), instance.catalog.all_cards()
    assert points["ids"].tolist() == [card.poster_id for card in cards]
    assert points["count"] == current.count == len(cards)
    for row, card in enumerate(cards):
        bits = int(points["genres"][row])
        named = {name for bit, name in enumerate(points["names"]) if bits >> bit & 1}
        assert named == set(card.genres)
        assert points["years"][row] == (card.year or 0)
        rated = points["ratings"][row]
        assert rated == (UNRATED if card.rating is None else round(10 * card.rating))


def test_points_keep_the_shape_of_the_map_with_up_where_it_was(
    instance: Instance, current: PosterMap
) -> None:
    points, there = read(current.points()), instance.index().map
    assert there is not None
    across, down = points["x"].astype(float), points["y"].astype(float)
    scale = np.ptp(across) / np.ptp(there[:, 0])
    np.testing.assert_allclose(across - across[0], scale * (there[:, 0] - there[0, 0]), atol=1.1)
    np.testing.assert_allclose(down[0] - down, scale * (there[:, 1] - there[0, 1]), atol=1.1)
    assert max(np.ptp(across), np.ptp(down)) == SIDE


def test_a_map_of_one_place_still_has_a_frame() -> None:
    same = np.full((3, 2), 4.0, dtype=np.float32)
    assert np.isfinite(Frame.around(same).within(same)).all()


def test_a_changed_film_makes_another_file(instance: Instance, current: PosterMap) -> None:
    assert instance.maps.current() is current
    card = instance.catalog.all_cards()[0]
    record = MovieRecord(card.imdb_id, None, card.title, 1901, 9.9, 5, ("Western",), None)
    instance.catalog.add(dataclasses.replace(record, invented=card.invented), None, "test")
    after = instance.maps.current()
    assert after
    assert after.fingerprint != current.fingerprint
    assert read(after.points())["years"][0] == 1901


def test_regions_count_films_and_name_other_genres(instance: Instance, current: PosterMap) -> None:
    cards = instance.catalog.all_cards()
    for region in current.regions:
        own = [card for card in cards if region.genre in card.genres]
        assert region.films == len(own)
        assert region.rating == pytest.approx(np.mean([c.rating for c in own if c.rating]))
        assert 0 <= region.x <= 1
        assert len(region.among) == 2
        assert region.genre not in region.among
    assert [r.films for r in current.regions] == sorted(r.films for r in current.regions)[::-1]


def test_a_film_of_the_catalogue_lies_on_its_own_point(
    instance: Instance, current: PosterMap
) -> None:
    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    place = instance.maps.place(answer, current)
    points = read(current.points())
    row = points["ids"].tolist().index(3)
    assert place
    assert (place.x, place.y) == pytest.approx((points["x"][row], points["y"][row]), abs=1)


def test_an_upload_lies_at_its_results_mean_weighted_by_nearness(
    instance: Instance, current: PosterMap, new_poster: bytes
) -> None:
    answer = instance.recommender.recommend(from_upload(new_poster))
    place = instance.maps.place(answer, current)
    index = instance.index()
    near = [Neighbour(r.card.poster_id, r.distance, 0.0) for r in answer.results]
    expected = index.place(near)
    assert place
    assert expected
    x, y = current.frame.within(np.array([expected], dtype=np.float32))[0]
    assert (place.x, place.y) == pytest.approx((x, y))
    assert 0 <= place.across <= 1
    assert set(place.among) <= {region.genre for region in current.regions}


def test_the_file_is_kept_for_good_under_its_fingerprint(
    client: FlaskClient, current: PosterMap
) -> None:
    answer = client.get(f"/map/{current.fingerprint}.bin", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.data == current.packed
    assert answer.cache_control.immutable
    plain = client.get(f"/map/{current.fingerprint}.bin")
    assert plain.data == current.points()
    assert "Content-Encoding" not in plain.headers
    old = client.get("/map/0123456789abcdef.bin")
    assert old.data == plain.data
    assert old.cache_control.no_cache
    assert not old.cache_control.immutable


def test_what_is_said_of_the_drawn_map_shows_only_where_scripts_draw_it(
    client: FlaskClient,
) -> None:
    answer = client.post("/recommendations", data={"sample": "3"}).location
    whole, part = client.get("/map").text, client.get(answer).text
    assert '<span class="scripted">Each point is one of' in whole
    assert '<span class="scripted">Come near enough, and the posters' in whole
    assert '<span class="scripted">Lines lead to the films found' in part


def test_the_page_tells_the_map_in_words(client: FlaskClient, current: PosterMap) -> None:
    page = client.get("/map").text
    assert "Each point is one of 80 posters." in page
    assert f"/map/{current.fingerprint}.bin" in page
    for region in current.regions:
        assert f'<th scope="row">{region.genre}</th>' in page


def test_a_point_knows_what_hangs_before_and_around_it(current: PosterMap) -> None:
    many = 4 * AROUND
    places = np.random.default_rng(0).integers(0, SIDE, (2, many)).astype(np.float32)
    wide = dataclasses.replace(current, poster_ids=np.arange(many) + 7, places=places)
    point = np.array([20000.0, 40000.0])
    assert wide.before(point) == ((places[0] < 20000).mean(), (places[1] < 40000).mean())
    far = np.hypot(*(places - point[:, None]))
    assert sorted(wide.nearest(point)) == sorted(far.argsort()[:AROUND] + 7)


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


def test_the_map_is_told_to_programs(client: FlaskClient, current: PosterMap) -> None:
    told = client.get("/map.json").get_json()
    assert told["posters"] == current.count
    assert [each["genre"] for each in told["regions"]] == [r.genre for r in current.regions]
    assert client.get(told["points_url"]).status_code == 200


def test_the_answers_page_says_where_its_query_hangs(client: FlaskClient) -> None:
    page = client.get(client.post("/recommendations", data={"sample": "3"}).location).text
    assert "Where it hangs among all posters" in page
    assert "data-query=" in page


class TestWithoutAMap:
    """An index built with --no-map."""

    @pytest.fixture
    def mapped(self) -> None:
        """Nothing is laid out."""

    def test_the_page_says_what_draws_it(self, client: FlaskClient) -> None:
        page = client.get("/map")
        assert page.status_code == 200
        assert "onesheet index" in page.text
        assert client.get("/map/0123456789abcdef.bin").status_code == 404

    def test_answers_do_without(self, client: FlaskClient, home: Path) -> None:
        there = client.post("/recommendations", data={"sample": "3"}).location
        assert "Where it hangs" not in client.get(there).text


def test_the_api_tells_of_posters_by_number(client: FlaskClient, instance: Instance) -> None:
    body = client.get("/api/v1/posters?id=5&id=3&id=999999").json
    assert body
    assert [each["poster_id"] for each in body["posters"]] == [5, 3]
    card = instance.catalog.cards([5])[5]
    assert body["posters"][0]["title"] == card.title
    assert client.get(body["posters"][0]["thumbnail_url"]).status_code == 200


@pytest.mark.parametrize("query", ["", "id=", "id=x", "id=-1", "&".join(["id=1"] * 101)])
def test_the_api_refuses_what_names_no_poster(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/posters?{query}")
    assert answer.status_code == 400
    assert answer.json
    assert answer.json["error"].startswith("id must be a poster's number")
