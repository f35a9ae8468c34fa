"""Fetching what visitors name: only from public addresses, and only so much of it."""

from typing import Any

import pytest

from onesheet.fetching.errors import FetchError
from tests.onesheet.fetching.conftest import PICTURE, refused


def to(there: str, status: int = 302) -> tuple[int, dict[str, str], bytes]:
    return status, {"Location": there}, b""


@pytest.mark.parametrize(
    "url",
    [
        "http://posters.example/a.png",
        "http://posters.example:80/a.png",
        "HTTP://POSTERS.example/a.png#top",
        "http://posters.example/a.png?size=large&x=ü",
    ],
)
def test_a_public_picture_is_fetched(internet: Any, url: str) -> None:
    internet.pages["posters.example/a.png"] = PICTURE
    assert internet.fetcher().image(url) == b"a picture"
    assert internet.connected == [("93.184.215.14", 80)]


def test_a_name_beyond_ascii_is_found_by_its_encoded_form(internet: Any) -> None:
    internet.pages["xn--bcher-kva.example/a.png"] = PICTURE
    assert internet.fetcher().image("http://bücher.example/a.png") == b"a picture"


def test_redirects_are_followed_each_to_an_address_checked_anew(internet: Any) -> None:
    internet.pages |= {
        "one.example/": to("http://two.example/x"),
        "two.example/x": to("/y", 308),
        "two.example/y": PICTURE,
    }
    assert internet.fetcher().image("http://one.example/") == b"a picture"
    assert internet.looked_up == ["one.example", "two.example", "two.example"]


@pytest.mark.parametrize("there", ["http://127.0.0.1/", "http://inside.example/", "//10.0.0.1/x"])
def test_a_redirect_to_a_private_address_is_not_followed(internet: Any, there: str) -> None:
    internet.names["inside.example"] = [["192.168.0.7"]]
    internet.pages["posters.example/a.png"] = to(there)
    assert "not a public site" in refused(internet, "http://posters.example/a.png")
    assert internet.connected == [("93.184.215.14", 80)]


def test_a_redirect_to_the_same_name_after_it_changed_is_refused(internet: Any) -> None:
    internet.names["rebinding.example"] = [["93.184.215.14"], ["127.0.0.1"]]
    internet.pages["rebinding.example/a.png"] = to("/b.png")
    assert "not a public site" in refused(internet, "http://rebinding.example/a.png")
    assert internet.connected == [("93.184.215.14", 80)]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://posters.example/a.png",
        "file:///etc/passwd",
        "gopher://posters.example/",
        "http://posters.example:8080/a.png",
        "http://posters.example:22/",
        "http://user:word@posters.example/a.png",
        "http:///a.png",
        "http://",
        "posters.example/a.png",
        "http://posters.example/" + "a" * 3000,
        "http://[::1/",
        "http://a b/",
        "http://posters.example/\r\nHost: other",
        "",
    ],
)
def test_what_is_no_plain_web_address_is_refused_unasked(internet: Any, url: str) -> None:
    internet.pages["posters.example/a.png"] = PICTURE
    refused(internet, url)
    assert internet.looked_up == []


@pytest.mark.parametrize(
    "there", ["ftp://posters.example/x", "http://posters.example:6379/", "\x00"]
)
def test_a_redirect_elsewhere_than_the_web_is_refused(internet: Any, there: str) -> None:
    internet.pages["posters.example/a.png"] = to(there)
    refused(internet, "http://posters.example/a.png")
    assert len(internet.connected) == 1


def test_redirects_without_end_are_given_up(internet: Any) -> None:
    internet.pages["posters.example/a.png"] = to("/a.png")
    assert "without end" in refused(internet, "http://posters.example/a.png", redirects=3)
    assert len(internet.connected) == 4


def test_a_body_larger_than_allowed_is_given_up_before_it_ends(internet: Any) -> None:
    sent = []

    def endless(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "image/png")
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b"x" * 65536)
            sent.append(65536)

    internet.pages["posters.example/a.png"] = endless
    said = refused(internet, "http://posters.example/a.png", bytes=2**20)
    assert "larger than 1 MB" in said
    assert sum(sent) < 1000 * 65536


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ((200, {"Content-Type": "text/html"}, b"<html>"), "open the picture by itself"),
        ((200, {}, b"?"), "open the picture by itself"),
        (
            (200, {"Content-Type": "image/png", "Content-Encoding": "gzip"}, b"?"),
            "open the picture",
        ),
        ((404, {"Content-Type": "image/png"}, b"?"), "404"),
        ((500, {}, b""), "500"),
        ((302, {}, b""), "302"),
    ],
)
def test_what_is_no_image_is_refused(internet: Any, page: Any, says: str) -> None:
    internet.pages["posters.example/a.png"] = page
    assert says in refused(internet, "http://posters.example/a.png")


def test_a_site_that_is_not_there_or_speaks_otherwise_is_told(internet: Any) -> None:
    assert "nowhere.example could not be reached from here" in refused(
        internet, "http://nowhere.example/a.png"
    )
    internet.pages["odd.example/"] = lambda handler: handler.wfile.write(b"SSH-2.0\r\n\r\n")
    assert "could not be reached" in refused(internet, "http://odd.example/")
    assert "could not be reached" in refused(internet, "https://odd.example/")


def test_no_more_run_at_once_than_allowed(internet: Any) -> None:
    fetcher = internet.fetcher(at_once=1)
    assert fetcher._places.acquire()
    with pytest.raises(FetchError, match="Too many"):
        fetcher.image("http://posters.example/a.png")
    fetcher._places.release()
    internet.pages["posters.example/a.png"] = PICTURE
    assert fetcher.image("http://posters.example/a.png") == b"a picture"
    assert fetcher.image("http://posters.example/a.png") == b"a picture"


def test_a_key_is_sent_to_the_first_address_only(internet: Any) -> None:
    internet.pages |= {
        "api.example/": to("http://other.example/"),
        "other.example/": (200, {"Content-Type": "application/json"}, b"{}"),
    }
    internet.fetcher().json("http://api.example/", {"Authorization": "Bearer key"})
    assert [r.headers.get("Authorization") for r in internet.requests] == ["Bearer key", None]


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 5000, b"\xff"])
def test_an_api_that_answers_nonsense_is_told(internet: Any, body: bytes) -> None:
    internet.pages["api.example/"] = (200, {"Content-Type": "application/json"}, body)
    with pytest.raises(FetchError, match="try again later"):
        internet.fetcher().json("http://api.example/")
