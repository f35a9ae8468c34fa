"""What leaves the process is packed where that helps, and means the same."""

import gzip
import io
import json

import brotli
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

GZIP = {"Accept-Encoding": "gzip, deflate"}


def unpacked(answer: TestResponse) -> bytes:
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    return gzip.decompress(answer.data)


@pytest.mark.parametrize("path", ["/?wall=7", "/about", "/api/v1/posters?id=1&id=2&id=3"])
def test_pages_and_json_are_packed_for_those_who_take_it(client: FlaskClient, path: str) -> None:
    plain, packed = client.get(path), client.get(path, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert plain.status_code == packed.status_code
    if path != "/?wall=7":  # whose next wall is another each time
        assert unpacked(packed) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("taken", ["gzip, br", "gzip;q=0, br", "gzip;q=0.5, br;q=0.8"])
def test_brotli_goes_before_gzip_where_it_is_as_welcome(client: FlaskClient, taken: str) -> None:
    plain, packed = (
        client.get("/about", headers={"Accept-Encoding": each}) for each in ("identity", taken)
    )
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data


def test_zstandard_goes_before_both(client: FlaskClient) -> None:
    answer = client.get("/about", headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert answer.headers["Content-Encoding"] == "zstd"
    assert answer.data.startswith(b"\x28\xb5\x2f\xfd")  # RFC 8878's magic number


@pytest.mark.parametrize("taken", ["gzip;q=0", "gzip;q=0, br;q=0", "compress", "identity", ""])
def test_who_takes_no_packing_gets_none(client: FlaskClient, taken: str) -> None:
    answer = client.get("/about", headers={"Accept-Encoding": taken})
    assert answer.vary.as_set() >= {"accept-encoding"}
    assert "Content-Encoding" not in answer.headers
    assert b"</html>" in answer.data


def test_short_answers_pictures_and_assets_are_left_alone(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers=GZIP).headers
    page = gzip.decompress(client.get("/", headers=GZIP).data).decode()
    poster = page.partition('src="/posters/')[2].partition('"')[0]
    assert "Content-Encoding" not in client.get(f"/posters/{poster}", headers=GZIP).headers
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert b"@font-face" in unpacked(client.get(style, headers=GZIP))  # packed once, not twice


def test_a_stream_stays_a_stream(client: FlaskClient) -> None:
    answer = client.get("/learning/ratings.csv", headers=GZIP)
    assert "Content-Encoding" not in answer.headers
    assert answer.text.startswith("rated_at,")


def test_head_tells_of_the_packed_answer_without_it(client: FlaskClient) -> None:
    answer = client.head("/about", headers=GZIP)
    assert answer.data == b""
    got = client.get("/about", headers=GZIP)
    assert answer.headers["Content-Length"] == got.headers["Content-Length"]


def test_a_packed_page_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    """By its tag, which is the same for the packed and the plain page."""
    first = client.get("/learning", headers=GZIP)
    unpacked(first)
    tag = first.headers["ETag"]
    assert tag.startswith("W/")
    assert client.get("/learning").headers["ETag"] == tag
    again = client.get("/learning", headers=GZIP | {"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert "Content-Encoding" not in again.headers


def test_an_answer_to_a_post_is_packed_too(client: FlaskClient, new_poster: bytes) -> None:
    form = {"poster": (io.BytesIO(new_poster), "mine.png")}
    answer = client.post("/api/v1/recommendations", data=form, headers=GZIP)
    assert answer.status_code == 201
    assert len(json.loads(unpacked(answer))["results"]) == 5
