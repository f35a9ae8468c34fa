import pytest
from PIL import Image, ImageDraw

from catalog.images.surroundings.edges import looked_at
from catalog.images.surroundings.tilted_part import tilted_part
from tests.conftest import drawn


@pytest.mark.parametrize("degrees", [-15, -6, 5, 12])
def test_a_tilted_poster_has_its_own_shape_once_it_is_cut_out(degrees: int) -> None:
    wall = Image.new("RGB", (420, 480), (200, 190, 170))
    hung = drawn(4).rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    mask = Image.new("L", (200, 300), 255).rotate(degrees, expand=True)
    wall.paste(hung, (80, 60), mask)
    part = tilted_part(looked_at(wall))
    assert part is not None
    assert not part.upright
    assert part.size(*wall.size) == pytest.approx((200, 300), abs=6)


def test_a_round_picture_is_no_poster() -> None:
    wall = Image.new("RGB", (420, 480), (200, 190, 170))
    mask = Image.new("L", (200, 300))
    ImageDraw.Draw(mask).ellipse((0, 0, 199, 299), 255)
    wall.paste(drawn(4), (110, 90), mask)
    assert tilted_part(looked_at(wall)) is None
