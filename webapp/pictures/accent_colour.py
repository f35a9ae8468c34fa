"""One accent from a poster's colours, readable in the light and in the dark scheme.

Colours are worked on in OKLCH, Oklab by lightness, chroma and hue, where lightness can move while
the hue stays; contrast is WCAG 2.2's ratio.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from catalog.images.oklab import linear_from_oklab, to_linear, to_oklab, to_srgb
from catalog.images.palette import reduced

Colour = tuple[int, int, int]
"""sRGB, 0-255."""
Lch = tuple[float, float, float]
"""Lightness 0-1, chroma, hue in radians."""

LIGHT_GROUNDS: tuple[Colour, ...] = ((0xF7, 0xF7, 0xF5), (0xE8, 0xE8, 0xE4))
DARK_GROUNDS: tuple[Colour, ...] = ((0x1C, 0x1C, 0x1B), (0x26, 0x26, 0x24))
"""What an accent stands on: --wall and --mat in light, --sheet and --mat in dark (tokens.css)."""
READABLE = 4.5
"""WCAG 2.2 AA, success criterion 1.4.3."""
COLOURS = 16
LEAST_CHROMA = 0.05
"""Below this a colour passes for grey, and the page keeps its own accent."""
RICH = 0.11
"""Chroma an accent has at least, for as far as sRGB goes: thin lines need more than areas."""
LEAST_SHARE = 0.008
"""Of the poster; smaller spots do not speak for it."""
STEP = 0.01
"""Of lightness, from one candidate to the next."""
FARTHEST = 88
"""Steps from one end of what is tried to the other."""
FADING = 0.95 ** np.arange(100)
"""Shares of its chroma that a colour is given until sRGB can show it."""
GREY = 0.005
"""Chroma that sRGB can show at any lightness."""
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""Weights of red, green and blue light in WCAG's relative luminance."""


@dataclass(frozen=True)
class Accent:
    """Hex colours with at least READABLE contrast on the grounds of each scheme."""

    light: str
    dark: str


def accent(image: Image.Image) -> Accent | None:
    """The accent a poster gives, or None where it has no colour to speak of.

    `image` is RGB of any size. The most colourful of its main colours wins, weighed by how much
    of the poster it covers.
    """
    colours, shares = reduced(image, COLOURS)
    swatches = to_lch(colours)
    appeal = [_appeal(*swatch) for swatch in zip(swatches.tolist(), shares.tolist(), strict=True)]
    if max(appeal) == 0:
        return None
    lightness, chroma, hue = swatches[int(np.argmax(appeal))].tolist()
    best = (lightness, chroma, hue)
    light, dark = fit(best, LIGHT_GROUNDS, -STEP), fit(best, DARK_GROUNDS, STEP)
    return Accent(to_hex(light), to_hex(dark)) if light and dark else None


def fit(colour: Lch, grounds: Sequence[Colour], step: float) -> Colour | None:
    """The colour, moved in lightness by `step` until it is readable on every ground."""
    lightness, chroma, hue = colour
    lightness, chroma = min(max(lightness, 0.35), 0.85), max(chroma, RICH)
    moved: NDArray[np.float64] = lightness + step * np.arange(FARTHEST, dtype=np.float64)
    candidates = from_lch(moved[(moved >= 0.1) & (moved <= 0.97)], chroma, hue)
    readable = (contrast(candidates[:, None], np.array(grounds)) >= READABLE).all(axis=1)
    if not readable.any():
        return None
    red, green, blue = map(int, candidates[readable.argmax()])
    return red, green, blue


def contrast(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """WCAG's ratios, 1-21, float64[...], of sRGB colours [..., 3] in 0-255.

    >>> float(contrast((0, 0, 0), (255, 255, 255)).round(1))
    21.0
    """
    lights = to_linear(one) @ LUMINANCE, to_linear(other) @ LUMINANCE
    return np.asarray((np.maximum(*lights) + 0.05) / (np.minimum(*lights) + 0.05))


def to_hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def to_lch(colours: ArrayLike) -> NDArray[np.float64]:
    """Lightness, chroma and hue, float64[..., 3], of sRGB colours [..., 3] in 0-255."""
    lightness, a, b = np.moveaxis(to_oklab(colours), -1, 0)
    return np.stack([lightness, np.hypot(a, b), np.arctan2(b, a)], axis=-1)


def from_lch(lightness: NDArray[np.float64], chroma: float, hue: float) -> NDArray[np.uint8]:
    """The nearest sRGB colours uint8[n, 3] of each lightness float64[n] and the same hue: chroma
    gives way where it must."""
    chromas = chroma * FADING
    lab = np.empty((len(lightness), len(chromas), 3))
    lab[..., 0] = lightness[:, None]
    lab[..., 1], lab[..., 2] = chromas * math.cos(hue), chromas * math.sin(hue)
    linear = linear_from_oklab(lab)
    shown = ((linear >= -0.001) & (linear <= 1.001)).all(axis=-1) | (chromas < GREY)
    return to_srgb(lab[np.arange(len(lightness)), shown.argmax(axis=1)])


def _appeal(colour: Lch, share: float) -> float:
    lightness, chroma, _ = colour
    if chroma < LEAST_CHROMA or share < LEAST_SHARE or not 0.2 < lightness < 0.95:
        return 0.0
    return chroma * math.pow(share, 0.3)
