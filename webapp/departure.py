"""A client's socket as a thread sees it: what is read has come and what is sent goes, at once."""

from __future__ import annotations

import errno
import logging
import math
import select
import socket
import struct
import threading
import time
from contextlib import suppress
from typing import Any, Final

log = logging.getLogger("webapp")

SEND_SECONDS: Final = 120.0
"""Until a client must have taken all of an answer."""
LINGER_SECONDS: Final = 2.0
"""After an answer's end, for the client to close first (RFC 9112, 9.6)."""
PIECE_BYTES: Final = 64 * 1024
"""The most that `recv` gives at once: gunicorn's parser copies what it has read and not used yet
each time that it needs more, so that it takes time by the square of what it is given."""


class PatientSocket:
    """A socket that gives a thread what has come already, takes all that the thread sends, and
    keeps what the system does not take.

    One thread uses it at a time: the one that answers, then the loop that sends what is `kept`."""

    def __init__(
        self,
        own: socket.socket,
        most: float = math.inf,
        waiting: threading.Semaphore | None = None,
    ) -> None:
        """An answer in many pieces, such as an export of all ratings, is never whole in memory:
        once more than `most` bytes of it are not taken, the thread waits for the client, which has
        SEND_SECONDS to take half of these. `waiting` lets so many threads wait at once; for others,
        or without it, the answer ends there."""
        self._socket = own
        self._most = most
        self._waiting = waiting or threading.Semaphore(0)
        self._given = memoryview(b"")
        self.kept = bytearray()
        self.cut = False
        """Whether an answer ends before its end."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    @property
    def held(self) -> int:
        """Bytes in memory, of what is to be read and what is to be sent."""
        return len(self._given) + len(self.kept)

    def arrived(self, size: int) -> bytes | None:
        """What the client has sent: nothing where it has closed, None where that is to come."""
        try:
            return self._socket.recv(size, socket.MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            return b""

    def give(self, data: bytes | bytearray) -> None:
        """Have `recv` give these, which change no more."""
        self._given = memoryview(data)

    def take_back(self) -> bytes:
        """What was given and not read."""
        rest, self._given = bytes(self._given), memoryview(b"")
        return rest

    def recv(self, size: int) -> bytes:
        """The next of what was given, for a thread. Raises ConnectionResetError at its end: the
        request is shorter than it says, and nobody waits for the rest."""
        piece = bytes(self._given[: min(size, PIECE_BYTES)])
        if not piece:
            raise ConnectionResetError(errno.ECONNRESET, "the request ends too early")
        self._given = self._given[len(piece) :]
        return piece

    def send(self, data: bytes) -> int:
        """Send nothing: gunicorn sends by it only that a client may go on (RFC 9110, 10.1.1), for
        which it is too late once a thread has the request, and would wait for the client."""
        return len(data)

    def sendall(self, data: bytes) -> None:
        """Send a piece of an answer, or keep it. Raises OSError where the client is gone, or takes
        too little of an answer of many pieces."""
        if self.kept:
            self.send_kept()
        if len(self.kept) > self._most:
            self._wait_for_room()
        rest = memoryview(data)
        if not self.kept:
            rest = rest[self._sent(rest) :]
        self.kept += rest

    def send_kept(self) -> None:
        """Send what the system takes now. Raises OSError where the client is gone."""
        del self.kept[: self._sent(self.kept)]

    def close(self) -> None:
        """Close, by a reset where some of an answer is not sent: one without a length, as HTTP/1.0
        has it, would look whole to a client for which the connection merely ends."""
        if self.cut or self.kept:
            with suppress(OSError):
                at_once = struct.pack("ii", 1, 0)
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self._socket.close()

    def _wait_for_room(self) -> None:
        """Wait until the client has taken enough, or let go of what it has not."""
        if self._waiting.acquire(blocking=False):
            try:
                self._send_half(time.monotonic() + SEND_SECONDS)
            finally:
                self._waiting.release()
        if len(self.kept) > self._most:
            log.warning("an answer is cut short: its client takes too little of it")
            self.kept.clear()
            self.cut = True
            raise ConnectionResetError(errno.ECONNRESET, "the client takes too little")

    def _send_half(self, until: float) -> None:
        room = select.poll()
        room.register(self._socket, select.POLLOUT)
        while len(self.kept) > self._most // 2 and (left := until - time.monotonic()) > 0:
            room.poll(left * 1000)
            self.send_kept()

    def _sent(self, data: memoryview | bytearray) -> int:
        with suppress(BlockingIOError, InterruptedError):
            return self._socket.send(data, socket.MSG_DONTWAIT)
        return 0
