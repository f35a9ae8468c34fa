"""Why bytes give no image, in sentences that say what a person can do."""

from typing import Final

from PIL import Image

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
_SIGNATURES: Final = (b"\xff\xd8", b"\x89PNG", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")
_HEIC_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"}
)
"""Of ISO/IEC 23008-12: what phones write."""
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_ANY_CODING: Final = frozenset({b"mif1", b"msf1"})
"""Brands of either, which AVIF files may have before their own."""
_MOST_BRANDS: Final = 60
_UNREAD: Final = {
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL \r\n\x87\n": "JPEG XL",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"8BPS": "Photoshop",
}
"""Images of other formats, by how their files begin."""


class ImageError(ValueError):
    """Bytes that give no image; the message is a sentence saying what a person can do.

    `text` is that sentence with %(names)s where the `values` go, for those who translate it.
    """

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values


def empty_file() -> ImageError:
    """The error of no bytes."""
    return ImageError("The file is empty; choose a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF image.")


def too_many_bytes() -> ImageError:
    """The error of more than `MAX_BYTES`."""
    return ImageError(
        "The file is larger than %(size)s MB; save the image smaller.", size=str(MAX_BYTES >> 20)
    )


def damaged() -> ImageError:
    """The error of bytes that are an image, but not a whole one."""
    return ImageError("The image is damaged or incomplete; save it again, or choose another one.")


def too_intricate() -> ImageError:
    """The error of what takes more time or memory to decode than any poster does."""
    return ImageError(
        "This image takes too long to open; save it again as an ordinary JPEG or PNG and choose "
        "that."
    )


def blank() -> ImageError:
    """The error of a picture of one colour."""
    return ImageError("There is nothing to see on this; it is one colour throughout.")


def is_heic(data: bytes) -> bool:
    """Return whether the bytes begin as a HEIC photograph does."""
    brands = _brands(data)
    if not brands or brands[0] not in _HEIC_BRANDS:
        return False
    return brands[0] not in _ANY_CODING or _AVIF_BRANDS.isdisjoint(brands)


def _brands(data: bytes) -> list[bytes]:
    """What a file says it is (ISO/IEC 14496-12, 4.3), the major brand first; [] without that."""
    if data[4:8] != b"ftyp":
        return []
    end = min(int.from_bytes(data[:4], "big"), 16 + 4 * _MOST_BRANDS)
    return [data[8:12], *(data[place : place + 4] for place in range(16, end, 4))]


def too_large(image: Image.Image | None = None, pixels: int = MAX_PIXELS) -> ImageError:
    """The error of an image of more than so many pixels; `image`: opened, where that was
    possible."""
    most = str(pixels // 1_000_000)
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


def unidentified(data: bytes) -> ImageError:
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
    if is_heic(data):
        return ImageError(
            "HEIC photographs cannot be read here; save it as JPEG or PNG and choose that."
        )
    for beginning, name in _UNREAD.items():
        if data.startswith(beginning):
            return ImageError(
                "%(format)s images cannot be read; export it as JPEG or PNG and choose that.",
                format=name,
            )
    if data.startswith(_SIGNATURES) or not _AVIF_BRANDS.isdisjoint(_brands(data)):
        return damaged()
    return ImageError(
        "This is not an image; choose a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF image."
    )
