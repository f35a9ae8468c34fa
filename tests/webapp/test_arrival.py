"""What of a request has come, and whether that is all."""

from types import SimpleNamespace

import pytest

from webapp.arrival import BODY_SECONDS, HEADER_SECONDS, MOST_CHUNK_LINES, Arrival

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def arrival() -> Arrival:
    return Arrival(SimpleNamespace(), since=100.0)


def fed(*parts: bytes) -> Arrival:
    found = arrival()
    for part in parts:
        found.add(part)
    return found


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ((b"GET / HTTP/1.1\r\n",), False),
        ((b"GET / HTTP/1.1\r\n\r", b"\n"), True),
        ((HEAD + b"Content-Length: 3\r\n\r\nab",), False),
        ((HEAD + b"content-length:3\r\n\r\nab", b"c"), True),
        ((CHUNKS + b"3\r\nabc\r\n",), False),
        ((CHUNKS + b"3\r\nabc\r\n", b"0\r\n\r\n"), True),
        ((CHUNKS + b"0\r\n\r\n",), True),
        ((CHUNKS + b"5\r\n\r\n0\r\n",), False),
        ((CHUNKS + b"7\r\n\r\n0\r\n\r\n", b"\r\n0\r\n"), False),
        ((CHUNKS + b"3;a=b\r\nabc\r\n0\r\nA: b\r\n", b"\r\n"), True),
        ((CHUNKS + b"0000000000000FFFFF\r\nabc\r\n\r\n",), False),
        ((CHUNKS + b"0000000000000003 ;a\r\nabc", b"\r\n000\r\n\r\n"), True),
        ((CHUNKS + b"-5\r\n",), True),  # to be refused by the parser
        ((CHUNKS + b"0x5\r\n",), True),
        ((CHUNKS + b";a\r\n",), True),
        ((CHUNKS + b"5" * 8000 + b"\r\n",), True),
        ((CHUNKS + b"1\r\na\r\n" * MOST_CHUNK_LINES,), False),
        ((CHUNKS + b"1\r\na\r\n" * (MOST_CHUNK_LINES + 1),), True),
        ((CHUNKS + b"0\r\n" + b"A: b\r\n" * MOST_CHUNK_LINES,), True),
        ((HEAD + b"Content-Length: 0000000000003\r\n\r\nab",), False),
        ((HEAD + b"Content-Length: 0000000000003\r\n\r\nab", b"c"), True),
        ((HEAD + b"Content-Length: 1" + b"0" * 8000 + b"\r\n\r\n",), True),
        ((HEAD + b"Content-Length: 999999999\r\n\r\n",), True),  # to be refused unread
    ],
)
def test_a_request_is_whole_once_nothing_more_is_waited_for(
    parts: tuple[bytes, ...], whole: bool
) -> None:
    assert fed(*parts).whole is whole


def test_a_header_without_an_end_is_no_request() -> None:
    assert fed(HEAD + b"X: " + b"x" * (65 * 1024)).endless


def test_only_drafts_may_be_large() -> None:
    large = b" / HTTP/1.1\r\nContent-Length: 99000000\r\n\r\n"
    assert fed(b"POST" + large).refused
    assert not fed(b"POST /compare" + large[2:]).refused


def test_a_byte_at_a_time_is_as_good() -> None:
    request = HEAD + b"Content-Length: 3\r\n\r\nabc"
    found = arrival()
    for place in range(len(request)):
        assert not found.whole
        found.add(request[place : place + 1])
    assert found.whole


def test_header_and_body_have_their_deadlines() -> None:
    assert fed(b"GET /").until == 100 + HEADER_SECONDS
    assert fed(HEAD + b"Content-Length: 3\r\n\r\n").until == 100 + BODY_SECONDS


def test_who_asks_for_a_word_gets_one_if_the_body_is_welcome() -> None:
    asks = HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    assert fed(asks % 5).wants_word()
    assert not fed(asks % 999_999_999).wants_word()
    assert not fed(HEAD + b"Content-Length: 5\r\n\r\n").wants_word()
