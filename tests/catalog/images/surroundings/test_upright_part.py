import pytest
from PIL import Image, ImageOps

from catalog.images.surroundings.edges import looked_at
from catalog.images.surroundings.upright_part import poster_like, upright_part
from tests.conftest import drawn


def test_a_posters_aspect_is_about_two_to_three() -> None:
    assert poster_like(200, 300)
    assert poster_like(700, 1000)
    assert not poster_like(300, 200)
    assert not poster_like(1080, 2340)


@pytest.mark.parametrize("border", [45, 80, 120])
def test_the_sides_are_found_to_a_pixel(border: int) -> None:
    framed = ImageOps.expand(drawn(4), (border, 0), "white")
    part = upright_part(looked_at(framed))
    assert part is not None
    left, top, right, bottom = part.bounds
    assert left * framed.width == pytest.approx(border, abs=1)
    assert right * framed.width == pytest.approx(border + 200, abs=1)
    assert (top, bottom) == (0, 1)


def test_a_wide_picture_between_bars_is_no_poster() -> None:
    screen = Image.new("RGB", (400, 600))
    screen.paste(drawn(2).resize((400, 225)), (0, 190))
    assert upright_part(looked_at(screen)) is None


def test_a_small_panel_of_a_poster_is_not_taken_for_one() -> None:
    poster = Image.new("RGB", (200, 300), "brown")
    poster.paste(drawn(3).resize((66, 90)), (7, 198))
    assert upright_part(looked_at(poster)) is None
