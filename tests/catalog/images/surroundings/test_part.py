import numpy as np
import pytest
from PIL import Image

from catalog.images.surroundings.part import WHOLE_PICTURE, Part
from tests.conftest import drawn


def test_the_whole_of_a_picture_is_the_picture() -> None:
    image = drawn(1)
    assert WHOLE_PICTURE.upright
    assert np.array_equal(np.asarray(WHOLE_PICTURE.cut(image)), np.asarray(image))


def test_an_upright_part_is_cut_pixel_by_pixel() -> None:
    image = drawn(2).resize((100, 150))
    part = Part.rectangle(0.1, 0.2, 0.6, 0.8)
    assert part.size(100, 150) == (50, 90)
    assert np.array_equal(np.asarray(part.cut(image)), np.asarray(image)[30:120, 10:60])


@pytest.mark.parametrize("degrees", [-10, 10])
def test_a_tilted_part_is_turned_upright(degrees: int) -> None:
    poster = drawn(3).resize((200, 300))
    canvas = Image.new("RGB", (400, 500))
    canvas.paste(poster, (100, 100))
    tilted = canvas.rotate(degrees, Image.Resampling.BICUBIC)
    turn = np.deg2rad(degrees)
    middle = np.array([200, 250])
    corners = np.array([[100, 100], [300, 100], [300, 400], [100, 400]]) - middle
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shares = ((corners @ turned + middle) / (400, 500)).tolist()
    one, two, three, four = ((float(x), float(y)) for x, y in shares)
    part = Part((one, two, three, four))
    assert not part.upright
    cut = np.asarray(part.cut(tilted), float)
    assert cut.shape == (300, 200, 3)
    assert np.abs(cut - np.asarray(poster, float)).mean() < 6


def test_a_very_thin_part_has_a_pixel_at_least() -> None:
    assert Part.rectangle(0.999, 0, 1, 1).cut(drawn(1)).width == 1
    assert Part.rectangle(1, 1, 1, 1).cut(drawn(1)).size == (1, 1)
