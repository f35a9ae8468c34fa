"""What a bad file gets: a 4xx and one sentence that says what to do, and nothing half-written."""

import io
import sqlite3

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.catalog.images.pictures import png_claiming
from tests.webapp.routes.refusals import API, HTML, READINGS, refused

pytestmark = pytest.mark.usefixtures("nothing_is_written")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def truncated() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((300, 450), 80).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()[: buffer.tell() // 2]


BAD_FILES = {
    "not an image": b"Dear Sir or Madam, " * 20,
    "truncated": truncated(),
    "bomb": png_claiming(10_000, 10_000),
    "svg": SVG,
    "empty": b"",
    "zero by zero": png_claiming(0, 0),
    "html": b"<!doctype html><title>no</title>",
}


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
