"""Load over HTTP that costs its sender little: ready-made requests on kept connections."""

from __future__ import annotations

import itertools
import queue
import random
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

import numpy as np

_PATIENCE = 30.0
"""Seconds an answer may take."""
_HEADERS = (
    "Host: 127.0.0.1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
    "\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-US,en;q=0.9\r\n"
)
"""As a browser sends them: languages are chosen among, and pages packed."""


@dataclass
class LoadOutcome:
    """Milliseconds of every request that was answered as hoped, how many were answered otherwise,
    by status or the error's name, the seconds it all took, and the share of a core that sending
    took."""

    times: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    sender: float = 0.0

    @property
    def failed(self) -> int:
        return self.failures.total()

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def said(self) -> str:
        p50, p95, p99 = np.percentile(self.times, [50, 95, 99])
        return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms, {self.failed} failed"

    def p(self, percent: float) -> float:
        return float(np.percentile(self.times, percent))


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\n{_HEADERS}\r\n".encode()


def post_poster(path: str, poster: bytes) -> bytes:
    """A form with the file `poster` as a browser sends it, with a boundary of its own."""
    boundary = f"----WebKitFormBoundary{secrets.token_hex(8)}"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="poster"; filename="poster"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    body += poster + f"\r\n--{boundary}--\r\n".encode()
    head = (
        f"POST {path} HTTP/1.1\r\n{_HEADERS}Content-Length: {len(body)}\r\n"
        f"Content-Type: multipart/form-data; boundary={boundary}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(frozen=True)
class Reply:
    """An answer's status, and where it leads."""

    status: int
    location: str | None


class Connection:
    """One kept connection, opened anew where the server closed it while it was idle."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = parts.hostname or "", parts.port or 80
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def ask(self, request: bytes) -> Reply:
        """Raises OSError where there is no answer."""
        kept = self._socket is not None
        try:
            return self._exchange(request)
        except (ConnectionResetError, BrokenPipeError):
            self.close()
            if not kept:
                raise
            return self._exchange(request)

    def _exchange(self, request: bytes) -> Reply:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=_PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._received()
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        fields = {
            name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
        }
        missing = int(fields["content-length"]) - len(body)
        while missing > 0:
            missing -= len(self._received())
        if fields.get("connection") == "close":
            self.close()
        return Reply(int(first.split()[1]), fields.get("location"))

    def _received(self) -> bytes:
        assert self._socket is not None
        part = self._socket.recv(1 << 18)
        if not part:
            raise ConnectionResetError("the server closed the connection")
        return part


def closed(
    url: str, requests: Sequence[bytes], status: int, clients: int, seconds: float
) -> LoadOutcome:
    """Each of `clients` sends its next request as soon as the last one is answered."""
    turns = itertools.cycle(requests)
    end = time.perf_counter() + seconds

    def due() -> Iterator[tuple[float, bytes]]:
        while (now := time.perf_counter()) < end:
            yield now, next(turns)  # a C iterator: threads may share it

    return _run(url, [due() for _ in range(clients)], status)


def open_(
    url: str, requests: Sequence[bytes], status: int, rate: float, seconds: float, clients: int
) -> LoadOutcome:
    """Requests at random moments, `rate` a second on average, whether or not the server keeps up.

    Times count from the moment a request is due, so that waiting behind others is part of them.
    """
    rng = random.Random(0)
    waiting: queue.SimpleQueue[tuple[float, bytes] | None] = queue.SimpleQueue()

    def due() -> Iterator[tuple[float, bytes]]:
        while (item := waiting.get()) is not None:
            yield item

    def arrive() -> None:
        turns, moment = itertools.cycle(requests), time.perf_counter()
        end = moment + seconds
        while (moment := moment + rng.expovariate(rate)) < end:
            time.sleep(max(0.0, moment - time.perf_counter()))
            waiting.put((moment, next(turns)))
        for _ in range(clients):
            waiting.put(None)

    threading.Thread(target=arrive).start()
    return _run(url, [due() for _ in range(clients)], status)


def _run(url: str, each: Sequence[Iterator[tuple[float, bytes]]], status: int) -> LoadOutcome:
    outcome, lock = LoadOutcome(), threading.Lock()

    def client(due: Iterator[tuple[float, bytes]]) -> None:
        times: list[float] = []
        failures: Counter[str] = Counter()
        with Connection(url) as connection:
            for moment, request in due:
                try:
                    answered = connection.ask(request).status
                except OSError as error:
                    connection.close()
                    failures[type(error).__name__] += 1
                    continue
                if answered == status:
                    times.append(1000 * (time.perf_counter() - moment))
                else:
                    failures[str(answered)] += 1
        with lock:
            outcome.times += times
            outcome.failures += failures

    threads = [threading.Thread(target=client, args=(due,)) for due in each]
    start, used = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcome.seconds = time.perf_counter() - start
    outcome.sender = (time.process_time() - used) / outcome.seconds
    return outcome
