"""A local server in the place of the internet, and an instance that asks it, as fixtures."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import httpcore
import pytest

from onesheet.base.settings import Settings
from onesheet.fetching.addresses import Address
from onesheet.fetching.fetcher import Fetcher, Limits
from onesheet.fetching.film_services import Outside, Services
from onesheet.instance import Instance

PUBLIC = "93.184.215.14"
SERVICES = Services(
    tmdb="http://tmdb.example/3",
    tmdb_images="http://images.example/w780",
    omdb="http://omdb.example/",
)


@dataclass
class Internet:
    """Sites that live on one local server.

    `pages` answers by "host/path": a function that gets the request's handler, or a status, headers
    and a body. `names` are the answers of the name server, a list for each time it is asked.
    """

    port: int
    pages: dict[str, Any] = field(default_factory=dict)
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)
    requests: list[Any] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> list[Address]:
        self.looked_up.append(host)
        if host in self.names:
            answers = self.names[host]
            found = answers.pop(0) if len(answers) > 1 else answers[0]
        else:
            try:
                found = [str(ip_address(host))]
            except ValueError:
                known = {each.partition("/")[0] for each in self.pages}
                if host not in known:
                    raise socket.gaierror(f"no {host}") from None
                found = [PUBLIC]
        return [ip_address(each) for each in found]

    def fetcher(self, trusted: str | None = None, **limits: Any) -> Fetcher:
        return Fetcher(Limits(**limits), self.resolve, _Wires(self), trusted)


class _Wires(httpcore.SyncBackend):
    """Connections to anywhere end at the local server."""

    def __init__(self, internet: Internet) -> None:
        self._internet = internet

    def connect_tcp(self, host: str, port: int, *args: Any, **more: Any) -> httpcore.NetworkStream:
        self._internet.connected.append((host, port))
        return super().connect_tcp("127.0.0.1", self._internet.port, *args, **more)


@pytest.fixture(name="internet")
def _internet() -> Iterator[Internet]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            internet.requests.append(self)
            place = self.headers["Host"].partition(":")[0] + self.path.partition("?")[0]
            page = internet.pages.get(place, (404, {}, b""))
            with suppress(ConnectionError):
                _answer(self, page)
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    internet = Internet(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield internet
    server.shutdown()
    thread.join()
    server.server_close()


def _answer(handler: BaseHTTPRequestHandler, page: Any) -> None:
    if callable(page):
        page(handler)
        return
    status, headers, body = page
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def outside(instance: Instance, internet: Internet) -> Any:
    """Gives the instance the outside world that settings permit."""

    def outside(**settings: Any) -> Any:
        found = Outside(Settings(**settings), internet.fetcher(), SERVICES)
        instance.__dict__["outside"] = found
        return internet

    return outside
