"""Where on a poster something lies, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onesheet.base.texts import marked

Floats = NDArray[np.float64]

MOSTLY = 0.5
"""Share of the whole from which a region has most of it."""
EXCESS = 0.15
"""By how much a region's share must exceed its area to be named at all."""

_BANDS = {"all": (0.0, 1.0), "low": (0.0, 0.5), "high": (0.5, 1.0), "mid": (0.25, 0.75)}
_REGIONS = {
    ("low", "all"): (marked("mostly in the upper half"), marked("above all in the upper half")),
    ("high", "all"): (marked("mostly in the lower half"), marked("above all in the lower half")),
    ("all", "low"): (marked("mostly on the left"), marked("above all on the left")),
    ("all", "high"): (marked("mostly on the right"), marked("above all on the right")),
    ("low", "low"): (marked("mostly in the upper left"), marked("above all in the upper left")),
    ("low", "high"): (marked("mostly in the upper right"), marked("above all in the upper right")),
    ("high", "low"): (marked("mostly in the lower left"), marked("above all in the lower left")),
    ("high", "high"): (marked("mostly in the lower right"), marked("above all in the lower right")),
    ("mid", "mid"): (marked("mostly in the middle"), marked("above all in the middle")),
    ("mid", "all"): (marked("mostly across the middle"), marked("above all across the middle")),
}
"""Bands down and across a poster, and what their crossing is called."""
_EVERYWHERE = marked("evenly all over")


def region(weights: Floats) -> str:
    """The region that stands out in weights float64[h, w], none negative, as an English phrase.

    That is the one whose share of the weight exceeds its share of the area the most; where no
    region stands out, or there is no weight, the whole.
    """
    total = float(weights.sum())
    if total <= 0:
        return _EVERYWHERE
    excesses = {}
    for bands in _REGIONS:
        area = _area(bands, weights.shape)
        share = float((weights * area).sum()) / total
        excesses[bands] = (share - float(area.mean()), share)
    best = max(excesses, key=lambda bands: excesses[bands])
    excess, share = excesses[best]
    if excess < EXCESS:
        return _EVERYWHERE
    most, more = _REGIONS[best]
    return most if share >= MOSTLY else more


def _area(bands: tuple[str, str], shape: tuple[int, ...]) -> Floats:
    """How much of each cell of a grid [h, w] lies within a band down and one across, 0-1."""
    down, across = (
        _covered(*_BANDS[band], count) for band, count in zip(bands, shape, strict=True)
    )
    return np.outer(down, across)


def _covered(low: float, high: float, count: int) -> Floats:
    edges = np.linspace(0, 1, count + 1)
    inside = np.minimum(edges[1:], high) - np.maximum(edges[:-1], low)
    return np.asarray(np.maximum(inside, 0) * count)
