"""Which colours a group of posters uses more than all posters do.

The main colours of each poster are counted into named parts of Oklab, by lightness, chroma and
hue. A part tells as much of a group as it adds to the Kullback-Leibler divergence of the group's
shares p from the catalogue's q, which is p log(p / q): a rare colour that is a little commoner adds
little, and so does black, of which every group has much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from catalog.images.oklab import to_srgb
from catalog.images.palette import Palette, oklab_of
from onesheet.base.texts import marked

Floats = NDArray[np.float64]

GREY_CHROMA = 0.035
"""Chroma below which a colour passes for grey."""
VIVID_CHROMA = 0.12
"""Chroma above which a colour is vivid."""
GREYS = ((0.25, "black"), (0.5, "dark grey"), (0.72, "grey"), (0.88, "light grey"), (2.0, "white"))
"""Lightness below which a grey has each name."""
HUES = (
    (18, "pink"),
    (42, "red"),
    (75, "orange"),
    (112, "yellow"),
    (160, "green"),
    (215, "teal"),
    (280, "blue"),
    (325, "purple"),
    (360, "pink"),
)
"""Degrees of OKLCH hue below which a colour has each name."""
LIGHTS = ((0.42, "dark"), (0.72, ""), (2.0, "pale"))
PARTS_A_LIGHT = 2 * len(HUES)
COLOUR_PARTS = len(GREYS) + PARTS_A_LIGHT * len(LIGHTS)
TINT_SHARE = 0.004
"""Of a group's area: a colour with less is not shown."""
TELLING_TIMES = 1.1
"""Times as common as usual, from which a colour tells of a group."""


@dataclass(frozen=True)
class Tint:
    """A colour of a group: hex, its name, its share of the area, and how many times as common it
    is there as in the whole catalogue."""

    colour: str
    name: str
    share: float
    times: float


class Census:
    """The colours of N posters, counted once; `tints` tells of any group of them. Posters without a
    palette, whose colours are not known, count for nothing."""

    def __init__(self, palettes: Sequence[Palette]) -> None:
        owner = np.repeat(np.arange(len(palettes)), [len(each) for each in palettes])
        swatches = [swatch for each in palettes for swatch in each]
        weights = np.array([swatch.share for swatch in swatches])
        lab = oklab_of(swatches)
        cell = owner * COLOUR_PARTS + colour_part(lab)
        size = len(palettes) * COLOUR_PARTS
        self._shares = np.bincount(cell, weights, size).reshape(-1, COLOUR_PARTS)
        self._sums = np.stack(
            [np.bincount(cell, weights * axis, size).reshape(-1, COLOUR_PARTS) for axis in lab.T],
            axis=-1,
        )
        self._known = np.array([len(each) > 0 for each in palettes], bool)
        self._usual = self._mean_shares(np.arange(len(palettes)))

    def tints(
        self, rows: NDArray[np.int64], count: int = 6, among: NDArray[np.int64] | None = None
    ) -> list[Tint]:
        """The `count` colours that tell most of the posters `rows`, light after dark.

        What they are compared with are the posters `among`, or all.
        """
        share = self._mean_shares(rows)
        usual = self._usual if among is None else self._mean_shares(among)
        usual = np.maximum(usual, 1e-9)
        telling = share * np.log(np.maximum(share, 1e-12) / usual)
        telling[(share < TINT_SHARE) | (share < TELLING_TIMES * usual)] = -np.inf
        best = [int(part) for part in np.argsort(-telling)[:count] if np.isfinite(telling[part])]
        mean = self._sums[rows].sum(axis=0)[best] / self._shares[rows].sum(axis=0)[best, None]
        found = [
            Tint(
                "#{:02x}{:02x}{:02x}".format(*srgb),
                NAMES[part],
                round(float(share[part]), 4),
                round(float(share[part] / usual[part]), 3),
            )
            for part, srgb in zip(best, to_srgb(mean), strict=True)
        ]
        return [found[place] for place in np.argsort(mean[:, 0], kind="stable")]

    def _mean_shares(self, rows: NDArray[np.int64]) -> Floats:
        """Of each part of the colour space the mean share, float64[COLOUR_PARTS]."""
        known = rows[self._known[rows]]
        return self._shares[known].mean(axis=0) if len(known) else np.zeros(COLOUR_PARTS)


def colour_part(lab: Floats) -> NDArray[np.int64]:
    """The part of the colour space, 0 to COLOUR_PARTS - 1, that each Oklab colour float64[M, 3]
    lies in, int64[M]."""
    lightness, chroma = lab[:, 0], np.hypot(lab[:, 1], lab[:, 2])
    degrees = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360
    grey = np.searchsorted([end for end, _ in GREYS], lightness, side="right")
    hue = np.searchsorted([end for end, _ in HUES], degrees, side="right")
    light = np.searchsorted([end for end, _ in LIGHTS], lightness, side="right")
    vivid = chroma >= VIVID_CHROMA
    coloured = len(GREYS) + light * PARTS_A_LIGHT + 2 * hue + vivid
    found: NDArray[np.int64] = np.where(chroma < GREY_CHROMA, grey, coloured).astype(np.int64)
    return found


def _names() -> tuple[str, ...]:
    coloured = product((light for _, light in LIGHTS), (hue for _, hue in HUES), (False, True))
    return (*(name for _, name in GREYS), *(_name(*each) for each in coloured))


def _name(light: str, hue: str, vivid: bool) -> str:
    """What people call it: a dull orange is a brown, a pale one a peach."""
    if hue == "orange" and not vivid:
        return {"dark": "dark brown", "": "brown", "pale": "peach"}[light]
    if hue == "yellow" and not vivid:
        return {"dark": "dark olive", "": "olive", "pale": "cream"}[light]
    if light == "dark" and hue in ("orange", "pink"):
        return {"orange": "brown", "pink": "maroon"}[hue]
    if hue == "yellow" and light != "pale":
        return "gold" if not light else "brown"
    dull = "" if vivid else "muted "
    return f"{light} {hue}" if light else f"{dull}{hue}"


NAMES = _names()
"""What each part is called; a name may stand for several."""
SAID = (
    *(marked("black"), marked("dark grey"), marked("grey"), marked("light grey"), marked("white")),
    *(marked("maroon"), marked("pink"), marked("muted pink"), marked("pale pink")),
    *(marked("dark red"), marked("red"), marked("muted red"), marked("pale red")),
    *(marked("dark brown"), marked("brown"), marked("orange"), marked("pale orange")),
    *(marked("peach"), marked("gold"), marked("cream"), marked("pale yellow")),
    *(marked("dark olive"), marked("olive")),
    *(marked("dark green"), marked("green"), marked("muted green"), marked("pale green")),
    *(marked("dark teal"), marked("teal"), marked("muted teal"), marked("pale teal")),
    *(marked("dark blue"), marked("blue"), marked("muted blue"), marked("pale blue")),
    *(marked("dark purple"), marked("purple"), marked("muted purple"), marked("pale purple")),
)
"""All of NAMES, for their translators."""
