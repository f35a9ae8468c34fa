import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from catalog.images.registration import SAME_PICTURE, _overlaps, correlation
from tests.conftest import drawn


def cropped(image: Image.Image) -> Image.Image:
    return image.crop((20, 20, image.width - 10, image.height - 30))


def tilted(image: Image.Image) -> Image.Image:
    return image.rotate(4, Image.Resampling.BICUBIC, fillcolor=(90, 90, 90))


def framed(image: Image.Image) -> Image.Image:
    return ImageOps.expand(image, 16, (250, 250, 250))


def darkened(image: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(0.5)


def compressed(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=25)
    return Image.open(buffer).convert("RGB")


def scaled(image: Image.Image) -> Image.Image:
    return image.resize((96, 144))


def photographed(image: Image.Image) -> Image.Image:
    return compressed(tilted(darkened(image)))


@pytest.mark.parametrize(
    "alter", [cropped, tilted, framed, darkened, compressed, scaled, photographed]
)
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_an_altered_copy_is_the_same_picture(
    alter: Callable[[Image.Image], Image.Image], number: int
) -> None:
    original = drawn(number)
    assert correlation(alter(original), original) >= SAME_PICTURE


@pytest.mark.parametrize("number", range(1, 7))
def test_a_poster_of_a_series_with_another_figure_is_another_picture(number: int) -> None:
    one = drawn(number).resize((200, 300))
    other = one.copy()
    for place, poster in enumerate((one, other)):
        busy = np.random.default_rng(place).integers(0, 255, (8, 7, 3), np.uint8)
        poster.paste(Image.fromarray(busy).resize((70, 80)), (65, 110))
    assert correlation(one, other) < SAME_PICTURE
    assert correlation(other, one) < SAME_PICTURE


@pytest.mark.parametrize("alter", [cropped, tilted, framed, photographed])
def test_which_of_two_is_the_copy_changes_no_verdict(
    alter: Callable[[Image.Image], Image.Image],
) -> None:
    assert correlation(drawn(2), alter(drawn(2))) >= SAME_PICTURE
    assert correlation(alter(drawn(2)), drawn(2)) >= SAME_PICTURE


def test_an_image_agrees_with_itself_wholly() -> None:
    assert correlation(drawn(1), drawn(1)) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("number", range(1, 13))
def test_another_picture_is_not_the_same(number: int) -> None:
    assert correlation(drawn(number), drawn(number + 100)) < SAME_PICTURE


def test_a_mirrored_picture_is_not_the_same() -> None:
    assert correlation(ImageOps.mirror(drawn(3)), drawn(3)) < SAME_PICTURE


def test_a_third_of_a_picture_is_not_taken_for_it() -> None:
    image = drawn(2)
    assert correlation(image.crop((0, 0, 200, 90)), image) < SAME_PICTURE


def test_pictures_without_any_detail_agree_in_nothing() -> None:
    assert correlation(Image.new("RGB", (60, 90)), Image.new("RGB", (60, 90))) == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (2000, 3)])
def test_any_shape_can_be_compared(size: tuple[int, int]) -> None:
    assert -1 <= correlation(Image.new("RGB", size, "red"), drawn(1)) < SAME_PICTURE
    assert -1 <= correlation(drawn(1), Image.new("RGB", size, "red")) < SAME_PICTURE


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_copy_is_found_at_the_far_end_of_a_wide_wall(side: str) -> None:
    image = drawn(4)
    width, height = image.size
    wall = Image.new("RGB", (2 * width, height + 20), (120, 120, 120))
    wall.paste(image, (4 if side == "left" else width - 4, 10))
    assert correlation(wall, image) >= SAME_PICTURE


def test_overlaps_are_counted_as_laying_one_on_the_other_would() -> None:
    mask = np.random.default_rng(0).random((2, 5, 4)) < 0.6
    counted = _overlaps(mask.astype(np.float32), (3, 2))
    assert counted.shape == (2, 5 + 3 - 1, 4 + 2 - 1)
    room = np.pad(mask, ((0, 0), (2, 2), (1, 1)))
    for down in range(7):
        for right in range(5):
            covered = room[:, down : down + 3, right : right + 2].sum(axis=(1, 2))
            assert counted[:, down, right].tolist() == covered.tolist()


def test_brightness_and_contrast_do_not_matter(tmp_path: Path) -> None:
    image = drawn(5)
    flat = ImageEnhance.Contrast(image).enhance(0.6)
    assert correlation(flat, image) > 0.95
