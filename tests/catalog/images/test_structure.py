"""Small files that ask for much work, told by their structure alone; and ones that only look so."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageFile, PngImagePlugin

from catalog.images import ImageError, decode
from catalog.images.structure import MOST_CHUNKS, MOST_SCANS, MOST_SEGMENTS

Paint = Callable[..., Image.Image]
INTRICATE = "takes too long"


def saved(image: Image.Image, file_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def repeated_scans(image: Image.Image, times: int) -> bytes:
    """A progressive JPEG whose last scan stands there so often."""
    whole = saved(image, "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * times + whole[-2:]


def chunk(kind: bytes, body: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + check


def with_chunks(png: bytes, chunks: bytes) -> bytes:
    """The PNG with chunks behind its header, which takes 33 bytes."""
    return png[:33] + chunks + png[33:]


@pytest.fixture
def _no_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(image: Image.Image) -> None:
        pytest.fail("the pixels were asked for")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)


@pytest.mark.usefixtures("_no_pixels")
def test_a_jpeg_that_repeats_its_scan_is_refused_unread(paint: Paint) -> None:
    for times in (MOST_SCANS + 1, 1100):
        with pytest.raises(ImageError, match=INTRICATE):
            decode(repeated_scans(Image.new("L", (64, 64), 128), times))
    with pytest.raises(ImageError, match=INTRICATE):  # fewer, of more pixels
        decode(repeated_scans(Image.new("L", (6000, 6000), 128), 40), at_least=(10, 10))


def test_an_ordinary_progressive_jpeg_is_read(paint: Paint) -> None:
    image = paint(1, (300, 450))
    for mode in ("RGB", "L", "CMYK"):
        assert decode(saved(image.convert(mode), "JPEG", progressive=True)).size == (300, 450)


def test_scans_within_a_preview_do_not_count(paint: Paint) -> None:
    preview = repeated_scans(Image.new("L", (16, 16)), MOST_SCANS + 5)
    exif = b"Exif\0\0II*\0\x08\0\0\0\0\0" + preview
    assert decode(saved(paint(1), "JPEG", exif=exif, progressive=True)).size == paint(1).size


@pytest.mark.usefixtures("_no_pixels")
def test_a_jpeg_of_a_million_comments_is_refused_unread(paint: Paint) -> None:
    whole = saved(paint(1), "JPEG")
    for between in (b"\xff\xfe\0\2" * (MOST_SEGMENTS + 1), b"\xff" * (MOST_SEGMENTS + 1)):
        with pytest.raises(ImageError, match=INTRICATE):
            decode(whole[:2] + between + whole[2:])


@pytest.mark.usefixtures("_no_pixels")
def test_a_png_of_a_million_chunks_is_refused_unread(paint: Paint) -> None:
    for kind in (b"IDAT", b"tEXt", b"abCd"):
        with pytest.raises(ImageError, match=INTRICATE):
            decode(with_chunks(saved(paint(1), "PNG"), chunk(kind, b"") * (MOST_CHUNKS + 1)))


@pytest.mark.usefixtures("_no_pixels")
def test_a_webp_of_a_million_chunks_is_refused_unread(paint: Paint) -> None:
    whole = saved(paint(1), "WEBP")
    with pytest.raises(ImageError, match=INTRICATE):
        decode(whole + b"abcd\0\0\0\0" * (MOST_CHUNKS + 1))


LARGE = b"\0" * (3 << 20)


@pytest.mark.parametrize(
    "metadata",
    {
        "packed text": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(LARGE)),
        "packed international text": chunk(
            b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(LARGE)
        ),
        "plain XMP": chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + LARGE),
        "a profile": chunk(b"iCCP", b"colours\0\0" + zlib.compress(LARGE)),
        "text that is not packed as it says": chunk(b"zTXt", b"Comment\0\0nonsense"),
    }.items(),
    ids=lambda item: item[0],
)
def test_a_png_with_large_metadata_is_read(paint: Paint, metadata: tuple[str, bytes]) -> None:
    plain = saved(paint(1), "PNG")
    assert decode(with_chunks(plain, metadata[1])).tobytes() == decode(plain).tobytes()


def test_a_pngs_orientation_is_found_wherever_it_stands(paint: Paint) -> None:
    image, exif, info = paint(1, (40, 90)), Image.Exif(), PngImagePlugin.PngInfo()
    exif[0x0112] = 6
    assert decode(saved(image, "PNG", exif=exif)).size == (90, 40)
    info.add_text("Raw profile type exif", "\nexif\n8\n" + exif.tobytes().hex(), zip=True)
    assert decode(saved(image, "PNG", pnginfo=info)).size == (90, 40)


def test_a_jpeg_without_its_end_is_read_if_its_pixels_are_there(paint: Paint) -> None:
    for options in ({}, {"progressive": True}, {"restart_marker_rows": 1}):
        whole = saved(paint(1, (301, 455)), "JPEG", **options)
        for bare in (whole[:-2], whole[:-1]):
            for least in (None, (50, 50)):
                found = decode(bare, at_least=least)
                assert found.tobytes() == decode(whole, at_least=least).tobytes()
        for lost in (40, 400, len(whole) // 2):
            with pytest.raises(ImageError, match="damaged"):
                decode(whole[:-lost])


def test_an_animation_that_begins_blank_is_read_where_it_begins(paint: Paint) -> None:
    poster, white = paint(1), Image.new("RGB", paint(1).size, "white")
    for file_format in ("GIF", "WEBP", "PNG"):
        frames = [white, white.point(lambda v: v - 1), poster, white]
        data = saved(frames[0], file_format, save_all=True, append_images=frames[1:], duration=99)
        found = decode(data)
        assert found.info["frame"] >= 2
        assert not all(high - low <= 2 for low, high in found.getextrema())  # type: ignore[misc]
    assert "frame" not in decode(saved(poster, "GIF", save_all=True, append_images=[white])).info
    alone = saved(white, "GIF", save_all=True, append_images=[white.point(lambda v: v - 1)])
    assert "frame" not in decode(alone).info


FOREIGN = {
    "JPEG XL": b"\xff\x0a" + bytes(50),
    "JPEG XL ": b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(50),
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(50),
    "Photoshop": b"8BPS\0\1" + bytes(50),
    **{
        f"HEIC {brand}": b"\0\0\0\x24ftyp" + brand.encode() + bytes(50)
        for brand in ("heic", "heix", "hevc", "heim", "heis", "mif1")
    },
}


@pytest.mark.parametrize("name", FOREIGN)
def test_images_of_other_formats_are_called_what_they_are(name: str) -> None:
    with pytest.raises(ImageError, match=name.split()[0]) as caught:
        decode(FOREIGN[name])
    assert "not an image" not in str(caught.value)
