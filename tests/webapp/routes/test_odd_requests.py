"""Requests that once were 500s, or led where no server follows."""

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.conftest import drawn

API = "/api/v1/recommendations"


@pytest.mark.parametrize(
    "name", ["xn--a.test", "xn--.example", "xn--zzzzzzz--.com", "a" * 64 + ".test", "\u200d.test"]
)
def test_a_name_that_is_none_is_refused_in_words(client: FlaskClient, name: str) -> None:
    for scheme in ("http", "https"):
        typed = f"{scheme}://{name}/poster.jpg"
        assert client.get("/api/v1/suggestions", query_string={"q": typed}).status_code == 200
        assert 400 <= client.post(API, json={"q": typed}).status_code < 500
        assert 400 <= client.post("/recommendations", data={"q": typed}).status_code < 500


@pytest.mark.parametrize("size", [(1800, 2), (2, 1800), (900, 3)])
def test_the_narrowest_poster_has_its_page_and_card(
    client: FlaskClient, size: tuple[int, int]
) -> None:
    buffer = io.BytesIO()
    drawn(7).resize(size, Image.Resampling.NEAREST).save(buffer, "PNG")
    form = {"poster": (io.BytesIO(buffer.getvalue()), "strip.png")}
    place = client.post("/recommendations", data=form).location
    for address in (place, f"{place}/card.jpg", f"{place}/report", f"{place}.json"):
        assert client.get(address).status_code == 200


def test_a_title_of_four_kilobytes_leads_to_an_address_that_servers_take(
    client: FlaskClient,
) -> None:
    for title in ("Film No. " * 500, "Fílm Nó. " * 500):  # every film may be meant
        answer = client.post("/recommendations", data={"q": title})
        assert answer.status_code == 303
        assert len(answer.location) < 2500
        assert client.get(answer.location).status_code == 200
    for title in ("Film No. " + "x" * 4000, "é" * 4000):
        assert client.post("/recommendations", data={"q": title}).status_code == 404


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("junk", 416),
        ("bytes=junk", 416),
        ("bytes=9-1", 416),
        ("bytes=99999999-", 416),
        ("bytes=0-9", 206),
    ],
)
def test_a_range_that_is_none_is_said_to_be_none(
    client: FlaskClient, said: str, status: int
) -> None:
    found = re.search(r"/posters/[0-9a-f]{64}", client.get("/").text)
    assert found
    poster = f"{found.group()}.webp"
    assert client.get(poster, headers={"Range": said}).status_code == status


def test_a_body_that_breaks_the_rules_of_http_is_the_senders_mistake(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gunicorn.http.errors import InvalidChunkSize

    class Body(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise InvalidChunkSize(b"-5")

        readline = readinto = read  # type: ignore[assignment]

    answer = app.test_client().post(
        API,
        input_stream=Body(),
        headers={"Content-Type": "application/json"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 400


def test_no_cell_of_the_ratings_begins_a_formula(client: FlaskClient) -> None:
    place = client.post("/recommendations", data={"sample": "3"}).location
    client.post(f"{place}/rating", data={"rating": "bad"})
    table = client.get("/learning/ratings.csv").text
    (row,) = csv.DictReader(io.StringIO(table))
    assert row["reward"] == "-1"
    assert not any(cell.startswith(("=", "+", "@")) for cell in row.values())
