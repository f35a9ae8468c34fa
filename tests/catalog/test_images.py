"""What comes out of the decode path for images as they should be."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageOps

from catalog.images import FORMATS, ImageError, decode, is_plain_webp, size, to_jpeg, to_webp

Paint = Callable[..., Image.Image]


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def difference(a: Image.Image, b: Image.Image) -> float:
    """The mean difference of two images' channels, 0 to 255."""
    assert a.size == b.size
    return float(np.asarray(ImageChops.difference(a, b)).mean())


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_is_read_as_rgb(paint: Paint, file_format: str) -> None:
    image = decode(saved(paint(1), file_format))
    assert (image.mode, image.size) == ("RGB", (120, 180))
    assert difference(image, paint(1)) < 10  # GIF has but 256 colours


@pytest.mark.parametrize(
    ("mode", "file_format"),
    [
        *(("1", "PNG"), ("L", "PNG"), ("L", "JPEG"), ("P", "GIF"), ("P", "PNG"), ("CMYK", "TIFF")),
        *(("CMYK", "JPEG"), ("YCbCr", "JPEG"), ("P", "BMP"), ("RGB", "BMP"), ("L", "TIFF")),
    ],
)
def test_every_mode_becomes_rgb(paint: Paint, mode: str, file_format: str) -> None:
    source = paint(2).convert(mode)
    image = decode(saved(source, file_format))
    assert image.mode == "RGB"
    assert difference(image, source.convert("RGB")) < 6


@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_not_clipped(file_format: str) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    image = decode(saved(Image.fromarray(ramp), file_format))
    expected = np.arange(256).reshape(16, 16)
    assert np.array_equal(np.asarray(image)[..., 1], expected)


@pytest.mark.parametrize(
    "values", [np.int32([[-5, 0], [5, 15]]), np.float32([[0, 0.25], [0.5, 1]])]
)
def test_pixels_of_32_bits_are_spread_from_black_to_white(values: np.ndarray) -> None:
    shades = np.asarray(decode(saved(Image.fromarray(values), "TIFF")))[..., 0]
    assert shades.ravel().tolist() == [0, 63, 127, 255]


def test_float_pixels_that_are_not_numbers_do_no_harm() -> None:
    values = np.float32([[np.nan, np.inf], [-np.inf, 1]])
    shades = np.asarray(decode(saved(Image.fromarray(values), "TIFF")))[..., 0]
    assert shades.ravel().tolist() == [0, 0, 0, 255]


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_is_laid_over_white(mode: str, file_format: str) -> None:
    image = Image.new("RGBA", (20, 30), (200, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 10, 30))
    image.paste((0, 0, 0, 128), (0, 0, 10, 10))
    options = {"lossless": True} if file_format == "WEBP" else {}
    flat = decode(saved(image.convert(mode), file_format, **options))
    assert flat.getpixel((15, 20)) == (255, 255, 255)
    assert flat.getpixel((5, 20)) == (0, 0, 0)
    assert flat.getpixel((5, 5)) == (127, 127, 127)


@pytest.mark.parametrize("transparency", [0, b"\x00\xff"])
def test_a_transparent_palette_entry_is_white(transparency: int | bytes) -> None:
    image = Image.new("P", (8, 8))
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((3, 3), 1)
    flat = decode(saved(image, "PNG", transparency=transparency))
    assert flat.getpixel((0, 0)) == (255, 255, 255)
    assert flat.getpixel((3, 3)) == (0, 255, 0)


@pytest.mark.parametrize(("mode", "key"), [("L", 7), ("RGB", (7, 7, 7)), ("1", 0)])
def test_a_transparent_colour_is_white(mode: str, key: object) -> None:
    image = Image.new(mode, (8, 8), key)
    assert decode(saved(image, "PNG", transparency=key)).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_an_animation_gives_its_first_frame(file_format: str) -> None:
    frames = [Image.new("RGB", (40, 60), colour) for colour in ("red", "green", "blue")]
    image = decode(saved(frames[0], file_format, save_all=True, append_images=frames[1:]))
    red, green, blue = image.getpixel((20, 30))  # type: ignore[misc]
    assert red > 240
    assert green + blue < 20


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("at_least", [None, (30, 30)])
def test_the_image_is_turned_upright(
    paint: Paint, orientation: int, file_format: str, at_least: tuple[int, int] | None
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    tagged = Image.open(BytesIO(saved(paint(3), "PNG", exif=exif)))
    expected = ImageOps.exif_transpose(tagged)
    image = decode(saved(paint(3), file_format, exif=exif), at_least=at_least)
    if at_least is not None:
        assert min(image.size) >= 30
        expected = expected.resize(image.size, Image.Resampling.BOX)
    assert difference(image, expected) < 6


def test_broken_exif_does_not_spoil_the_picture(paint: Paint) -> None:
    for exif in (b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + b"\x80" * 40):
        image = decode(saved(paint(3), "JPEG", exif=exif))
        assert difference(image, paint(3)) < 6


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_metadata_is_dropped(paint: Paint, file_format: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    options = {"exif": exif, "icc_profile": b"a profile" * 20, "dpi": (300, 300)}
    if file_format == "WEBP":
        options |= {"xmp": b"<x>where I live</x>"}
    image = decode(saved(paint(4), file_format, **options))
    assert not image.info
    assert not image.getexif()
    again = to_webp(image)
    assert is_plain_webp(again)
    assert b"where I live" not in again


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_smaller_image_is_given_where_it_is_enough(paint: Paint, file_format: str) -> None:
    data = saved(paint(5, (1201, 1800)), file_format)
    image = decode(data, at_least=(192, 288))
    assert 192 <= image.width <= 400
    assert 288 <= image.height <= 600
    whole = decode(data)
    assert whole.size == (1201, 1800)
    assert difference(image, whole.resize(image.size, Image.Resampling.BOX)) < 3


@pytest.mark.parametrize("mode", ["I;16", "P", "1", "I", "F", "L", "LA", "RGBA"])
@pytest.mark.parametrize("size", [(1201, 1800), (800, 1203)])
def test_every_mode_is_made_smaller(paint: Paint, mode: str, size: tuple[int, int]) -> None:
    if mode in ("I;16", "I", "F"):
        deep = np.asarray(paint(9, size).convert("L")).astype(np.uint16) * 257
        source = Image.fromarray(deep.astype({"I": np.int32, "F": np.float32}.get(mode, np.uint16)))
    else:
        source = paint(9, size).convert(mode)
    data = saved(source, "TIFF" if mode in ("I", "F") else "PNG")
    image = decode(data, at_least=(192, 288))
    factor = min(size[0] // 192, size[1] // 288)
    assert image.mode == "RGB"
    assert image.size == (-(-size[0] // factor), -(-size[1] // factor))
    assert difference(image, decode(data).reduce(factor)) < 3


def test_a_transparent_palette_stays_so_when_made_smaller() -> None:
    image = Image.new("P", (1000, 1000))
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.paste(1, (0, 500, 1000, 1000))
    small = decode(saved(image, "PNG", transparency=0), at_least=(100, 100))
    assert small.size == (100, 100)
    assert small.getpixel((50, 10)) == (255, 255, 255)
    assert small.getpixel((50, 90)) == (0, 255, 0)


def test_a_small_image_is_never_made_smaller_than_asked(paint: Paint) -> None:
    for asked in ((100, 150), (192, 150), (383, 575), (384, 576)):
        image = decode(saved(paint(6, asked), "JPEG"), at_least=(192, 288))
        assert image.width >= min(192, asked[0])
        assert image.height >= min(288, asked[1])


def test_nonsense_sizes_are_refused(paint: Paint) -> None:
    with pytest.raises(ValueError, match="at_least"):
        decode(saved(paint(6), "PNG"), at_least=(0, 10))


def test_webp_is_repeatable_and_close(paint: Paint) -> None:
    assert to_webp(paint(7)) == to_webp(paint(7))
    assert difference(decode(to_webp(paint(7))), paint(7)) < 4
    assert len(to_webp(paint(7), quality=20)) < len(to_webp(paint(7), quality=95))


def test_less_effort_gives_the_same_picture_in_more_bytes(paint: Paint) -> None:
    quick = to_webp(paint(7), method=0)
    assert is_plain_webp(quick)
    assert difference(decode(quick), paint(7)) < 4
    assert len(quick) > len(to_webp(paint(7), method=6))
    for method in (-1, 7):
        with pytest.raises(ValueError, match="0-6"):
            to_webp(paint(7), method=method)


def test_webp_has_a_largest_side() -> None:
    with pytest.raises(ValueError, match="16383"):
        to_webp(Image.new("RGB", (20000, 2)))


def test_jpeg_is_close_in_colour_too_and_keeps_no_comment(paint: Paint) -> None:
    image = paint(7)
    image.info["comment"] = b"a secret place"
    data = to_jpeg(image)
    assert difference(decode(data), image) < 4
    assert b"secret" not in data
    assert to_jpeg(image.convert("RGBA")) == data
    with pytest.raises(ValueError, match="at most 65500"):
        to_jpeg(Image.new("RGB", (70000, 1)))


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_size_of_an_upright_image_is_known_from_its_header(
    paint: Paint, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(paint(7), "JPEG", exif=exif)
    assert size(data) == decode(data).size
    with pytest.raises(ImageError):
        size(b"no image")


def test_only_a_bare_still_webp_is_plain(paint: Paint) -> None:
    image = paint(8)
    lossy, lossless = saved(image, "WEBP"), saved(image, "WEBP", lossless=True)
    assert is_plain_webp(lossy)
    assert is_plain_webp(lossless)
    assert not is_plain_webp(lossy + b"hidden")
    assert not is_plain_webp(lossy[:-2])
    assert not is_plain_webp(b"")
    assert not is_plain_webp(saved(image, "PNG"))
    assert not is_plain_webp(saved(image, "WEBP", exif=Image.Exif(), xmp=b"<x/>"))
    assert not is_plain_webp(saved(image, "WEBP", save_all=True, append_images=[paint(9)]))
    glass = image.convert("RGBA")
    glass.putalpha(90)
    assert not is_plain_webp(saved(glass, "WEBP", lossless=True))
    assert not is_plain_webp(saved(glass, "WEBP"))
