"""Who asks."""

import time

import pytest
from flask import Flask

from tests.webapp.standing_clocks import stop_days
from webapp.http.visitor import (
    DAY_SECONDS,
    TRACE,
    counted_trace,
    from_this_machine,
    household,
    is_loopback,
    trace,
)


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("::1%lo", True),
        ("", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:203.0.113.5", False),
        ("10.0.0.1", False),
        ("203.0.113.5", False),
        ("localhost", False),
    ],
)
def test_this_machines_addresses_are_known(address: str, own: bool) -> None:
    assert is_loopback(address) == own


def test_a_household_has_64_bits_in_common() -> None:
    assert household("2001:db8::1") == household("2001:db8::2%eth0") == "2001:db8::/64"
    assert household("203.0.113.5") != household("203.0.113.6")
    assert household("unknown") == "unknown"


def test_a_socket_for_both_kinds_of_addresses_tells_those_of_ipv4_apart() -> None:
    assert household("::ffff:203.0.113.5") == household("203.0.113.5") == "203.0.113.5"
    assert household("::ffff:203.0.113.6") != household("::ffff:203.0.113.5")


def test_a_trace_tells_addresses_apart_and_none_of_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_days(monkeypatch)

    def traces(address: str) -> tuple[str, str]:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return trace(), counted_trace()

    found = {each for address in ("203.0.113.5", "203.0.113.6") for each in traces(address)}
    assert len(found) == 4
    assert {len(each) for each in found} == {TRACE}
    before, tomorrow = traces("203.0.113.5"), time.monotonic() + DAY_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: tomorrow)
    assert traces("203.0.113.5")[0] == before[0]
    assert traces("203.0.113.5")[1] != before[1]


def test_a_proxy_nobody_told_of_asks_for_others(app: Flask) -> None:
    here = {"REMOTE_ADDR": "127.0.0.1"}
    with app.test_request_context(environ_base=here):
        assert from_this_machine()
    with app.test_request_context(environ_base=here, headers={"X-Forwarded-For": "127.0.0.1"}):
        assert not from_this_machine()
    with app.test_request_context(environ_base={"REMOTE_ADDR": "203.0.113.5"}):
        assert not from_this_machine()
