import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from catalog.images.registration import SAME_PICTURE, correlation
from catalog.images.surroundings import poster_part
from catalog.images.surroundings.part import Part
from tests.conftest import drawn

Picture = tuple[Image.Image, list[tuple[float, float]]]


def overlap(part: Part, corners: list[tuple[float, float]], size: tuple[int, int]) -> float:
    """The area that two quadrilaterals share, over that of both together."""
    masks = []
    found = [(x * size[0], y * size[1]) for x, y in part.corners]
    for each in (found, corners):
        mask = Image.new("1", size)
        ImageDraw.Draw(mask).polygon(each, fill=1)
        masks.append(np.asarray(mask))
    return float((masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum())


def test_a_poster_is_found_amid_what_surrounds_it(surrounded: Picture) -> None:
    picture, corners = surrounded
    part = poster_part(picture)
    assert part is not None
    assert overlap(part, corners, picture.size) > 0.97
    assert correlation(part.cut(picture), drawn(7)) > SAME_PICTURE


@pytest.mark.parametrize("number", range(1, 41))
def test_nothing_surrounds_a_plain_poster(number: int) -> None:
    assert poster_part(drawn(number)) is None


@pytest.mark.parametrize("colour", ["white", "black", "#c0b090"])
@pytest.mark.parametrize("share", [0.03, 0.06, 0.1])
def test_a_margin_printed_on_a_poster_stays_with_it(colour: str, share: float) -> None:
    poster = drawn(3).resize((400, 600))
    margin = round(share * 400)
    assert poster_part(ImageOps.expand(ImageOps.crop(poster, margin), margin, colour)) is None


@pytest.mark.parametrize("height", [200, 300, 400])
def test_a_picture_printed_across_a_poster_is_not_taken_for_it(height: int) -> None:
    poster = Image.new("RGB", (400, 600), "white")
    poster.paste(drawn(5).resize((400, height)), (0, 150))
    assert poster_part(poster) is None


@pytest.mark.parametrize("size", [(1, 1), (40, 60), (47, 900), (3000, 60), (256, 256)])
@pytest.mark.parametrize("colour", ["black", "white"])
def test_pictures_of_one_colour_and_of_any_shape_have_no_part(
    size: tuple[int, int], colour: str
) -> None:
    assert poster_part(Image.new("RGB", size, colour)) is None


def test_noise_has_no_part() -> None:
    rng = np.random.default_rng(1)
    for size in ((300, 200), (200, 300), (400, 400)):
        noise = rng.integers(0, 256, (*size, 3), dtype=np.uint8)
        assert poster_part(Image.fromarray(noise)) is None
