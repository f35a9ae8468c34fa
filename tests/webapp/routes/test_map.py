"""The map: its page, its file of points, and what programs are told of it."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from onesheet.instance import Instance
from onesheet.poster_map.poster_map import PosterMap
from tests.onesheet.poster_map.conftest import current as current

pytestmark = pytest.mark.usefixtures("mapped")


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

    def test_its_json_says_what_mends_it(self, client: FlaskClient) -> None:
        answer = client.get("/map.json")
        assert answer.status_code == 404
        assert "onesheet index" in answer.get_json()["error"]

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
    assert answer.json["error"].startswith("id must be a poster’s number")
