"""Words measured on a picture's pixels: drawn posters of which each is plainly true or untrue."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from catalog.images.palette import Swatch, palette
from onesheet.explaining.traits import Trait, pixel_traits, plain_colours

SIZE = (300, 450)


def drawn(ground: str, shape: str | None = None) -> Image.Image:
    """A plain poster, with a shape over a tenth of it."""
    image = Image.new("RGB", SIZE, ground)
    if shape:
        ImageDraw.Draw(image).rectangle((90, 150, 210, 262), fill=shape)
    return image


def noise(mean: tuple[int, int, int], spread: int) -> Image.Image:
    """A poster without a plain place."""
    random = np.random.default_rng(0)
    pixels = random.normal(mean, spread, (96, 64, 3)).clip(0, 255).astype(np.uint8)
    return Image.fromarray(pixels).resize(SIZE, Image.Resampling.NEAREST)


@pytest.mark.parametrize(
    ("ground", "shape", "said", "unsaid"),
    [
        ("#101010", "#f4f0e8", Trait.LIGHT_ON_DARK, Trait.DARK_ON_LIGHT),
        ("#f4f0e8", "#101010", Trait.DARK_ON_LIGHT, Trait.LIGHT_ON_DARK),
        ("#101010", None, Trait.DARK, Trait.LIGHT_ON_DARK),
        ("#f4f0e8", None, Trait.COLOURLESS, Trait.DARK_ON_LIGHT),
        ("#777777", "#c0281f", Trait.PLAIN, Trait.COLOURLESS),
        ("#c0281f", "#101010", Trait.WARM, Trait.COLD),
        ("#1f4fa3", "#101010", Trait.COLD, Trait.WARM),
    ],
)
def test_what_is_plainly_true_is_said(
    ground: str, shape: str | None, said: Trait, unsaid: Trait
) -> None:
    found = pixel_traits(drawn(ground, shape))
    assert said in found
    assert unsaid not in found


def test_a_ground_that_is_half_covered_is_no_ground() -> None:
    image = drawn("#101010")
    image.paste("#f4f0e8", (15, 15, 285, 240))
    assert Trait.LIGHT_ON_DARK not in pixel_traits(image)


def test_a_poster_without_a_plain_place_is_not_called_plain() -> None:
    assert Trait.PLAIN not in pixel_traits(noise((120, 120, 120), 60))
    assert Trait.PLAIN in pixel_traits(noise((120, 120, 120), 1))


def test_a_poster_of_all_hues_is_neither_warm_nor_cold() -> None:
    halves = drawn("#c0281f")
    halves.paste("#1f4fa3", (0, 0, 150, 450))
    assert not {Trait.WARM, Trait.COLD} & pixel_traits(halves)


def test_colours_are_named_by_what_they_cover() -> None:
    image = drawn("#1f4fa3", "#c0281f")
    assert list(plain_colours(palette(image))) == ["blue"]  # a tenth is red
    image.paste("#c0281f", (0, 0, 300, 180))
    assert list(plain_colours(palette(image))) == ["blue", "red"]


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#c0281f", "red"),
        ("#e8842a", "orange"),
        ("#f5d800", "yellow"),
        ("#3d8f46", "green"),
        ("#178f8f", "teal"),
        ("#1f4fa3", "blue"),
        ("#7a3aa8", "purple"),
        ("#c9a184", None),  # skin
        ("#5a3c28", None),  # brown
        ("#808080", None),
    ],
)
def test_only_what_people_agree_upon_has_a_name(colour: str, name: str | None) -> None:
    assert list(plain_colours((Swatch(colour, 1.0),))) == ([name] if name else [])
