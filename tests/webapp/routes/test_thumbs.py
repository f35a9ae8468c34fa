"""Thumbs by the page's forms and by the API."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from onesheet.base.film_thumbs import Thumbs
from onesheet.instance import Instance
from tests.conftest import movie

API = "/api/v1/recommendations"


@pytest.fixture
def address(client: FlaskClient) -> str:
    return str(client.post("/recommendations", data={"sample": "3"}).location)


def test_by_form_a_thumb_is_given_and_the_page_shows_it(
    client: FlaskClient, instance: Instance, address: str
) -> None:
    number = address.rpartition("/")[2]
    shown = instance.permalinks.answer(number)
    assert shown
    film = shown.results[0].card.poster_id
    answer = client.post(f"{address}/thumbs", data={"film": film, "thumb": "up"})
    assert answer.status_code == 303
    assert answer.location == f"{address}#film-{film}"
    assert instance.thumbs.of(number) == {film: True}
    text = client.get(address).text
    assert f'name="like" value="{film}"' in text
    assert text.count('aria-pressed="true" title="Looks like it"') == 1
    client.post(f"{address}/thumbs", data={"film": film, "thumb": "none"})
    assert instance.thumbs.of(number) == {}


def test_the_verdict_alone_is_the_arms_reward(
    client: FlaskClient, instance: Instance, address: str
) -> None:
    answer = client.post(f"{address}/thumbs", data={"film": "7", "thumb": "up"})
    assert answer.status_code == 303
    assert instance.recommender.bandit().rated == 0


def test_by_the_api_a_thumb_is_given_and_withdrawn(client: FlaskClient) -> None:
    number, headers = _asked(client)
    there = f"{API}/{number}/films/7/thumb"
    answer = client.put(there, json={"thumb": "down"}, headers=headers)
    assert answer.json == {"id": number, "poster_id": 7, "thumb": "down"}
    assert _known(client, number)["thumbs"] == {"7": "down"}
    assert client.delete(there, headers=headers).json == {
        "id": number,
        "poster_id": 7,
        "thumb": None,
    }
    assert _known(client, number)["thumbs"] == {}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("{number}/films/7/thumb", {"thumb": "sideways"}, 400),
        ("{number}/films/7/thumb", {}, 400),
        ("{number}/films/99999/thumb", {"thumb": "up"}, 404),
        ("{number}/films/99999999999999999999/thumb", {"thumb": "up"}, 404),
        ("unknown/films/7/thumb", {"thumb": "up"}, 404),
    ],
)
def test_what_makes_no_sense_is_refused(
    client: FlaskClient, address: str, path: str, body: dict[str, str], status: int
) -> None:
    number, headers = _asked(client)
    there = f"{API}/{path.format(number=number)}"
    assert client.put(there, json=body, headers=headers).status_code == status
    form = client.post(f"{address}/thumbs", data={"film": "²", "thumb": "up"})
    assert form.status_code == 400


def test_only_whoever_asked_gives_thumbs(client: FlaskClient, address: str) -> None:
    stranger = client.application.test_client()
    assert "data-thumbs" in client.get(address).text
    assert "data-thumbs" not in stranger.get(address).text
    form = stranger.post(f"{address}/thumbs", data={"film": "7", "thumb": "up"})
    assert form.status_code == 403
    number, _ = _asked(client)
    there = f"{API}/{number}/films/7/thumb"
    assert client.put(there, json={"thumb": "up"}).status_code == 403


def _asked(client: FlaskClient) -> tuple[str, dict[str, str]]:
    """An answer's id, and the header with which it may be rated."""
    body = client.post(API, json={"sample": "3"}).get_json()
    return body["id"], {"Authorization": f"Bearer {body['rating_key']}"}


def _known(client: FlaskClient, number: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{API}/{number}").get_json()
    return found


def test_what_is_liked_becomes_a_query_of_several(client: FlaskClient) -> None:
    fields = {"like": ["5", "8"], "unlike": ["7"]}
    there = client.post("/recommendations", data=fields).location
    text = client.get(there).text
    titles = [film["title"] for film in _films(client, 5, 8)]
    assert f"Posters most like {' + '.join(titles)}" in text
    assert "less like" in text
    for path in ("/report", ".json", "/card.jpg", "/why/9.json"):
        assert client.get(f"{there}{path}").status_code == 200, path
    body = client.post(API, json={"like": [5, 8], "unlike": [7]})
    assert body.status_code == 201
    assert body.json
    assert body.json["credited"] is False
    thanked = client.post(f"{there}/rating", data={"rating": "good"}, follow_redirects=True)
    assert "You asked about several posters together" in thanked.text
    assert client.post(API, json={"q": "demo-0001", "like": None}).status_code == 201
    assert client.post(API, json={"like": ["x"]}).status_code == 400
    assert client.post(API, json={"unlike": [7]}).status_code == 400


def _films(client: FlaskClient, *numbers: int) -> list[dict[str, Any]]:
    asked = "&".join(f"id={number}" for number in numbers)
    found: dict[str, Any] = client.get(f"/api/v1/posters?{asked}").get_json()
    return list(found["posters"])


def test_of_more_likes_than_one_search_takes_the_latest_go_into_it(
    client: FlaskClient, instance: Instance, address: str
) -> None:
    moments = (datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 32))
    thumbs, number = Thumbs(instance.engine, lambda: next(moments)), address.rpartition("/")[2]
    for film in (40, *range(10, 19)):
        thumbs.give(number, film, film != 18)
    text = client.get(address).text
    assert "More like the last 8 you liked" in text
    assert "and less like those you did not" in text
    assert liking(text) == {"like": [str(film) for film in range(10, 18)], "unlike": ["18"]}
    assert client.post("/recommendations", data=liking(text)).status_code == 303


def test_thumbs_of_films_that_are_gone_count_no_longer(
    client: FlaskClient, instance: Instance, address: str
) -> None:
    for film in (10, 11, 12):
        instance.thumbs.give(address.rpartition("/")[2], film, film != 12)
    for film in (10, 12):
        instance.catalog.remove(movie(film).imdb_id)
    text = client.get(address).text
    assert liking(text) == {"like": ["11"]}
    assert "More like the one you liked" in text
    assert "and less like" not in text


def test_thumbs_of_films_whose_posters_are_lost_go_into_no_search(
    client: FlaskClient, instance: Instance, address: str
) -> None:
    for film in (10, 11, 12):
        instance.thumbs.give(address.rpartition("/")[2], film, film != 12)
    for card in instance.catalog.cards([10, 12]).values():
        instance.catalog.poster_path(card.content_hash).unlink()
    text = client.get(address).text
    assert liking(text) == {"like": ["11"]}
    assert client.post("/recommendations", data=liking(text)).status_code == 303


def liking(text: str) -> dict[str, list[str]]:
    """What the page sends to search by what is liked."""
    found: dict[str, list[str]] = {}
    for name, number in re.findall(r'name="(like|unlike)" value="(\d+)"', text):
        found.setdefault(name, []).append(number)
    return found


@pytest.mark.parametrize(
    ("shown", "there"),
    [
        ("?colour=0.5&genre=Western", "?colour=0.5&genre=Western#film-{film}"),
        ("?row=colour", "?row=colour#row-colour"),
    ],
)
def test_a_thumb_leads_back_to_the_view_and_the_row_it_was_given_in(
    client: FlaskClient, address: str, shown: str, there: str
) -> None:
    text = client.get(f"{address}{shown}").text
    *_, form = re.findall(r'<form class="thumbs".*?</form>', text, re.DOTALL)
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    answer = client.post(f"{address}/thumbs", data=fields | {"thumb": "up"})
    assert answer.location == address + there.format(film=fields["film"])
    assert client.post(f"{address}/thumbs", data=fields | {"row": "smell"}).status_code == 400
