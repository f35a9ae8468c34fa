"""What of a request a thread is given, and who is given up."""

import math
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

if os.name != "posix":
    pytest.skip("gunicorn is POSIX's", allow_module_level=True)

from gunicorn.http.unreader import Unreader

from tests.webapp.worker_thread import Recorder, answers, idle_worker, working
from webapp import gathering_worker
from webapp.arrival import MOST_BODY, Arrival
from webapp.departure import PIECE_BYTES
from webapp.gathering_worker import GatheringWorker


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """Answers with the body, read as werkzeug reads it."""
    body = b"".join(iter(partial(environ["wsgi.input"].read, 1 << 16), b""))
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def deaf(_: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """Answers without reading the body."""
    start("200 OK", [("Content-Length", "2")])
    return [b"no"]


GET = b"GET /about HTTP/1.1\r\nHost: localhost\r\n"
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
LAST = b"Connection: close\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
LARGE = 1 << 20
BODIES = {
    "by its length": (b"Content-Length: %d\r\n\r\n" % LARGE + LARGE * b"x", LARGE),
    "a chunk": (CHUNKED + b"%x\r\n" % LARGE + LARGE * b"x" + b"\r\n0\r\n\r\n", LARGE),
    "chunks of a byte": (CHUNKED + 40_000 * b"1\r\nx\r\n" + b"0\r\n\r\n", 40_000),
    "extensions and trailers": (CHUNKED + b"3;a=b\r\nxxx\r\n0\r\nA: b\r\n\r\n", 3),
}


@pytest.mark.parametrize(("body", "length"), BODIES.values(), ids=BODIES.keys())
def test_a_parser_never_holds_much_of_a_body(
    monkeypatch: pytest.MonkeyPatch, body: bytes, length: int
) -> None:
    """It copies what it holds for every chunk, and for every read."""
    held, read, unread = [], Unreader.read, Unreader.unread

    def counting_read(self: Unreader, *args: Any, **named: Any) -> bytes:
        found = read(self, *args, **named)
        held.append(len(found) + self.buf.getbuffer().nbytes)
        return bytes(found)

    def counting_unread(self: Unreader, data: bytes) -> None:
        held.append(len(data))
        unread(self, data)

    monkeypatch.setattr(Unreader, "read", counting_read)
    monkeypatch.setattr(Unreader, "unread", counting_unread)
    with working(echo) as (_, address):
        assert answers(address, HEAD + LAST + body).endswith(b"\r\n\r\n" + length * b"x")
    assert max(held) <= 2 * PIECE_BYTES


def test_requests_that_come_at_once_are_answered_in_turn() -> None:
    """The first has a body longer than it says, which is the second."""
    first = HEAD + b"Content-Length: 1\r\n\r\na"
    second = HEAD + CHUNKED + b"1\r\nb\r\n0\r\n\r\n"
    with working(echo) as (_, address):
        found = answers(address, first + second, HEAD + LAST + b"Content-Length: 1\r\n\r\nc")
    assert re.findall(rb"\r\n\r\n(.)", found) == [b"a", b"b", b"c"]


@pytest.mark.parametrize(("length", "count"), [(1000, 2), (LARGE, 1)])
def test_a_body_that_nobody_read_is_passed_over_or_ends_the_connection(
    length: int, count: int
) -> None:
    body = b"Content-Length: %d\r\n\r\n" % length + length * b"x"
    with working(deaf) as (_, address):
        found = answers(address, HEAD + body + HEAD + LAST + b"\r\n")
    assert found.count(b"200 OK") == count


def test_a_body_that_ends_too_early_is_no_body() -> None:
    """Were it shorter instead, half an upload would pass for a whole one."""
    with working(echo) as (worker, address):
        length = str(MOST_BODY + 1).encode()
        assert answers(address, HEAD + b"Content-Length: " + length + b"\r\n\r\nx") == b""
    assert worker.asked == worker.gathered == 0


def test_who_asks_for_a_word_gets_it_once_and_only_if_the_body_is_welcome() -> None:
    asks = HEAD + LAST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    with working(deaf) as (_, address):
        with socket.create_connection(address, timeout=60) as client:
            client.sendall(asks % 3)
            assert client.recv(100) == gathering_worker.CONTINUE
            client.sendall(b"abc")
            assert client.recv(100).startswith(b"HTTP/1.1 200 OK")
        assert answers(address, asks % 999_999_999).startswith(b"HTTP/1.1 200 OK")


def test_uploads_beyond_what_is_held_are_refused_and_pages_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gathering_worker, "MOST_HELD", 3 * LARGE)
    begun, go_on = threading.Event(), threading.Event()

    def patient(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        begun.set()
        go_on.wait()
        return echo(environ, start)

    upload = HEAD + LAST + BODIES["by its length"][0]
    with (
        working(patient) as (worker, address),
        ThreadPoolExecutor() as clients,
        ExitStack() as end,
    ):
        end.callback(go_on.set)
        first = clients.submit(answers, address, upload)
        begun.wait()
        second = clients.submit(answers, address, upload)
        while worker.asked < 2 * LARGE:
            time.sleep(0.01)
        refused = answers(address, upload)
        page = clients.submit(answers, address, GET + LAST + b"\r\n")
        while worker.asked < 2 * len(upload) + len(GET):
            time.sleep(0.01)
        go_on.set()
        assert all(b"200 OK" in each.result() for each in (first, second, page))
        assert refused.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nRetry-After: " in refused
        assert b"200 OK" in answers(address, upload)
    assert worker.asked == 0


class Client:
    """A connection that a worker waits for."""

    def __init__(self) -> None:
        self.sock, self.closed = None, False

    def close(self) -> None:
        self.closed = True


@contextmanager
def watched_worker() -> Iterator[GatheringWorker]:
    """A worker whose poller watches nothing."""
    with idle_worker(echo) as (worker, _):
        worker.poller.close()
        worker.poller = Recorder()
        yield worker


@pytest.mark.parametrize(
    ("asking", "reading", "closed"),
    [
        (40, 0, ["asks 0", "asks 1", "asks 2", "asks 3"]),
        (39, 1, ["asks 0", "asks 1", "asks 2"]),
        (1, 39, ["reads 0", "reads 1", "reads 2"]),
        (0, 40, ["reads 0", "reads 1", "reads 2", "reads 3"]),
    ],
)
def test_those_that_wait_longest_make_room_for_others(
    asking: int, reading: int, closed: list[str]
) -> None:
    with watched_worker() as worker:
        clients = {f"asks {i}": Client() for i in range(asking)}
        worker.arriving = {each: Arrival(each, math.inf) for each in clients.values()}
        readers = {f"reads {i}": Client() for i in range(reading)}
        worker.leaving = dict.fromkeys(readers.values(), math.inf)
        worker.nr_conns = worker.worker_connections = 40
        worker.murder_pending()
        assert [name for name, each in (clients | readers).items() if each.closed] == closed


def test_a_worker_that_stops_waits_for_whoever_came_last_and_needs_no_room() -> None:
    with watched_worker() as worker:
        old, new = Client(), Client()
        then = time.monotonic() - 2 * gathering_worker.SILENT_SECONDS
        worker.alive, worker.stopped = False, then
        worker.arriving = {old: Arrival(old, then), new: Arrival(new, math.inf)}
        worker.nr_conns = worker.worker_connections = 2
        worker.murder_pending()
        assert (old.closed, new.closed) == (True, False)


def test_a_worker_that_stops_answers_whoever_has_connected_and_refuses_others() -> None:
    with idle_worker(echo) as (worker, address), ExitStack() as clients:
        asking = [clients.enter_context(socket.create_connection(address)) for _ in range(20)]
        for client in asking:
            client.sendall(GET + b"\r\n")
            client.shutdown(socket.SHUT_WR)
        worker.handle_exit(None, None)
        worker.run()
        assert all(client.recv(15) == b"HTTP/1.1 200 OK" for client in asking)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)


def test_a_thread_that_outlasts_its_worker_writes_into_no_other_file(tmp_path: Path) -> None:
    with idle_worker(echo) as (worker, _):
        worker.method_queue.close()
        with (tmp_path / "a").open("wb"), (tmp_path / "b").open("wb"):
            worker.method_queue.defer(print)
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == b""


def test_a_process_without_files_left_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)

    class Listener:
        def accept(self) -> None:
            raise OSError(24, "Too many open files")

    with idle_worker(echo) as (worker, _):
        worker.accept(Listener())
        assert worker.log.said[0][0] == "error"
        assert worker.nr_conns == 0
