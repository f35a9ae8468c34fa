"""Clients that send or read slowly, all on this machine, beside one that does not."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack

import httpx

GET = b"GET /about HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /compare HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
SLOW = {
    "say nothing": b"",
    "send half a header": GET + b"X-",
    "send half a body": POST + b"Content-Length: 1000\r\n\r\n{",
    "send half a chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n99\r\n{\r\n0\r\n\r\n",
    "read nothing": 4 * (GET + b"\r\n"),
    "never close": GET + b"Connection: close\r\n\r\n",
}
LOCAL = "127.0.0.1"
QUIET_AFTER = 3.0
"""Seconds after which what they ask for is answered, and they only stay."""


def latencies(url: str, seconds: float) -> list[float]:
    """Milliseconds of each page that one ordinary client asks for within so many seconds."""
    found: list[float] = []
    until = time.monotonic() + seconds
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        while not found or time.monotonic() < until:
            began = time.perf_counter()
            client.get("/about").raise_for_status()
            found.append(1000 * (time.perf_counter() - began))
    return found


def beside(url: str, sent: bytes, count: int, seconds: float) -> list[float]:
    """The same while `count` clients have sent this some seconds ago and do nothing more."""
    port = int(url.rpartition(":")[2])
    with ExitStack() as slow:
        for _ in range(count):
            one = slow.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect((LOCAL, port))
            one.sendall(sent)
        time.sleep(QUIET_AFTER)
        return latencies(url, seconds)
