"""What bad input gets: a 4xx and one sentence that says what to do, and nothing half-written."""

import io
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from bandit.models import RecommendationRow
from catalog.database import querying
from onesheet.instance import Instance

API = "/api/v1/recommendations"
READINGS = "/api/v1/readings"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def png(width: int, height: int) -> bytes:
    """A PNG that claims any size, by the PNG specification's chunks."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def truncated() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((300, 450), 80).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()[: buffer.tell() // 2]


BAD_FILES = {
    "not an image": b"Dear Sir or Madam, " * 20,
    "truncated": truncated(),
    "bomb": png(10_000, 10_000),
    "svg": SVG,
    "empty": b"",
    "zero by zero": png(0, 0),
    "html": b"<!doctype html><title>no</title>",
}


@pytest.fixture(autouse=True)
def _nothing_is_written(app: Flask) -> Iterator[None]:
    instance = app.extensions["onesheet"]
    before = written(instance)
    yield
    assert written(instance) == before


def written(instance: Instance) -> tuple[int, list[str]]:
    with querying(instance.engine) as connection:
        rows = select(func.count()).select_from(RecommendationRow)
        count = connection.execute(rows).scalar_one()
    return count, sorted(map(str, instance.home.uploads.glob("**/*")))


def is_one_sentence(text: str) -> bool:
    return 10 < len(text) < 250 and text.endswith(".") and "Traceback" not in text


def refused(response: Any, *statuses: int) -> str:
    assert response.status_code in statuses, response.text
    sentence = response.get_json()["error"]
    assert response.get_json()["detail"] == sentence
    assert is_one_sentence(sentence), sentence
    return str(sentence)


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_for_programs(client: FlaskClient, name: str) -> None:
    response = client.post(API, data={"poster": (io.BytesIO(BAD_FILES[name]), "poster.jpg")})
    refused(response, 422)


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_for_people(client: FlaskClient, name: str) -> None:
    data = {"poster": (io.BytesIO(BAD_FILES[name]), "poster.jpg")}
    response = client.post("/recommendations", data=data, headers=HTML)
    assert response.status_code == 422
    assert response.mimetype == "text/html"
    assert "Traceback" not in response.text


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_not_read(client: FlaskClient, name: str) -> None:
    refused(client.post(READINGS, data={"poster": (io.BytesIO(BAD_FILES[name]), "p.jpg")}), 422)


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


def test_a_200_megabyte_body_is_refused_unread(client: FlaskClient) -> None:
    class Untouched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("the body was read")

    response = client.post(
        API,
        input_stream=Untouched(b"x"),
        environ_overrides={"CONTENT_LENGTH": "200000000"},
        content_type="multipart/form-data; boundary=x",
    )
    assert "20 MB" in refused(response, 413)


def test_a_body_of_unstated_length_is_refused_at_the_limit(client: FlaskClient) -> None:
    start = b'--x\r\nContent-Disposition: form-data; name="poster"; filename="a.png"\r\n\r\n'
    body = io.BytesIO(start + b"\0" * 22_000_000)
    response = client.post(
        API,
        input_stream=body,
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input_terminated": True},
    )
    refused(response, 413)


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


def test_a_record_that_fails_leaves_no_upload(
    app: Flask, monkeypatch: pytest.MonkeyPatch, new_poster: bytes
) -> None:
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    def fails(*_: object) -> None:
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr("bandit.FeedbackStore.record", fails)
    response = app.test_client().post(API, data={"poster": (io.BytesIO(new_poster), "p.png")})
    assert response.status_code == 500


def test_what_was_said_beside_a_refused_poster_need_not_be_said_again(
    client: FlaskClient,
) -> None:
    said = {"q": 'no "film" <like> this', "keep": "false", "metric": "manhattan"}
    poster = (io.BytesIO(b"nothing"), "p.jpg")
    page = client.post("/recommendations", data={**said, "restrict": "true", "poster": poster})
    assert page.status_code == 422
    assert 'name="keep" value="false" checked' in page.text
    assert 'name="restrict" value="true" checked' in page.text
    assert '<option value="manhattan" selected>' in page.text
    assert 'value="no &#34;film&#34; &lt;like&gt; this"' in page.text
    fresh = client.get("/nowhere").text
    assert "selected" not in fresh
    assert 'value="false" checked' not in fresh


def test_a_title_that_no_film_has_stays_in_its_field(client: FlaskClient) -> None:
    page = client.post("/recommendations", data={"q": "zzzqqq"})
    assert page.status_code == 404
    assert 'value="zzzqqq"' in page.text
    assert page.headers["Cache-Control"] == "no-cache", "there is a way back to it"
