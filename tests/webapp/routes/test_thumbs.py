"""Thumbs by the page's forms and by the API."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from onesheet.instance import Instance

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
