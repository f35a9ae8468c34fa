"""How long an answer may be kept."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response

from webapp.http.cache_headers import (
    A_YEAR,
    ask_anew,
    for_good,
    keep_for_all,
    keep_for_one,
    keep_nothing,
    packed_or_plain,
    while_named,
)


@pytest.fixture
def response() -> Iterator[Response]:
    with Flask("kept").test_request_context():
        yield Response("a page")


def test_what_never_changes_is_kept_for_good(response: Response) -> None:
    response.cache_control.no_cache = True  # as Flask's send_file leaves it
    kept = for_good(response).cache_control
    assert (kept.public, kept.max_age, kept.immutable, kept.no_cache) == (True, A_YEAR, True, None)


@pytest.mark.parametrize(("name", "immutable"), [("now", True), ("before", False)])
def test_only_the_present_name_is_kept_for_good(
    response: Response, name: str, immutable: bool
) -> None:
    kept = while_named(response, name, "now").cache_control
    assert bool(kept.immutable) is immutable
    assert bool(kept.no_cache) is not immutable


def test_who_else_may_keep_an_answer_for_a_while() -> None:
    everybody, alone = keep_for_all(Response(), 60), keep_for_one(Response(), 60)
    assert set(everybody.headers["Cache-Control"].split(", ")) == {"public", "max-age=60"}
    assert set(alone.headers["Cache-Control"].split(", ")) == {"private", "max-age=60"}


def test_pages_and_responses_are_asked_for_anew_or_kept_nowhere(response: Response) -> None:
    assert ask_anew("a page").headers["Cache-Control"] == "no-cache"
    assert keep_nothing("a page").headers["Cache-Control"] == "no-store"
    assert ask_anew(response) is response
    assert ask_anew(response, private=True).cache_control.private


@pytest.mark.parametrize(
    ("taken", "body"), [("gzip", b"packed"), ("gzip;q=0", b"plain"), ("", b"plain")]
)
def test_packed_bytes_are_for_those_who_take_them(taken: str, body: bytes) -> None:
    with Flask("packed").test_request_context(headers={"Accept-Encoding": taken}):
        answer = packed_or_plain(lambda: b"packed", lambda: b"plain", "text/css")
    assert answer.data == body
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers.get("Content-Encoding") == ("gzip" if body == b"packed" else None)
