"""From bytes that anyone may have sent to a plain RGB image: the only decode path there is.

What is accepted, by content and never by name, is `FORMATS`, up to `MAX_BYTES` and `MAX_PIXELS`;
both are known before anything is decoded.
"""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError, features

from catalog.hashes import NEAR_DUPLICATE, content_hash, hamming, perceptual_hash
from catalog.modes import plain, reduced

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "MAX_PIXELS",
    "NEAR_DUPLICATE",
    "WEBP_QUALITY",
    "ImageError",
    "content_hash",
    "decode",
    "hamming",
    "is_plain_webp",
    "perceptual_hash",
    "size",
    "to_jpeg",
    "to_webp",
]

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
WEBP_QUALITY: Final = 85
WEBP_METHOD: Final = 4
JPEG_QUALITY: Final = 88

FORMATS: Final = (
    *("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"),
    *(("AVIF",) if features.check("avif") else ()),
)
_SIGNATURES: Final = (b"\xff\xd8", b"\x89PNG", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")

_ORIENTATION_TAG: Final = 0x0112
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class ImageError(ValueError):
    """Bytes that give no image; the message is a sentence saying what a person can do.

    `text` is that sentence with %(names)s where the `values` go, for those who translate it.
    """

    def __init__(self, text: str, **values: str) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values


def decode(data: bytes, *, at_least: tuple[int, int] | None = None) -> Image.Image:
    """Return the image in `data` as RGB: upright, flattened over white, its first frame, and
    without any metadata.

    `at_least` (width, height) permits a smaller image, scaled down by a whole factor to no less
    than that in either direction, which saves most of the time and memory on large photographs.
    Raises `ImageError`, and ValueError for an `at_least` below 1.
    """
    if at_least is not None and min(at_least) < 1:
        raise ValueError(f"at_least must be 1 or more in both directions, not {at_least}")
    if not data:
        raise ImageError(
            "The file is empty; choose a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF image."
        )
    if len(data) > MAX_BYTES:
        raise ImageError(
            "The file is larger than %(size)s MB; save the image smaller.",
            size=str(MAX_BYTES >> 20),
        )
    with _silence():
        opened = _open(data)
        _check_size(opened)
        try:
            return plain(_load(opened, at_least))
        except Exception as error:
            # Hostile bytes make the format readers raise nearly anything, MemoryError included.
            raise _damaged() from error


def size(data: bytes) -> tuple[int, int]:
    """Return the upright width and height of an image that `decode` takes, from its header alone.

    Raises `ImageError`.
    """
    with _silence():
        opened = _open(data)
        return _as_stored(opened.size, _orientation(opened))


def to_webp(image: Image.Image, quality: int = WEBP_QUALITY, *, method: int = WEBP_METHOD) -> bytes:
    """Return the image as WebP without metadata.

    `method`, libwebp's effort from 0 to 6, trades time for bytes: 0 takes a quarter of the time of
    4 and a third more bytes. Raises ValueError past 16383 pixels a side or for another method.
    """
    if not 0 <= method <= 6:
        raise ValueError(f"method must lie in 0-6, not {method}")
    if max(image.size) > 16383:
        raise ValueError(f"WebP holds at most 16383 pixels a side, not {image.size}")
    buffer = BytesIO()
    image.convert("RGB").save(
        buffer, "WEBP", quality=quality, method=method, exif=b"", icc_profile=b"", xmp=b""
    )
    return buffer.getvalue()


def to_jpeg(image: Image.Image) -> bytes:
    """Return the image as JPEG without metadata, its colours as fine as its greys, for lettering.

    It takes a fifth of the time of the quickest WebP and two thirds more bytes, and a smaller copy
    is decoded quicker still. Raises ValueError past 65500 pixels a side.
    """
    if max(image.size) > 65500:
        raise ValueError(f"JPEG holds at most 65500 pixels a side, not {image.size}")
    buffer = BytesIO()
    rgb = image if image.mode == "RGB" else image.convert("RGB")
    rgb.save(
        buffer,
        "JPEG",
        quality=JPEG_QUALITY,
        subsampling=0,
        comment=b"",
        exif=b"",
        icc_profile=b"",
        xmp=b"",
    )
    return buffer.getvalue()


def is_plain_webp(data: bytes) -> bool:
    """Return whether the bytes are one still WebP image and nothing else: no metadata, no alpha,
    no animation, nothing appended.

    By RFC 9649: RIFF, the length of what follows, WEBP, then a single chunk, "VP8 " or "VP8L",
    padded to an even length. The lossless header's bit 28 tells of alpha.
    """
    if len(data) < 26 or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return False
    chunk = int.from_bytes(data[16:20], "little")
    if not len(data) == int.from_bytes(data[4:8], "little") + 8 == 20 + chunk + chunk % 2:
        return False
    if data[12:16] == b"VP8L":
        return not data[24] & 0x10
    return data[12:16] == b"VP8 "


def _open(data: bytes) -> Image.Image:
    """Read the header only, so that nothing is decoded yet."""
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        raise _unidentified(data) from error
    except Exception as error:
        raise _damaged() from error


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(image)
    if not image.width or not image.height:
        raise _damaged()


def _damaged() -> ImageError:
    return ImageError("The image is damaged or incomplete; save it again, or choose another one.")


def _too_large(image: Image.Image | None = None) -> ImageError:
    most = str(MAX_PIXELS // 1_000_000)
    if image is None:
        return ImageError(
            "The image is too large; scale it below %(most)s megapixels.",
            most=most,
        )
    return ImageError(
        "%(width)s x %(height)s pixels are too large; scale it below %(most)s megapixels.",
        width=str(image.width),
        height=str(image.height),
        most=most,
    )


def _unidentified(data: bytes) -> ImageError:
    """Say what the bytes are, as far as that helps."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return ImageError("An SVG drawing has no pixels; export it as PNG or JPEG and choose that.")
    if start.startswith((b"<!doctype html", b"<html")):
        return ImageError(
            "This is a web page, not an image; save the image itself, or choose a JPEG, PNG, WebP, "
            "GIF, BMP, TIFF or AVIF image."
        )
    if start.startswith(b"%pdf"):
        return ImageError("A PDF is a document; export its page as PNG or JPEG and choose that.")
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1"):
        return ImageError(
            "HEIC photographs cannot be read; save it as JPEG or PNG and choose that."
        )
    if data.startswith(_SIGNATURES) or data[4:12] in (b"ftypavif", b"ftypavis"):
        return _damaged()
    return ImageError(
        "This is not an image; choose a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF image."
    )


def _load(image: Image.Image, at_least: tuple[int, int] | None) -> Image.Image:
    """Decode the first frame, at a reduced size where that is allowed, and turn it upright."""
    if at_least is not None:
        image.draft(None, _as_stored(at_least, _orientation(image)))  # JPEG's; others ignore it
    image.load()
    # Asked again: readers of other formats find the orientation, or apply it, while loading.
    orientation = _orientation(image)
    if at_least is not None:
        width, height = _as_stored(at_least, orientation)
        factor = min(image.width // width, image.height // height)
        image = reduced(image, factor) if factor > 1 else image
    turn = _UPRIGHT.get(orientation)
    return image if turn is None else image.transpose(turn)


def _as_stored(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return an upright size as it lies in a file whose picture is on its side."""
    return (size[1], size[0]) if orientation >= 5 else size


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:
        return 1  # broken EXIF is no reason to refuse a picture that can be seen


class _Silence:
    """Pillow's warnings, switched off while any thread decodes.

    `warnings.catch_warnings` restores what it found on entering, so two overlapping threads may
    leave the wrong filters behind; here the first one in sets them and the last one out restores.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._saved = warnings.catch_warnings()

    def enter(self) -> None:
        with self._lock:
            if not self._inside:
                self._saved = warnings.catch_warnings()
                self._saved.__enter__()
                warnings.simplefilter("ignore")
            self._inside += 1

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._saved.__exit__(None, None, None)


_PILLOW: Final = _Silence()


@contextmanager
def _silence() -> Iterator[None]:
    _PILLOW.enter()
    try:
        yield
    finally:
        _PILLOW.leave()
