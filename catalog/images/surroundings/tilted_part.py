"""A poster that hangs on a wall or lies on a table, tilted or seen from aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from catalog.images.surroundings.edges import CLEAR_STEP, Edges, Pixels, across, down
from catalog.images.surroundings.part import Part
from catalog.images.surroundings.upright_part import ASPECT, poster_like

Points = NDArray[np.float64]
"""float64[4, 2], corners clockwise from the top left, pixels right and down."""

_SLOPES: Final = np.linspace(-0.36, 0.36, 49)
"""Of a side, pixels aside for one along: 20 degrees either way."""
_BIN: Final = 1.5
_ALONG: Final = np.linspace(0.03, 0.97, 80)[:, None]
_LEAST_NEAR: Final = 4
"""Edges among nine pixels below which one is noise."""


@dataclass(frozen=True)
class _Side:
    """A line: at `start` on the first row, and so many pixels more on each."""

    start: float
    slope: float


def tilted_part(pixels: Pixels) -> Part | None:
    """The quadrilateral of a poster before something plain, None where there is none.

    From each border of the picture the first edge of every row, or column, is a point; the line
    that most of them lie upon is a side."""
    height, width = pixels.shape[:2]
    edges = _without_noise(Edges(across(pixels), down(pixels), CLEAR_STEP).either)
    # A step is seen from a pixel before it to two after it.
    left, right = _side(_first(edges) + 1), _side(width - 2 - _first(edges[:, ::-1]))
    top, bottom = _side(_first(edges.T) + 1), _side(height - 2 - _first(edges[::-1].T))
    if left is None or right is None or top is None or bottom is None:
        return None
    corners = np.array(
        [_meeting(*each) for each in ((left, top), (right, top), (right, bottom), (left, bottom))]
    )
    if not _is_poster(corners, edges, pixels):
        return None
    shares = (corners / (width, height)).clip(0, 1).round(4).tolist()
    one, two, three, four = ((x, y) for x, y in shares)
    return Part((one, two, three, four))


def _without_noise(edges: NDArray[np.bool_]) -> NDArray[np.bool_]:
    height, width = edges.shape
    edges = edges.copy()
    edges[:, :2] = edges[:2] = False
    padded = np.pad(edges, 1).astype(np.int8)
    near = sum(padded[i : i + height, j : j + width] for i in range(3) for j in range(3))
    return np.asarray(edges & (near >= _LEAST_NEAR))


def _first(edges: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Where each row's first edge is; NaN where it has none."""
    return np.where(edges.any(1), edges.argmax(1), np.nan)


def _side(places: NDArray[np.float64]) -> _Side | None:
    """The line that most of the places, one a row, lie upon; None of too few."""
    rows = np.flatnonzero(~np.isnan(places))
    if len(rows) < 0.2 * len(places):
        return None
    at, middle = places[rows], len(places) / 2
    slope, start = _commonest(at, rows - middle)
    for reach in (3.0, 2.0, 1.5):
        near = np.abs(at - start - slope * (rows - middle)) < reach
        if near.sum() < 5:
            return None
        slope, start = np.polyfit(rows[near] - middle, at[near], 1).tolist()
    return _Side(start - slope * middle, slope)


def _commonest(at: NDArray[np.float64], along: NDArray[np.floating]) -> tuple[float, float]:
    """Slope and start of the line through most places, to a bin or two: a Hough transform."""
    starts = at - _SLOPES[:, None] * along
    bins = np.round((starts - starts.min(1, keepdims=True)) / _BIN).astype(np.int64)
    wide = int(bins.max()) + 2  # a last bin that is empty, so that slopes stay apart below
    places = bins + wide * np.arange(len(_SLOPES))[:, None]
    counts = np.bincount(places.ravel(), minlength=wide * len(_SLOPES))
    two = counts + np.roll(counts, 1)  # a line may lie between two bins
    slope, best = divmod(int(two.argmax()), wide)
    near = (bins[slope] == best) | (bins[slope] == best - 1)
    return float(_SLOPES[slope]), float(np.median(starts[slope][near]))


def _meeting(upright: _Side, level: _Side) -> tuple[float, float]:
    """Where a side that runs down meets one that runs across."""
    y = (level.start + level.slope * upright.start) / (1 - upright.slope * level.slope)
    return upright.start + upright.slope * y, y


def _is_poster(corners: Points, edges: NDArray[np.bool_], pixels: Pixels) -> bool:
    """Whether the quadrilateral has a poster's shape, edges along its sides, and little around."""
    height, width = edges.shape
    size = np.array([width, height])
    sides = np.roll(corners, -1, 0) - corners
    lengths = np.hypot(*sides.T)
    if (corners < -0.03 * size).any() or (corners > 1.03 * size).any():
        return False
    if lengths.min() < 0.2 * min(width, height):
        return False
    along = sides / lengths[:, None]
    (a, b), (c, d) = corners[2] - corners[0], corners[3] - corners[1]
    area = abs(a * d - b * c) / 2
    odd = abs(np.log((lengths[0] + lengths[2]) / (lengths[1] + lengths[3]) / ASPECT))
    uneven = np.exp(np.abs(np.log(lengths[:2] / lengths[2:])).max())
    skewed = np.abs((along * np.roll(along, -1, 0)).sum(1)).max()
    like = poster_like(width, height)
    if not 0.12 < area / size.prod() < (0.62 if like else 0.9):
        return False
    if odd >= (0.14 if like else 0.2) or uneven >= 1.4 or skewed >= 0.2:
        return False
    support = np.sort([_support(*each, pixels) for each in zip(corners, sides, along, strict=True)])
    outside, inside = _densities(corners, along, edges)
    clear = outside < min(0.05, 0.3 * inside)
    return bool(support[0] > (0.6 if like else 0.5) and support[1] > 0.7 and clear)


def _support(corner: Points, side: Points, along: Points, pixels: Pixels) -> float:
    """The share of a side where the colours at both of its sides differ."""
    last = np.array(pixels.shape[1::-1]) - 1
    points, normal = corner + _ALONG * side, np.array([-along[1], along[0]])
    change = np.zeros(len(_ALONG))
    for shift in (-1, 0, 1):
        (x, y), (u, v) = (
            np.round(points + normal * (shift + each) - 0.5).astype(np.int64).clip(0, last).T
            for each in (-2, 2)
        )
        change = np.maximum(change, np.abs(pixels[y, x] - pixels[v, u]).max(1))
    return float((change > CLEAR_STEP).mean())


def _densities(corners: Points, along: Points, edges: NDArray[np.bool_]) -> tuple[float, float]:
    """The density of edges outside of a quadrilateral and inside."""
    y, x = np.ogrid[: edges.shape[0], : edges.shape[1]]
    depths = [
        u * (y - corner[1]) - v * (x - corner[0])
        for corner, (u, v) in zip(corners, along, strict=True)
    ]
    depth = np.minimum.reduce(depths)
    outside, inside = edges[depth <= -4], edges[depth > 0]
    return (
        float(outside.mean()) if outside.size else 1.0,
        float(inside.mean()) if inside.size else 0.0,
    )
