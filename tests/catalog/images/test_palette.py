"""Main colours, and the distance between two posters' colours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from catalog.images.oklab import to_oklab
from catalog.images.palette import (
    SWATCHES,
    Palette,
    Swatch,
    palette,
    palette_distances,
    reduced,
)

WHITE, BLACK, RED = ((Swatch(colour, 1.0),) for colour in ("#ffffff", "#000000", "#ff0000"))
HALF: Palette = (Swatch("#ffffff", 0.5), Swatch("#000000", 0.5))


def painted(*bands: tuple[str, int]) -> Image.Image:
    """Bands of colour, each so many of a hundred rows high."""
    image, top = Image.new("RGB", (100, 100)), 0
    for colour, rows in bands:
        ImageDraw.Draw(image).rectangle((0, top, 99, top + rows - 1), fill=colour)
        top += rows
    return image


def test_a_palette_is_the_main_colours_with_their_shares_largest_first() -> None:
    found = palette(painted(("#c03020", 50), ("#203060", 25), ("#f0e0c0", 25)))
    assert [swatch.share for swatch in found] == pytest.approx([0.5, 0.25, 0.25], abs=0.02)
    wanted = np.array([[0xC0, 0x30, 0x20], [0x20, 0x30, 0x60], [0xF0, 0xE0, 0xC0]])
    got = np.array([list(bytes.fromhex(swatch.colour[1:])) for swatch in found])
    assert min(np.abs(got - wanted).max(), np.abs(got - wanted[[0, 2, 1]]).max()) <= 4


def test_the_shares_of_what_an_image_is_reduced_to_sum_to_one() -> None:
    colours, shares = reduced(Image.effect_noise((80, 120), 90).convert("RGB"), 16)
    assert len(colours) == len(shares) <= 16
    assert shares.sum() == pytest.approx(1)


def test_a_plain_poster_has_one_colour() -> None:
    assert palette(painted(("#336699", 100))) == (Swatch("#336699", 1.0),)


def test_a_small_bright_spot_is_kept_among_many_greys() -> None:
    greys = [(f"#{v:02x}{v:02x}{v:02x}", 5) for v in range(20, 210, 10)]
    found = palette(painted(*greys, ("#e01010", 5)))
    assert len(found) == SWATCHES
    reddest = max(found, key=lambda swatch: to_oklab(list(bytes.fromhex(swatch.colour[1:])))[1])
    assert reddest.share == pytest.approx(0.05, abs=0.02)
    assert int(reddest.colour[1:3], 16) > 180


def test_the_same_poster_at_another_size_has_nearly_the_same_colours() -> None:
    image = painted(("#c03020", 40), ("#203060", 30), ("#f0e0c0", 20), ("#408050", 10))
    sizes = ((300, 450), (500, 750))
    one, other = (palette(image.resize(size, Image.Resampling.BICUBIC)) for size in sizes)
    assert palette_distances(one, [other])[0] < 0.05


def test_distances_between_palettes() -> None:
    same, white, red, half = palette_distances(BLACK, [BLACK, WHITE, RED, HALF])
    assert (same, white, half) == pytest.approx((0, 1, 0.5), abs=1e-6)
    assert 0 < red < white


def test_a_colour_split_in_two_swatches_changes_no_distance() -> None:
    split: Palette = (Swatch("#ffffff", 0.25), Swatch("#ffffff", 0.25), Swatch("#000000", 0.5))
    assert palette_distances(RED, [split]) == pytest.approx(palette_distances(RED, [HALF]))


def test_shares_count_and_not_colours_alone() -> None:
    mostly_black: Palette = (Swatch("#000000", 0.9), Swatch("#ffffff", 0.1))
    assert palette_distances(HALF, [mostly_black])[0] > 0.1


swatches = st.builds(
    Swatch,
    st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"),
    st.floats(0.05, 1.0),
)
palettes = st.lists(swatches, min_size=1, max_size=SWATCHES).map(tuple)


@given(palettes, palettes, palettes)
def test_the_distance_is_a_metric(a: Palette, b: Palette, c: Palette) -> None:
    (ab, ac), (ba, bc) = palette_distances(a, [b, c]), palette_distances(b, [a, c])
    assert ab == pytest.approx(ba, abs=1e-6)
    assert ab <= ac + bc + 1e-6


def test_an_empty_palette_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        palette_distances(WHITE, [()])
