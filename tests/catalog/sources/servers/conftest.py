"""A media server at home, by a local one: at a private address and on a port of its own."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from onesheet.fetching.operator_web import ServerWeb
from tests.internet import Internet

HOST = "nas.home"
ADDRESS = f"http://{HOST}:8096"
KEY_SETTING = "ONESHEET_KEY"

Answers = Callable[[dict[str, str]], object]


class MediaServer:
    """What the server answers, by path, to the fields of a question."""

    def __init__(self, internet: Internet) -> None:
        self.internet = internet
        internet.names[HOST] = [["192.168.7.5"]]
        self.waits: list[float] = []

    def says(self, path: str, answers: Answers) -> None:
        def serve(handler: Any) -> None:
            asked = {k: v[0] for k, v in parse_qs(urlsplit(handler.path).query).items()}
            body = json.dumps(answers(asked)).encode()
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json; charset=utf-8")
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        self.internet.pages[HOST + path] = serve

    def shows(self, path: str, picture: bytes, status: int = 200) -> None:
        self.internet.pages[HOST + path] = (status, {"Content-Type": "image/jpeg"}, picture)

    def web(self, **headers: str) -> ServerWeb:
        fetcher = self.internet.fetcher(ADDRESS, at_once=16)
        return ServerWeb(KEY_SETTING, ADDRESS, headers, fetcher, self.waits.append)

    def fetched(self) -> list[str]:
        return [each.path for each in self.internet.requests]


@pytest.fixture
def server(internet: Internet) -> MediaServer:
    return MediaServer(internet)
