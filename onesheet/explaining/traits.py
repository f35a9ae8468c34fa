"""What can be measured of a poster's picture and said of it in a word.

Every threshold was set on posters looked at, and each word then judged on others: docs/decisions/
0024-words-that-are-measured.md has how often it was right.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.images.oklab import to_oklab
from catalog.images.palette import SMALL, Palette, oklab_of
from onesheet.base.texts import marked

Floats = NDArray[np.float64]


class Trait(StrEnum):
    """One thing that is either true of a poster or not said of it."""

    LIGHT_ON_DARK = "light_on_dark"
    DARK_ON_LIGHT = "dark_on_light"
    DARK = "dark"
    COLOURLESS = "colourless"
    PAINTED = "painted"
    PHOTOGRAPHED = "photographed"
    WARM = "warm"
    COLD = "cold"
    PLAIN = "plain"
    LARGE_FACE = "large_face"
    TITLE_ABOVE = "title_above"
    TITLE_BELOW = "title_below"


DARK_GROUND: Final = 0.35
"""Oklab lightness of the border and of half of the poster, below which its ground is dark."""
LIGHT_GROUND: Final = 0.78
"""The same, above which its ground is light."""
DRAWN_LIGHT: Final = 0.7
"""Lightness from which something stands out of a dark ground."""
DRAWN_DARK: Final = 0.5
"""Lightness up to which something stands out of a light ground."""
DRAWN_SHARE: Final = (0.03, 0.4)
"""Of a poster: what stands out of its ground covers at least and at most as much."""
DARK_MEAN: Final = 0.36
"""Mean lightness below which a poster is dark, whatever stands out of it."""
BORDER: Final = 4
"""Pixels of a poster of SMALL that are its border."""
COLOURLESS_CHROMA: Final = 0.034
"""Oklab chroma up to which a pixel has no colour."""
GREY_SHARE: Final = 0.93
"""Of a poster: where as much has no colour, the poster has next to none."""
WARM_HUES: Final = (345, 110)
COLD_HUES: Final = (170, 300)
"""Degrees of OKLCH hue."""
OF_ONE_KIND: Final = (0.92, 0.75)
"""Share of a poster's chroma that has warm, or cold, hues."""
COLOURFUL: Final = (0.045, 0.035)
"""Mean chroma below which a poster is called neither warm nor cold."""
EVEN_STEP: Final = 0.02
PLAIN_SHARE: Final = 0.5
"""Of a poster: where as much differs from its neighbours by an EVEN_STEP of lightness at most, it
leaves much of the sheet plain."""

LEAST_COLOUR: Final = 0.15
"""Of a poster: a colour that covers less is not named."""
# A word, then the least and the largest hue in degrees, the least chroma, and the lightness.
_COLOURS: Final = (
    (marked("red"), 15, 36, 0.1, 0.0, 1.0),
    (marked("orange"), 42, 74, 0.11, 0.6, 1.0),
    (marked("yellow"), 84, 112, 0.1, 0.76, 1.0),
    (marked("green"), 116, 166, 0.06, 0.0, 1.0),
    (marked("teal"), 170, 222, 0.05, 0.0, 1.0),
    (marked("blue"), 222, 286, 0.055, 0.0, 1.0),
    (marked("purple"), 293, 328, 0.08, 0.0, 1.0),
)


def pixel_traits(image: Image.Image) -> frozenset[Trait]:
    """What the pixels of an RGB image of any size alone say."""
    lab = to_oklab(np.asarray(image.resize(SMALL, Image.Resampling.BOX)))
    return frozenset((*_ground(lab[..., 0]), *_colour(lab), *_detail(lab[..., 0])))


def plain_colours(palette: Palette) -> dict[str, float]:
    """The colours of a poster that have a plain name, and their shares of it, the largest first."""
    shares: dict[str, float] = {}
    for lab, swatch in zip(oklab_of(palette), palette, strict=True):
        if (name := _plain_name(lab)) is not None:
            shares[name] = shares.get(name, 0.0) + swatch.share
    large = sorted(shares, key=lambda name: -shares[name])
    return {name: shares[name] for name in large if shares[name] >= LEAST_COLOUR}


def _ground(light: Floats) -> list[Trait]:
    edges = (light[:BORDER], light[-BORDER:], light[:, :BORDER], light[:, -BORDER:])
    border = float(np.median(np.concatenate([each.ravel() for each in edges])))
    middle = float(np.median(light))
    least, most = DRAWN_SHARE
    found = [Trait.DARK] if light.mean() < DARK_MEAN else []
    if max(border, middle) < DARK_GROUND and least < (light > DRAWN_LIGHT).mean() < most:
        return [Trait.LIGHT_ON_DARK, *found]
    if min(border, middle) > LIGHT_GROUND and least < (light < DRAWN_DARK).mean() < most:
        return [Trait.DARK_ON_LIGHT, *found]
    return found


def _colour(lab: Floats) -> list[Trait]:
    chroma, hue = np.hypot(lab[..., 1], lab[..., 2]), _hue(lab)
    if (chroma < COLOURLESS_CHROMA).mean() >= GREY_SHARE:
        return [Trait.COLOURLESS]
    whole, seen = max(float(chroma.sum()), 1e-9), chroma * (chroma > COLOURLESS_CHROMA)
    warm = (hue >= WARM_HUES[0]) | (hue <= WARM_HUES[1])
    cold = (hue >= COLD_HUES[0]) & (hue <= COLD_HUES[1])
    return [
        trait
        for trait, here, share, least in zip(
            (Trait.WARM, Trait.COLD), (warm, cold), OF_ONE_KIND, COLOURFUL, strict=True
        )
        if chroma.mean() >= least and float((seen * here).sum()) / whole >= share
    ]


def _detail(light: Floats) -> list[Trait]:
    down, across = np.abs(np.diff(light, axis=0))[:, :-1], np.abs(np.diff(light, axis=1))[:-1]
    step = np.maximum(down, across)
    return [Trait.PLAIN] if (step < EVEN_STEP).mean() >= PLAIN_SHARE else []


def _plain_name(lab: Floats) -> str | None:
    chroma, hue = float(np.hypot(lab[1], lab[2])), float(_hue(lab))
    for name, low, high, least, dark, light in _COLOURS:
        if low <= hue <= high and chroma >= least:
            return name if dark <= lab[0] <= light else None
    return None


def _hue(lab: Floats) -> Floats:
    return np.asarray(np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360)
