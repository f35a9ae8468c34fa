"""What bad input gets: a 4xx and one sentence that says what to do, and nothing half-written."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.webapp.routes.refusals import API, HTML, READINGS, refused

pytestmark = pytest.mark.usefixtures("nothing_is_written")


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"data": {"intended": "Drama"}},
        {"data": {"poster": "a text"}},
        {"data": {"poster": (io.BytesIO(b""), "")}},
        {"json": {"imdb": "tt0000002"}},
        {"data": b"nonsense", "content_type": "multipart/form-data; boundary=x"},
    ],
)
def test_a_reading_needs_a_poster(client: FlaskClient, request_: dict[str, Any]) -> None:
    assert "poster" in refused(client.post(READINGS, **request_), 400)


@pytest.mark.parametrize("intended", ["Drums", "Drama,Horror", "Drama|Drums", "\0", "x" * 5000])
def test_an_unknown_intended_genre_is_refused(
    client: FlaskClient, new_poster: bytes, intended: str
) -> None:
    data = {"poster": (io.BytesIO(new_poster), "p.png"), "intended": intended}
    assert "Drama" in refused(client.post(READINGS, data=data), 400)


def test_asking_again_about_what_nobody_asked_is_refused(client: FlaskClient) -> None:
    response = client.post("/recommendations", data={"again": "unknown"}, headers=HTML)
    assert response.status_code == 404


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({"imdb": "tt9999999"}, 404, "tt9999999"),
        ({"imdb": "https://www.imdb.com/title/tt9999999/"}, 404, "upload"),
        ({"imdb": "demo-9999"}, 404, "demo-9999"),
        ({"imdb": "https://example.org/title/tt0000002/"}, 400, "IMDb"),
        ({"imdb": "https://www.imdb.com/name/nm0000209/"}, 400, "IMDb"),
        ({"imdb": "0000002"}, 400, "IMDb"),
        ({"imdb": 2}, 400, "text"),
        ({"imdb": ["tt0000002"]}, 400, "text"),
        ({"imdb": ""}, 400, "upload"),
        ({"sample": "99999"}, 404, "sample"),
        ({"sample": "9" * 30}, 404, "sample"),
        ({"sample": "-1"}, 404, "sample"),
        ({}, 400, "upload"),
        ({"imdb": "tt0000002", "k": 0}, 400, "k"),
        ({"imdb": "tt0000002", "k": 51}, 400, "k"),
        ({"imdb": "tt0000002", "k": "many"}, 400, "k"),
        ({"imdb": "tt0000002", "k": 2.5}, 400, "k"),
        ({"imdb": "tt0000002", "metric": "hamming"}, 400, "metric"),
        ({"imdb": "tt0000002", "restrict": "perhaps"}, 400, "restrict"),
    ],
)
def test_a_query_nobody_can_answer_is_refused(
    client: FlaskClient, fields: dict[str, object], status: int, word: str
) -> None:
    assert word in refused(client.post(API, json=fields), status)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"{", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[]", "application/json"),
        (b'"tt0000002"', "application/json"),
        (b"null", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"imdb": "tt0000002"}', "text/plain"),
        (b"tt0000002", ""),
        (b"nonsense", "multipart/form-data"),
        (b"nonsense", "multipart/form-data; boundary=x"),
    ],
)
def test_a_body_nobody_can_read_is_refused(client: FlaskClient, data: bytes, kind: str) -> None:
    refused(client.post(API, data=data, content_type=kind), 400, 415)


@pytest.mark.parametrize("name", ["unknown", "a" * 500, "..%2f..%2fonesheet.db", "x%00y", "%F0%9F"])
def test_an_unknown_recommendation_is_refused(client: FlaskClient, name: str) -> None:
    refused(client.get(f"{API}/{name}"), 404)
    refused(client.put(f"{API}/{name}/rating", json={"rating": "good"}), 404)
    refused(client.delete(f"{API}/{name}/rating"), 404)
    page = client.get(f"/r/{name}", headers=HTML)
    assert (page.status_code, page.mimetype) == (404, "text/html")


@pytest.mark.parametrize("body", [{"rating": "great"}, {"rating": None}, {"rating": 1}, {}])
def test_a_rating_there_is_not_is_refused(client: FlaskClient, body: dict[str, object]) -> None:
    assert "good, okay, bad" in refused(client.put(f"{API}/any/rating", json=body), 400)


@pytest.mark.parametrize("field", ["poster", "imdb"])
def test_hostile_form_fields_are_refused(client: FlaskClient, field: str) -> None:
    response = client.post(API, data={field: "\0" * 70_000})
    refused(response, 400, 413)
    refused(client.post(API, data={f"{field}{n}": "x" for n in range(2000)}), 400, 413)
    crowd = {f"{field}{n}": "x" for n in range(2000)}
    response = client.post(API, data=crowd, content_type="multipart/form-data")
    assert "form fields are too many" in refused(response, 413)


def test_posts_from_another_site_are_refused(client: FlaskClient) -> None:
    headers = {"Origin": "https://example.org"}
    refused(client.post(API, json={"imdb": "tt0000002"}, headers=headers), 403)


def test_a_title_that_no_film_has_stays_in_its_field(client: FlaskClient) -> None:
    page = client.post("/recommendations", data={"q": "zzzqqq"})
    assert page.status_code == 404
    assert 'value="zzzqqq"' in page.text
    assert page.headers["Cache-Control"] == "no-cache", "there is a way back to it"


@pytest.mark.parametrize(
    ("place", "example"), [("rating", '{"rating": "good"}'), ("films/1/thumb", '{"thumb": "up"}')]
)
def test_what_rates_is_told_the_json_it_takes_and_no_poster(
    client: FlaskClient, place: str, example: str
) -> None:
    address = f"{API}/any/{place}"
    said = [
        refused(client.put(address, data="good", content_type="text/plain"), 415),
        refused(client.put(address, data="[]", content_type="application/json"), 400),
    ]
    for sentence in said:
        assert example in sentence
        assert "imdb" not in sentence
        assert "poster" not in sentence
