"""Colours as people write them: #c0392b, "red and black", "teal, orange"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from PIL import ImageColor

MOST_COLOURS: Final = 5
LONGEST_COLOURS: Final = 120
"""Letters of a text that may name colours."""
_HEX = re.compile(r"#?([0-9a-f]{6})|#([0-9a-f]{3})", re.ASCII | re.I)
_JOINED = re.compile(r"\s*(?:,|;|\+|&|/|\band\b)\s*", re.I)
_PREFIX = re.compile(r"(?:colou?rs?)\s*[:=]?\s+", re.I)
PRINTED: Final = {
    "black": "#101010",
    "white": "#f4f4f0",
    "grey": "#808080",
    "gray": "#808080",
    "red": "#c0281f",
    "orange": "#e6781e",
    "yellow": "#e8c21a",
    "green": "#2f7d3a",
    "teal": "#1d7f86",
    "blue": "#1f4fa3",
    "purple": "#6b2d8a",
    "pink": "#e88aa8",
    "brown": "#6b4423",
    "cream": "#f3e9c6",
    "mustard": "#c99a1c",
    "burgundy": "#6d1228",
    "ochre": "#c0791f",
    "rust": "#a8431d",
    "sepia": "#8a6a4a",
}
"""Colours as posters print them: those of CSS shine as only a screen does, or have no such name."""


@dataclass(frozen=True)
class Colours:
    """Colours in sRGB hex, and how they were written, each once."""

    hexes: tuple[str, ...]
    names: tuple[str, ...]
    certain: bool
    """False for one colour's bare name, which may be a film's title as well."""


def colours_named(text: str) -> Colours | None:
    """The colours that a text names, and nothing else; None where it says more, or none.

    >>> colours_named("#C0392B").hexes
    ('#c0392b',)
    >>> colours_named("red and black").names, colours_named("red").certain
    (('red', 'black'), False)
    >>> colours_named("The Red Shoes") is None
    True
    """
    text = text.strip()
    if not text or len(text) > LONGEST_COLOURS:
        return None
    bare = _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
    found = dict(map(_colour, _JOINED.split(bare)))
    hexes = [colour for colour in found.values() if colour is not None]
    if len(hexes) != len(found) or len(hexes) > MOST_COLOURS:
        return None
    certain = len(hexes) > 1 or bare != text or text.startswith("#")
    return Colours(tuple(hexes), tuple(found), certain)


def _colour(word: str) -> tuple[str, str | None]:
    """A name as written, in lower case, and its colour."""
    name = " ".join(word.casefold().split())
    if match := _HEX.fullmatch(name):
        digits = match[1] or "".join(2 * each for each in match[2])
        return f"#{digits}", f"#{digits}"
    known = PRINTED.get(name) or ImageColor.colormap.get(name.replace(" ", ""))
    if known is None:
        return name, None
    red, green, blue = ImageColor.getrgb(known)[:3]
    return name, f"#{red:02x}{green:02x}{blue:02x}"
