"""A service is asked patiently."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from catalog.sources.tmdb import Tmdb
from onesheet.fetching.addresses import Address
from onesheet.fetching.errors import FetchError
from onesheet.fetching.operator_web import ATTEMPTS, LONGEST_WAIT
from tests.internet import Internet
from tests.onesheet.fetching.local_tmdb import API, Page, answer, web


@pytest.mark.parametrize(
    ("key", "header"), [("eyJhbGci.x.y", "Bearer eyJhbGci.x.y"), ("a" * 32, None)]
)
def test_keys_of_both_kinds(tmdb: Internet, key: str, header: str | None) -> None:
    assert Tmdb(web(tmdb), key).genres[878] == "Science Fiction"
    request = tmdb.requests[0]
    assert request.headers.get("Authorization") == header
    assert ("api_key" in request.path) is (header is None)


def flaky(internet: Internet, failures: int, page: Page) -> Callable[[Any], None]:
    left = [failures]

    def serve(handler: Any) -> None:
        status, headers, body = page if left[0] else answer({"genres": []})
        left[0] -= 1
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return serve


def test_the_services_own_wait_is_kept(tmdb: Internet) -> None:
    waits: list[float] = []
    page = (429, {"Retry-After": "7"}, b"")
    tmdb.pages[f"{API}genre/movie/list"] = flaky(tmdb, 2, page)
    assert Tmdb(web(tmdb, waits), "k").genres == {}
    assert waits == [7.0, 7.0]


@pytest.mark.parametrize(
    ("until", "waited"),
    [
        ("Sun, 06 Nov 1994 08:49:46 GMT", 9.0),
        ("Sunday, 06-Nov-94 08:49:46 GMT", 9.0),
        ("Sun Nov  6 08:49:46 1994", 9.0),
        ("Sun, 06 Nov 1994 10:49:37 GMT", LONGEST_WAIT),
    ],
)
def test_a_wait_until_a_date_is_kept_by_the_services_own_clock(
    tmdb: Internet, until: str, waited: float
) -> None:
    waits: list[float] = []
    answers = iter([429])

    def serve(handler: Any) -> None:
        status, headers, body = answer({"genres": []})
        handler.send_response_only(next(answers, status))
        dates = {"Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After": until}
        for name, value in {**headers, **dates, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    tmdb.pages[f"{API}genre/movie/list"] = serve
    assert Tmdb(web(tmdb, waits), "k").genres == {}
    assert waits == [waited]


@pytest.mark.parametrize(
    "said", ["soon", "-5", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 99 Nov 1994"]
)
def test_a_wait_that_means_nothing_or_is_over_is_our_own(tmdb: Internet, said: str) -> None:
    waits: list[float] = []
    tmdb.pages[f"{API}genre/movie/list"] = flaky(tmdb, 1, (429, {"Retry-After": said}, b""))
    assert Tmdb(web(tmdb, waits), "k").genres == {}
    (wait,) = waits
    assert 0.5 <= wait <= 1


def test_failures_are_waited_for_longer_and_longer(tmdb: Internet) -> None:
    waits: list[float] = []
    tmdb.pages[f"{API}genre/movie/list"] = flaky(tmdb, 4, (503, {}, b""))
    assert Tmdb(web(tmdb, waits), "k").genres == {}
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(waits))
    assert len(waits) == 4


def test_patience_ends(tmdb: Internet) -> None:
    waits: list[float] = []
    tmdb.pages[f"{API}genre/movie/list"] = (500, {}, b"")
    with pytest.raises(FetchError, match="answers with 500"):
        _ = Tmdb(web(tmdb, waits), "k").genres
    assert len(waits) == ATTEMPTS - 1


def test_a_name_that_is_not_found_for_a_moment_is_looked_up_again(
    tmdb: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    found, failures = tmdb.resolve, [socket.gaierror("no name server answers")] * 2

    def resolve(host: str, port: int) -> list[Address]:
        if failures:
            raise failures.pop()
        return found(host, port)

    monkeypatch.setattr(tmdb, "resolve", resolve)
    assert Tmdb(web(tmdb, waits), "k").genres[28] == "Action"
    assert len(waits) == 2
