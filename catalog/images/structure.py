"""What a file's outer structure tells before a pixel is decoded: bombs that a small file hides.

A format's reader does what the file asks of it, and a few bytes can ask for minutes: a scan that is
repeated, a million empty chunks. Counting them takes a fraction of what decoding takes.
"""

import re
import struct
import zlib
from typing import Final

from catalog.images.errors import too_intricate

MOST_SCANS: Final = 64
"""Of a JPEG; programs write about ten into a progressive one."""
MOST_SCANNED: Final = 1_000_000_000
"""Pixels times scans of a JPEG: twenty-five scans of the largest picture."""
MOST_SEGMENTS: Final = 4096
"""Of a JPEG before its first scan; a profile of colours takes up to 255."""
MOST_CHUNKS: Final = 20_000
"""Of a PNG or WebP."""
MOST_TEXT: Final = 1 << 20
"""Bytes of a PNG's unpacked metadata that Pillow reads; a larger one is left out."""
_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_NEEDED: Final = frozenset(
    {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"eXIf", b"sBIT"}
)
_TEXTS: Final = frozenset({b"tEXt", b"iTXt", b"zTXt"})
"""Where a PNG may have its orientation, if not in eXIf."""


def plainly(data: bytes) -> bytes:
    """Return the file, or for a PNG the same picture without metadata that is large or packed.

    Raises `ImageError` for what would take a reader longer than any picture needs.
    """
    if data.startswith(b"\xff\xd8"):
        _check_jpeg(data)
    elif data.startswith(_PNG):
        return _lean_png(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _check_webp(data)
    return data


def _check_jpeg(data: bytes) -> None:
    """Scans are counted within the pictures' own data, where 0xFF is always followed by 0 or a
    restart; a preview within the metadata has its own scans, and a segment's length steps over."""
    place, segments, scans, pixels = 2, 0, 0, 0
    while 0 <= place < len(data) - 3:
        kind = data[place + 1]
        if data[place] != 0xFF or kind in (0x00, 0xFF, 0x01) or 0xD0 <= kind <= 0xD7:
            segments += 1  # filling bytes, which a reader skips one by one
            following = data.find(b"\xff", place + 1)
            place = following if following > 0 else len(data)
        elif kind == 0xD9:
            return
        else:
            segments += 1
            length = int.from_bytes(data[place + 2 : place + 4], "big")
            if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC) and length >= 8:
                height, width = struct.unpack(">HH", data[place + 5 : place + 9].ljust(4, b"\0"))
                pixels = max(pixels, height * width)
            place += 2 + max(2, length)
            if kind == 0xDA:
                scans += 1
                place = _after_scan(data, place)
                segments = 0 if scans == 1 else segments
        if segments > MOST_SEGMENTS or scans > MOST_SCANS or scans * pixels > MOST_SCANNED:
            raise too_intricate()


def _after_scan(data: bytes, place: int) -> int:
    """Where the next marker is; the end where no other scan follows, which is not walked to."""
    following = data.find(b"\xff\xda", place)
    marker = _MARKER.search(data, place, following + 2) if following >= 0 else None
    return marker.start() if marker else len(data)


def _lean_png(data: bytes) -> bytes:
    kept, place, count, lean = [_PNG], len(_PNG), 0, False
    while place + 8 <= len(data):
        count += 1
        if count > MOST_CHUNKS:
            raise too_intricate()
        length, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        end = place + 12 + length
        if kind in _NEEDED or (kind in _TEXTS and _is_small(kind, data[place + 8 : end - 4])):
            kept.append(data[place:end])
        else:
            lean = True
        place = end
        if kind == b"IEND":
            break
    return b"".join(kept) if lean else data


def _is_small(kind: bytes, body: bytes) -> bool:
    """Whether a text is within what Pillow reads, unpacked."""
    if len(body) > MOST_TEXT:
        return False
    packed = b""
    if kind == b"zTXt":
        packed = body.partition(b"\0")[2][1:]
    elif kind == b"iTXt":
        _, _, rest = body.partition(b"\0")
        if rest[:1] == b"\1":
            packed = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    if not packed:
        return True
    unpacking = zlib.decompressobj()
    try:
        return len(unpacking.decompress(packed, MOST_TEXT + 1)) <= MOST_TEXT
    except zlib.error:
        return False


def _check_webp(data: bytes) -> None:
    place, count = 12, 0
    while place + 8 <= len(data):
        count += 1
        if count > MOST_CHUNKS:
            raise too_intricate()
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        place += 8 + length + length % 2
