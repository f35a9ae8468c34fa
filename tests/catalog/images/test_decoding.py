"""What comes out of the decode path for images as they should be."""

from io import BytesIO

import pytest
from PIL import Image, ImageOps

from catalog.images import FORMATS, ImageError, decode, is_plain_webp, size, to_webp
from tests.catalog.images.pictures import Paint, difference, saved


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_is_read_as_rgb(paint: Paint, file_format: str) -> None:
    image = decode(saved(paint(1), file_format))
    assert (image.mode, image.size) == ("RGB", (120, 180))
    assert difference(image, paint(1)) < 10  # GIF has but 256 colours


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


def test_a_small_image_is_never_made_smaller_than_asked(paint: Paint) -> None:
    for asked in ((100, 150), (192, 150), (383, 575), (384, 576)):
        image = decode(saved(paint(6, asked), "JPEG"), at_least=(192, 288))
        assert image.width >= min(192, asked[0])
        assert image.height >= min(288, asked[1])


@pytest.mark.parametrize("size", [(99, 4000), (4000, 99), (1, 9000), (1201, 1800)])
@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_no_picture_has_more_pixels_than_are_wanted(
    paint: Paint, size: tuple[int, int], file_format: str
) -> None:
    data = saved(paint(5, size), file_format)
    for least in (None, (50, 50)):
        image = decode(data, at_least=least, at_most=5_000)
        assert 1_000 < image.width * image.height <= 5_000
        whole = decode(data)
        assert difference(image, whole.resize(image.size, Image.Resampling.BOX)) < 6


def test_a_picture_of_no_more_pixels_than_are_wanted_stays_as_it_is(paint: Paint) -> None:
    data = saved(paint(5, (120, 180)), "PNG")
    assert decode(data, at_most=120 * 180).tobytes() == decode(data).tobytes()
    less = decode(data, at_least=(30, 30))
    assert decode(data, at_least=(30, 30), at_most=2_000).tobytes() == less.tobytes()


def test_nonsense_sizes_are_refused(paint: Paint) -> None:
    with pytest.raises(ValueError, match="at_least"):
        decode(saved(paint(6), "PNG"), at_least=(0, 10))
    with pytest.raises(ValueError, match="at_most"):
        decode(saved(paint(6), "PNG"), at_most=0)


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
