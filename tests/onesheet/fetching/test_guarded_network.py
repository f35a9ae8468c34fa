import threading
import time
from ipaddress import ip_address
from typing import Any

import httpcore
import pytest

from onesheet.fetching.errors import FetchError
from onesheet.fetching.guarded_network import ADDRESS_SECONDS, GuardedNetwork
from tests.onesheet.fetching.conftest import PICTURE, refused


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1"],
)
def test_a_name_of_a_private_address_is_never_connected_to(internet: Any, address: str) -> None:
    internet.names["inside.example"] = [[address]]
    assert "not a public site" in refused(internet, "http://inside.example/a.png")
    assert internet.connected == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(internet: Any) -> None:
    internet.names["mixed.example"] = [["93.184.215.14", "192.168.0.1"]]
    assert "not a public site" in refused(internet, "http://mixed.example/a.png")
    assert internet.connected == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://10.0.0.1:80/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_private_addresses_are_refused_by_number(internet: Any, url: str) -> None:
    assert "not a public site" in refused(internet, url)
    assert internet.connected == []


def test_a_name_that_changes_its_answer_is_connected_to_as_it_was_checked(internet: Any) -> None:
    internet.names["rebinding.example"] = [["93.184.215.14"], ["127.0.0.1"]]
    internet.pages["rebinding.example/a.png"] = PICTURE
    assert internet.fetcher().image("http://rebinding.example/a.png") == b"a picture"
    assert internet.looked_up == ["rebinding.example"]
    assert internet.connected == [("93.184.215.14", 80)]


class Swallowing(httpcore.NetworkBackend):
    """Connects to one address alone; all others never answer, nor refuse."""

    def __init__(self, answers: str) -> None:
        self.answers = answers
        self.waits: dict[str, float] = {}

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *_: Any, **__: Any
    ) -> httpcore.NetworkStream:
        assert timeout is not None
        self.waits[host] = timeout
        if host != self.answers:
            raise httpcore.ConnectTimeout("timed out")
        return httpcore.MockStream([])


def test_an_address_that_swallows_connections_leaves_time_for_the_next() -> None:
    first, second = "2606:4700::1", "93.184.215.14"

    def resolve(host: str, port: int) -> list[Any]:
        return [ip_address(first), ip_address(second)]

    network = Swallowing(second)
    guarded = GuardedNetwork(network, resolve, time.monotonic() + 3600)
    guarded.connect_tcp("site.example", 80)
    assert network.waits[first] == ADDRESS_SECONDS
    assert network.waits[second] > ADDRESS_SECONDS
    network.answers = "no address"
    with pytest.raises(httpcore.ConnectTimeout):
        guarded.connect_tcp("site.example", 80)


def drip_body(handler: Any, given_up: threading.Event) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "image/png")
    handler.end_headers()
    while not given_up.wait(0.1):
        handler.wfile.write(b"x")


def drip_headers(handler: Any, given_up: threading.Event) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not given_up.wait(0.1):
        handler.wfile.write(b"X-Drop: 1\r\n")


def silent(handler: Any, given_up: threading.Event) -> None:
    given_up.wait()


@pytest.mark.parametrize("page", [drip_body, drip_headers, silent])
def test_a_site_that_never_ends_is_given_up(internet: Any, page: Any) -> None:
    given_up = threading.Event()
    internet.pages["slow.example/a.png"] = lambda handler: page(handler, given_up)
    try:
        assert "too long" in refused(internet, "http://slow.example/a.png", seconds=0.5)
    finally:
        given_up.set()


def test_a_name_server_that_never_answers_is_given_up(internet: Any) -> None:
    fetcher, given_up = internet.fetcher(seconds=0.3), threading.Event()

    def silent_server(host: str, port: int) -> list[Any]:
        given_up.wait()
        return []

    fetcher._resolve = silent_server
    try:
        with pytest.raises(FetchError, match="too long"):
            fetcher.image("http://slow.example/a.png")
    finally:
        given_up.set()
