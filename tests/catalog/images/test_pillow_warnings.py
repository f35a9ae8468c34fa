import struct
import threading
import warnings
import zlib
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from catalog.images import ImageError, decode

Paint = Callable[..., Image.Image]


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a size that its few bytes do not have."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b"")


def test_decoding_leaves_the_filters_of_warnings_as_they_were(paint: Paint) -> None:
    """Pillow warns of large images and odd metadata; threads may decode at once."""
    bad = png_claiming(10_000, 10_000)
    good = saved(paint(1), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff")
    before = list(warnings.filters)
    refused = []

    def many() -> None:
        for _ in range(30):
            decode(good)
            try:
                decode(bad)
            except ImageError as error:
                refused.append(error)

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        threads = [threading.Thread(target=many) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(refused) == 120
    assert warned == []
    assert list(warnings.filters) == before
