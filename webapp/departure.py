"""An answer on its way: what the client has not taken yet waits in memory and not in a thread."""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from typing import Any, Final

SEND_SECONDS: Final = 120.0
"""Until a client must have taken all of an answer."""
READ_SECONDS: Final = 5.0
"""A thread waits for no byte longer; it is given whole requests, so this is for broken ones."""
LINGER_SECONDS: Final = 2.0
"""After an answer's end, for the client to close first (RFC 9112, 9.6)."""


class PatientSocket:
    """A socket that takes all that a thread sends at once and keeps what the system does not take.

    One thread uses it at a time: the one that answers, then the loop that sends what is `kept`."""

    def __init__(self, own: socket.socket) -> None:
        self._socket = own
        self.kept = bytearray()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def sendall(self, data: bytes) -> None:
        """Raises OSError where the client is gone."""
        rest = memoryview(data)
        if not self.kept:
            rest = rest[self._sent(rest) :]
        self.kept += rest

    def send_kept(self) -> None:
        """Send what the system takes now. Raises OSError where the client is gone."""
        del self.kept[: self._sent(self.kept)]

    def recv(self, size: int) -> bytes:
        """Raises ConnectionResetError where nothing comes for `READ_SECONDS`."""
        if self._socket.gettimeout() != 0:  # a thread's, and not the loop's
            waiting = select.poll()
            waiting.register(self._socket, select.POLLIN)
            if not waiting.poll(READ_SECONDS * 1000):
                raise ConnectionResetError("no byte came")
        return self._socket.recv(size)

    def _sent(self, data: memoryview | bytearray) -> int:
        with suppress(BlockingIOError, InterruptedError):
            return self._socket.send(data, socket.MSG_DONTWAIT)
        return 0
