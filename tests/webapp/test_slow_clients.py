"""Slow clients beside ordinary ones, before a server as it runs."""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

if os.name != "posix":
    pytest.skip("gunicorn is POSIX's", allow_module_level=True)

from tests.webapp.server_process import serving
from tests.webapp.worker_thread import answers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    home = Path(shutil.copytree(small_home, tmp_path_factory.mktemp("slow") / "instance"))
    with serving(home, "--workers", "1") as client:
        yield client


GET = b"GET /about HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /compare HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
SLOW = {
    "silent": b"",
    "half a header": GET + b"X-",
    "half a body": POST + b"Content-Length: 1000\r\n\r\n{",
    "an end within a chunk": POST + CHUNKED + b"99\r\n{\r\n0\r\n\r\n",
    "far too much": POST + b"Content-Length: 999999999\r\n\r\n{",
    "half a second request": GET + b"\r\nGET /",
    "no reader": 40 * (GET + b"\r\n"),
    "no closer": GET + b"Connection: close\r\n\r\n",
    "a length with zeros before it": POST + b"Content-Length: 0000000001000\r\n\r\n{",
    "a chunk with zeros before it": POST + CHUNKED + b"0000000000000FFFFF\r\n{",
    "far too much for an escaped address": POST.replace(b"com", b"%63om")
    + b"Content-Length: 99000000\r\n\r\n{",
    "an endless header": GET + b"X-A: " + 70_000 * b"a",
}


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW.keys())
def test_forty_slow_clients_keep_nobody_waiting(server: httpx.Client, sent: bytes) -> None:
    """Where each kept a thread, or the loop, for two seconds, five answers would take minutes."""
    where = (server.base_url.host, server.base_url.port or 80)
    with ExitStack() as slow:
        for _ in range(40):
            one = slow.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(where)
            one.sendall(sent)
        for _ in range(5):
            assert server.get("/healthz", timeout=30).status_code == 200


def test_a_body_that_ends_too_early_is_the_senders_mistake(server: httpx.Client) -> None:
    """No thread waits for more of a body than the loop did, wherever that thought it would end."""
    where = (server.base_url.host, server.base_url.port or 80)
    chunk = CHUNKED + b"f" * 13 + b"\r\n{"
    for sent in (SLOW["far too much for an escaped address"], POST + chunk):
        assert answers(where, sent).startswith(b"HTTP/1.1 400 ")


def test_whoever_reads_slowly_gets_all_of_it(server: httpx.Client) -> None:
    where = (server.base_url.host, server.base_url.port or 80)
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(where)
        slow.sendall(30 * (GET + b"\r\n") + GET + b"Connection: close\r\n\r\n")
        found = bytearray()
        while part := slow.recv(4096):
            found += part
    assert found.count(b"HTTP/1.1 200 OK") == 31
    assert found.rstrip().endswith(b"</html>")


def test_a_large_body_with_a_word_and_chunks_arrive_whole(
    server: httpx.Client, new_poster: bytes
) -> None:
    def parts() -> Iterator[bytes]:
        yield b'{"imdb": '
        yield b'"tt0000002"}'

    kind = {"Content-Type": "application/json"}
    api = "/api/v1/recommendations"
    assert server.post(api, content=parts(), headers=kind).status_code == 201
    asks = {**kind, "Expect": "100-continue"}
    assert server.post(api, content=b'{"imdb": "tt0000002"}', headers=asks).status_code == 201
    files = {"poster": ("poster.png", new_poster)}
    assert server.post(api, files=files).status_code == 201
