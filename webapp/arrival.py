"""A request on its way: what has come of it, and whether that is all (RFC 9112)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from webapp.http.security import MAX_BODY, MOST_BODY_OF_SEVERAL

HEADER_SECONDS: Final = 10.0
"""Until a request's header must be there."""
BODY_SECONDS: Final = 60.0
"""Until all of it must be."""
MOST_HEADER: Final = 64 * 1024
MOST_BODY: Final = MAX_BODY + 1024 * 1024
"""Bytes of a body that is waited for; the application refuses a larger one unread."""
MOST_SEVERAL_BODY: Final = MOST_BODY_OF_SEVERAL + 1024 * 1024
"""The same of the addresses that take several posters."""
MOST_CHUNK_LINES: Final = 100_000
"""Of chunks and trailers; the largest body in chunks of 2 KB has fewer. Each takes the loop and a
thread microseconds, however small it is."""
_SEVERAL = (b"POST /compare", b"POST /batch")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*0*(\d{1,13})", re.I)
"""A length of more digits, too, is more than is waited for."""
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.I)
_CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.I)
_SIZE = re.compile(rb"(?=[0-9a-fA-F])0*+([0-9a-fA-F]{0,12}+)[ \t]*+(?:;.*)?", re.S)
"""Of a chunk; it looks at no byte of a line twice."""


@dataclass
class Chunks:
    """How far a body in chunks (RFC 9112, 7.1) has come: `place` is where the next line begins."""

    place: int
    lines: int = 0
    last: bool = False
    """Whether only trailers are still to come."""

    def whole(self, data: bytearray) -> bool:
        """Whether nothing more is waited for: the end is there, or what nobody takes."""
        while (end := data.find(b"\r\n", self.place)) >= 0:
            line = bytes(data[self.place : end])
            length = 0 if self.last else _length(line)
            if length is None or (self.last and not line) or self.lines >= MOST_CHUNK_LINES:
                return True
            self.lines += 1
            self.last = not length
            self.place = end + 2 + (length + 2 if length else 0)
        return len(data) - self.place > MOST_HEADER


def _length(line: bytes) -> int | None:
    """Bytes of the chunk that a line begins; None where it is no such line."""
    size = _SIZE.fullmatch(line)
    return int(b"0" + size.group(1), 16) if size else None


@dataclass(eq=False)
class Arrival:
    """What has come of a request by one connection, since when, and how much is needed."""

    connection: Any
    since: float
    """time.monotonic"""
    data: bytearray = field(default_factory=bytearray)
    needed: int | None = None
    """Bytes of header and body; None while that is not known."""
    chunks: Chunks | None = None
    most: int = MOST_BODY

    def add(self, part: bytes) -> bool:
        """Take what has come, and tell whether the header is there for the first time."""
        start = max(0, len(self.data) - 3)
        self.data += part
        if self.needed is not None:
            return False
        end = self.data.find(b"\r\n\r\n", start)
        if end < 0:
            return False
        header = bytes(self.data[: end + 4])
        length = _LENGTH.search(header)
        self.chunks = Chunks(end + 4) if _CHUNKED.search(header) else None
        self.needed = end + 4 + (int(length.group(1)) if length else 0)
        self.most = MOST_SEVERAL_BODY if header.startswith(_SEVERAL) else MOST_BODY
        return True

    @property
    def endless(self) -> bool:
        """Whether its header is larger than any server takes."""
        return self.needed is None and len(self.data) > MOST_HEADER

    @property
    def refused(self) -> bool:
        """Whether its body is larger than any that is waited for."""
        return (self.needed or 0) > self.most or len(self.data) > self.most

    @property
    def whole(self) -> bool:
        """Whether a thread may have it: all is there, or it is refused whatever else comes."""
        if self.needed is None:
            return False
        if self.refused:
            return True
        if self.chunks is not None:
            return self.chunks.whole(self.data)
        return len(self.data) >= self.needed

    @property
    def until(self) -> float:
        """When it is given up (time.monotonic)."""
        return self.since + (HEADER_SECONDS if self.needed is None else BODY_SECONDS)

    def wants_word(self) -> bool:
        """Whether the client waits to be told to go on (RFC 9110, 10.1.1), and should."""
        wanted = self.needed is not None and not self.refused and not self.whole
        return wanted and bool(_CONTINUE.search(self.data))
