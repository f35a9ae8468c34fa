"""Bytes that are no image, or more than an image should be."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from catalog.images import FORMATS, MAX_BYTES, ImageError, decode
from catalog.images.errors import is_heic
from tests.catalog.images.pictures import Paint, png_claiming, saved

NO_IMAGES = {
    "empty": (b"", "empty"),
    "text": (b"The quick brown fox jumps over the lazy dog", "not an image"),
    "zeros": (bytes(5000), "not an image"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>', "SVG"),
    "svg with a declaration": (
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<SVG width="9"/>',
        "SVG",
    ),
    "a web page": (b"\n<!DOCTYPE html><html><title>403</title></html>", "web page"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "a HEIC photograph": (b"\0\0\0\x24ftypheic\0\0\0\0mif1heic", "HEIC"),
    "an archive": (b"PK\x03\x04" + bytes(100), "not an image"),
    "an icon": (b"\0\0\1\0\1\0\x10\x10", "not an image"),
    "JPEG's first bytes alone": (b"\xff\xd8\xff\xe0", "damaged"),
    "no pixels": (png_claiming(0, 10), "damaged"),
}


@pytest.mark.parametrize(("data", "says"), NO_IMAGES.values(), ids=NO_IMAGES)
def test_what_is_no_image_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(ImageError, match=says) as caught:
        decode(data)
    message = str(caught.value)
    assert message[0].isupper()
    assert message.endswith(".")
    assert message.count(". ") == 0


@pytest.mark.skipif("AVIF" not in FORMATS, reason="Pillow reads no AVIF here")
@pytest.mark.parametrize("brand", [b"mif1", b"msf1"])
def test_an_avif_that_begins_with_a_brand_of_heic_too_is_no_heic(
    paint: Paint, brand: bytes
) -> None:
    avif = saved(paint(1), "AVIF")
    assert avif[4:12] == b"ftypavif"
    other = avif[:8] + brand + avif[12:]
    assert not is_heic(other)
    assert decode(other, heic=True).tobytes() == decode(avif).tobytes()
    with pytest.raises(ImageError, match="damaged"):
        decode(other[: len(other) // 2])


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_image_is_refused(paint: Paint, file_format: str, share: float) -> None:
    data = saved(paint(1), file_format)
    with pytest.raises(ImageError, match="damaged or incomplete"):
        decode(data[: int(len(data) * share)])


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_a_truncated_image_is_refused_at_a_reduced_size_too(paint: Paint, file_format: str) -> None:
    data = saved(paint(1, (800, 1200)), file_format)
    with pytest.raises(ImageError, match="damaged or incomplete"):
        decode(data[: len(data) // 2], at_least=(50, 50))


@pytest.mark.parametrize("file_format", ["PNG", "GIF", "TIFF", "JPEG"])
def test_a_hundred_megapixels_are_refused_before_they_are_decoded(
    file_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"compression": "tiff_deflate"} if file_format == "TIFF" else {}
    data = saved(Image.new("L", (10_000, 10_000)), file_format, **options)
    assert len(data) < MAX_BYTES

    def load(image: Image.Image) -> None:
        pytest.fail("the pixels were asked for")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(ImageError, match=r"10000 x 10000 pixels are too large"):
        decode(data, at_least=(100, 100))


@pytest.mark.parametrize("side", [6325, 12_000, 60_000, 2**31 - 1])
def test_a_header_that_claims_too_much_is_refused(side: int) -> None:
    with pytest.raises(ImageError, match="too large; scale it below 40 megapixels"):
        decode(png_claiming(side, side))


def test_a_header_that_claims_more_than_there_is_is_refused() -> None:
    with pytest.raises(ImageError, match="damaged"):
        decode(png_claiming(3000, 3000))


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(ImageError, match="larger than 20 MB"):
        decode(b"\xff\xd8" + bytes(MAX_BYTES))


def test_other_formats_that_pillow_reads_are_not_let_in(paint: Paint) -> None:
    for file_format in ("ICO", "PPM", "PCX", "TGA", "SGI", "JPEG2000", "ICNS", "DDS", "PDF", "EPS"):
        with pytest.raises(ImageError):
            decode(saved(paint(1, (64, 64)), file_format))


KINDS: list[tuple[str, str, dict[str, Any]]] = [
    ("JPEG", "RGB", {}),
    ("JPEG", "CMYK", {"progressive": True}),
    ("PNG", "RGBA", {}),
    ("PNG", "P", {}),
    ("WEBP", "RGBA", {}),
    ("GIF", "P", {}),
    ("BMP", "RGB", {}),
    ("TIFF", "RGB", {"compression": "tiff_lzw"}),
    ("TIFF", "F", {}),
    *((("AVIF", "RGB", {}),) if "AVIF" in FORMATS else ()),
]
SMALL = [
    saved(Image.radial_gradient("L").resize((24, 36)).convert(mode), file_format, **options)
    for file_format, mode, options in KINDS
]


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SMALL),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    st.floats(0, 1),
)
def test_damaged_bytes_give_an_image_or_an_image_error(
    data: bytes, changes: list[tuple[float, int]], keep: float
) -> None:
    damaged = bytearray(data)
    for place, value in changes:
        damaged[int(place**2 * len(data))] = value
    if keep < 0.3:
        del damaged[int(len(data) * (0.7 + keep)) :]
    with suppress(ImageError):
        assert decode(bytes(damaged)).mode == "RGB"


@given(st.binary(max_size=200))
def test_random_bytes_give_an_image_error(data: bytes) -> None:
    with pytest.raises(ImageError):
        decode(data)
