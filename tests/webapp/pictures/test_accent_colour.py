"""One readable accent a poster, or none."""

import re

import numpy as np
import pytest
from PIL import Image

from webapp.pictures.accent_colour import (
    DARK_GROUNDS,
    LIGHT_GROUNDS,
    READABLE,
    Colour,
    accent,
    contrast,
    from_lch,
    to_hex,
    to_lch,
)
from webapp.resources import resources


def rgb(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def hue_gap(one: Colour, other: Colour) -> float:
    import math

    gap: float = abs(to_lch(one)[2] - to_lch(other)[2])
    return min(gap, 2 * math.pi - gap)


@pytest.mark.parametrize(
    "colour",
    [(200, 30, 30), (250, 210, 20), (20, 60, 220), (0, 120, 90), (240, 120, 200), (90, 20, 110)],
)
def test_an_accent_is_readable_in_both_schemes_and_keeps_the_hue(colour: Colour) -> None:
    found = accent(Image.new("RGB", (120, 180), colour))
    assert found
    for text, grounds in ((found.light, LIGHT_GROUNDS), (found.dark, DARK_GROUNDS)):
        assert all(contrast(rgb(text), ground) >= READABLE for ground in grounds)
        assert hue_gap(rgb(text), colour) < 0.35


@pytest.mark.parametrize("grey", [0, 40, 128, 255])
def test_a_poster_without_colour_has_no_accent(grey: int) -> None:
    assert accent(Image.new("RGB", (120, 180), (grey, grey, grey))) is None


def test_a_vivid_part_wins_over_a_large_grey_one() -> None:
    image = Image.new("RGB", (120, 180), (60, 60, 60))
    image.paste((220, 20, 40), (0, 0, 120, 30))
    found = accent(image)
    assert found
    assert hue_gap(rgb(found.light), (220, 20, 40)) < 0.35


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (12, 200, 99), (250, 3, 7)])
def test_colours_survive_the_way_to_lch_and_back(colour: Colour) -> None:
    lightness, chroma, hue = to_lch(colour)
    back = from_lch(np.array([lightness]), chroma, hue)
    assert np.abs(back.astype(int) - colour).max() <= 1


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    tokens = (resources("static") / "tokens.css").read_text(encoding="utf-8")
    light, dark = tokens.split("@media (prefers-color-scheme: dark)")

    def token(text: str, name: str) -> str:
        found = re.search(rf"--{name}: (#\w+);", text)
        assert found
        return found[1]

    assert [to_hex(each) for each in LIGHT_GROUNDS] == [token(light, "wall"), token(light, "mat")]
    assert [to_hex(each) for each in DARK_GROUNDS] == [token(dark, "sheet"), token(dark, "mat")]


@pytest.mark.parametrize("scheme", [0, 1])
def test_the_tokens_own_text_colours_are_readable(scheme: int) -> None:
    tokens = (resources("static") / "tokens.css").read_text(encoding="utf-8")
    text = tokens.split("@media (prefers-color-scheme: dark)")[scheme]
    colours = {name: rgb(value) for name, value in re.findall(r"--([\w-]+): (#\w{6});", text)}
    for ink in ("ink", "ink-soft"):
        assert contrast(colours[ink], colours["wall"]) >= READABLE
        assert contrast(colours[ink], colours["sheet"]) >= READABLE
    default = re.search(r"--accent-\w+, (#\w{6})\)", text)
    assert default
    assert contrast(rgb(default[1]), colours["wall"]) >= READABLE
    assert contrast(rgb(default[1]), colours["on-accent"]) >= READABLE
    assert contrast(colours["ink-faint"], colours["wall"]) >= 3  # edges of controls
