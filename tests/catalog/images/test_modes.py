import numpy as np
import pytest
from PIL import Image

from catalog.images import decode
from tests.catalog.images.pictures import Paint, difference, saved


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
    "values",
    [np.array([[-5, 0], [5, 15]], np.int32), np.array([[0, 0.25], [0.5, 1]], np.float32)],
)
def test_pixels_of_32_bits_are_spread_from_black_to_white(values: np.ndarray) -> None:
    shades = np.asarray(decode(saved(Image.fromarray(values), "TIFF")))[..., 0]
    assert shades.ravel().tolist() == [0, 63, 127, 255]


def test_float_pixels_that_are_not_numbers_do_no_harm() -> None:
    values = np.array([[np.nan, np.inf], [-np.inf, 1]], np.float32)
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


@pytest.mark.parametrize(("mode", "key"), [("L", 7), ("RGB", (7, 7, 7)), ("1", 0), ("I;16", 700)])
def test_a_transparent_colour_is_white(mode: str, key: int | tuple[int, ...]) -> None:
    image = Image.new(mode, (8, 8), key)
    assert decode(saved(image, "PNG", transparency=key)).getpixel((0, 0)) == (255, 255, 255)


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
