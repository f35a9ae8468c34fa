import pytest
from PIL import Image

from catalog.images import decode, is_plain_webp, to_jpeg, to_webp
from tests.catalog.images.pictures import Paint, difference, saved


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
