"""Which colours a group of posters uses more than all posters do.

The main colours of each poster are counted into named parts of Oklab, by lightness, chroma and
hue. A part tells as much of a group as it adds to the Kullback-Leibler divergence of the group's
shares p from the catalogue's q, which is p log(p / q): a rare colour that is a little commoner adds
little, and so does black, of which every group has much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from catalog.images.oklab import to_srgb
from catalog.images.palette import Palette, oklab_of
from catalog.lookups.colour_table import ColourTable
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
    """The colours of groups of posters, counted once; `tints` tells of any of the groups together.

    `shares`: float64[G, COLOUR_PARTS], the area of each part of the colour space, summed over the
    posters of each group; `sums`: float64[G, COLOUR_PARTS, 3], their Oklab colours summed by area;
    `known`: int64[G], posters of known colours. Others count for nothing.
    """

    def __init__(self, shares: Floats, sums: Floats, known: NDArray[np.int64]) -> None:
        self._shares, self._sums, self._known = shares, sums, known
        self._usual = self._mean_shares(np.arange(len(known)))

    @classmethod
    def of(cls, palettes: Sequence[Palette]) -> Census:
        """Each poster is a group; one without a palette is of unknown colours."""
        owner = np.repeat(np.arange(len(palettes)), [len(each) for each in palettes])
        swatches = [swatch for each in palettes for swatch in each]
        weights = np.array([swatch.share for swatch in swatches])
        counted = _counted(oklab_of(swatches), weights, owner, len(palettes))
        return cls(*counted, np.array([len(each) > 0 for each in palettes], np.int64))

    @classmethod
    def of_tables(cls, tables: Iterable[ColourTable]) -> Census:
        """The posters of each table are a group."""
        known, shares, sums = [], [], []
        for table in tables:
            weights = table.shares.ravel()
            owner = np.zeros(len(weights), np.int64)
            counted = _counted(table.colours.reshape(-1, 3), weights, owner, 1)
            shares.append(counted[0])
            sums.append(counted[1])
            known.append(len(table.poster_ids))
        return cls(
            np.array(shares).reshape(-1, COLOUR_PARTS),
            np.array(sums).reshape(-1, COLOUR_PARTS, 3),
            np.array(known, np.int64),
        )

    def known(self, rows: NDArray[np.int64]) -> int:
        """Posters of known colours in the groups `rows`."""
        return int(self._known[rows].sum())

    def brightness(self, rows: NDArray[np.int64]) -> float | None:
        """The mean lightness of these posters' colours, 0-1; None where none are known."""
        known = self.known(rows)
        return float(self._sums[rows, :, 0].sum() / known) if known else None

    def tints(
        self, rows: NDArray[np.int64], count: int = 6, among: NDArray[np.int64] | None = None
    ) -> list[Tint]:
        """The `count` colours that tell most of the groups `rows`, light after dark.

        What they are compared with are the groups `among`, or all.
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
        shares: Floats = self._shares[rows].sum(axis=0) / max(1, self.known(rows))
        return shares


def _counted(
    lab: Floats, weights: NDArray[np.floating], owner: NDArray[np.int64], size: int
) -> tuple[Floats, Floats]:
    """Shares and sums, as `Census` has them, of M colours float64[M, 3] whose groups are `owner`
    int64[M], each below `size`."""
    cell, cells = owner * COLOUR_PARTS + colour_part(lab), size * COLOUR_PARTS
    shares = np.bincount(cell, weights, cells).reshape(-1, COLOUR_PARTS)
    sums = [np.bincount(cell, weights * axis, cells).reshape(-1, COLOUR_PARTS) for axis in lab.T]
    return np.asarray(shares, np.float64), np.stack(sums, axis=-1)


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
