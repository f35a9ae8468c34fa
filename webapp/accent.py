"""One accent from a poster's palette, readable in the light and in the dark scheme.

Colours are worked on in OKLCH (Björn Ottosson, "A perceptual color space for image processing",
2020), where lightness can move while the hue stays; contrast is WCAG 2.2's ratio.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

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
    best = max(palette(image), key=_appeal, default=None)
    if best is None or _appeal(best) == 0:
        return None
    lch = to_lch(best[0])
    light, dark = fit(lch, LIGHT_GROUNDS, -STEP), fit(lch, DARK_GROUNDS, STEP)
    return Accent(to_hex(light), to_hex(dark)) if light and dark else None


def palette(image: Image.Image) -> list[tuple[Colour, float]]:
    """Main colours with their shares of the image, the largest first."""
    small = image.convert("RGB").resize((64, 96), Image.Resampling.BOX)
    reduced = small.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    flat = reduced.getpalette() or []
    found: Sequence[tuple[int, int]] = reduced.getcolors() or []  # type: ignore[assignment]
    shares = sorted(found, reverse=True)
    return [
        ((flat[3 * slot], flat[3 * slot + 1], flat[3 * slot + 2]), pixels / (64 * 96))
        for pixels, slot in shares
    ]


def fit(colour: Lch, grounds: Sequence[Colour], step: float) -> Colour | None:
    """The colour, moved in lightness by `step` until it is readable on every ground."""
    lightness, chroma, hue = colour
    lightness, chroma = min(max(lightness, 0.35), 0.85), max(chroma, RICH)
    while 0.1 <= lightness <= 0.97:
        candidate = from_lch((lightness, chroma, hue))
        if all(contrast(candidate, ground) >= READABLE for ground in grounds):
            return candidate
        lightness += step
    return None


def contrast(one: Colour, other: Colour) -> float:
    """WCAG's ratio, 1-21.

    >>> round(contrast((0, 0, 0), (255, 255, 255)), 1)
    21.0
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def to_hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def to_lch(colour: Colour) -> Lch:
    red, green, blue = map(_linear, colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def from_lch(colour: Lch) -> Colour:
    """The nearest sRGB colour of the same lightness and hue: chroma gives way where it must."""
    lightness, chroma, hue = colour
    while True:
        linear = _linear_from_lab(lightness, chroma * math.cos(hue), chroma * math.sin(hue))
        if chroma < 0.005 or all(-0.001 <= channel <= 1.001 for channel in linear):
            red, green, blue = (round(255 * _gamma(min(max(c, 0.0), 1.0))) for c in linear)
            return red, green, blue
        chroma *= 0.95


def _appeal(swatch: tuple[Colour, float]) -> float:
    colour, share = swatch
    lightness, chroma, _ = to_lch(colour)
    if chroma < LEAST_CHROMA or share < LEAST_SHARE or not 0.2 < lightness < 0.95:
        return 0.0
    return chroma * math.pow(share, 0.3)


def _linear_from_lab(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _luminance(colour: Colour) -> float:
    red, green, blue = map(_linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _gamma(share: float) -> float:
    return 12.92 * share if share <= 0.0031308 else float(1.055 * share ** (1 / 2.4) - 0.055)
