"""Slow clients beside ordinary ones, and what of a request a thread is given."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

if os.name != "posix":
    pytest.skip("gunicorn is POSIX's", allow_module_level=True)

from tests.webapp.server_process import serving
from webapp import gathering_worker


@pytest.fixture(scope="module")
def server(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    import shutil

    home = Path(shutil.copytree(small_home, tmp_path_factory.mktemp("slow") / "instance"))
    with serving(home, "--workers", "1") as client:
        yield client


GET = b"GET /about HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /compare HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
SLOW = {
    "silent": b"",
    "half a header": GET + b"X-",
    "half a body": POST + b"Content-Length: 1000\r\n\r\n{",
    "an end within a chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n99\r\n{\r\n0\r\n\r\n",
    "far too much": POST + b"Content-Length: 999999999\r\n\r\n{",
    "half a second request": GET + b"\r\nGET /",
    "no reader": 40 * (GET + b"\r\n"),
    "no closer": GET + b"Connection: close\r\n\r\n",
    "an endless header": GET + b"X-A: " + 70_000 * b"a",
}


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


class Recorder:
    """Takes the place of the worker's poller and log."""

    def __init__(self) -> None:
        self.said: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **_: self.said.append((name, *args))


def test_a_process_without_files_left_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)

    class Listener:
        def accept(self) -> None:
            raise OSError(24, "Too many open files")

    worker = gathering_worker.GatheringWorker.__new__(gathering_worker.GatheringWorker)
    worker.log, worker.nr_conns = Recorder(), 0
    worker.accept(Listener())
    assert worker.log.said[0][0] == "error"
    assert worker.nr_conns == 0
