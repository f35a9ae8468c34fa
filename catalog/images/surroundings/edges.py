"""Where the colours of a picture change at once: what the edges of a poster are made of."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.int16]
EdgeCounts = NDArray[np.float32]
Boundaries = NDArray[np.int64]

LOOKED_AT_SIDE: Final = 256
"""Pixels of the longer side of the picture that is looked at."""
CLEAR_STEP: Final = 14.0
"""Grey levels of the channel that changes most from which on a change is an edge."""
FAINT_STEP: Final = 5.0
"""The same beside an area that is so smooth that a smaller change shows."""
_RUN: Final = 0.15
"""Of the picture's length that an unbroken run of edges has at least."""
_APART: Final = 2
_COLUMNS: Final = 16
"""That are looked at together for where a colour ends."""


def looked_at(image: Image.Image) -> Pixels:
    """int16[h, w, 3] of the picture with the longer side at LOOKED_AT_SIDE at most."""
    scale = LOOKED_AT_SIDE / max(image.size)
    if scale < 1:
        image = image.reduce(int(1 / scale)) if scale <= 0.5 else image
        scale = LOOKED_AT_SIDE / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BILINEAR)
    return np.asarray(image, np.int16)


def across(pixels: Pixels) -> EdgeCounts:
    """The change at each boundary between columns, float32[h, w + 1]: two columns at either side
    are compared; 0 at the picture's own borders."""
    pairs = pixels[:, :-1] + pixels[:, 1:]
    change = np.zeros((pixels.shape[0], pixels.shape[1] + 1), np.float32)
    change[:, 2:-2] = most_changed(pairs[:, 2:] - pairs[:, :-2]) / 2
    return change


def down(pixels: Pixels) -> EdgeCounts:
    """The same at each boundary between rows, float32[h + 1, w]."""
    return across(pixels.transpose(1, 0, 2)).T


def most_changed(change: NDArray[Any]) -> NDArray[Any]:
    """The change of the channel that changes most, [h, w] of [h, w, 3]. `np.abs(change).max(2)` is
    the same, and takes several times as long over so short an axis."""
    red, green, blue = np.abs(change).transpose(2, 0, 1)
    return np.asarray(np.maximum(np.maximum(red, green), blue))


def plain_from_the_left(pixels: Pixels) -> int:
    """How many columns in a row, from the left, have the colour of the first two."""
    colour = np.median(pixels[:, :2].reshape(-1, 3), 0)
    width = int(pixels.shape[1])
    for start in range(0, width, _COLUMNS):  # few pictures are plain for long
        columns = pixels[:, start : start + _COLUMNS]
        other = (most_changed(columns - colour) > 10).mean(0) > 0.03
        if other.any():
            return start + int(other.argmax())
    return width


def strong_lines(running: EdgeCounts, most: int) -> list[int]:
    """The boundaries with most edges: in long runs first, then those that stand out beside their
    neighbours.

    Args:
        running: edges counted along each boundary, float32[length + 1, boundaries].
    """
    length = max(8, round(_RUN * (len(running) - 1)))
    runs = ((running[length:] - running[:-length]) >= 0.85 * length).sum(0).astype(np.float32)
    total, place = running[-1], np.arange(running.shape[1])
    beside = total[np.minimum(place + 4, place[-1])] + total[np.maximum(place - 4, 0)]
    found: list[int] = []
    for strength, count in ((runs, most), (total - beside / 2, most - 4)):
        strength = strength.copy()
        strength[:_APART] = strength[-_APART:] = 0
        for _ in range(count):
            best = int(strength.argmax())
            if strength[best] <= 0:
                break
            found.append(best)
            strength[max(0, best - 2) : best + 3] = 0
    return found


def between_pixels(change: EdgeCounts, line: int) -> float:
    """Where within two pixels of a line the colours change, in fractions of pixels; a border of the
    picture is where it is."""
    if line in (0, len(change) - 1):
        return float(line)
    places = np.arange(max(line - 2, 0), min(line + 3, len(change)))
    weights = change[places] - change[places].min()
    return float(weights @ places / weights.sum()) if weights.any() else float(line)


class Edges:
    """The steps of a picture from a `least` size on, counted so that sums over any rectangle and
    along any line are quick."""

    def __init__(self, across: EdgeCounts, down: EdgeCounts, least: float) -> None:
        """Takes what the functions of these names give."""
        self._upright, self._level = across > least, down > least
        self.either = self._upright[:, :-1] | self._level[:-1]
        """bool[h, w]"""

    @cached_property
    def upright(self) -> EdgeCounts:
        """Edges counted down each boundary between columns, float32[h + 1, w + 1]."""
        return _running(self._upright)

    @cached_property
    def level(self) -> EdgeCounts:
        """Edges counted along each boundary between rows, float32[w + 1, h + 1]."""
        return _running(self._level.T)

    @cached_property
    def _sums(self) -> EdgeCounts:
        return np.pad(self.either.cumsum(0, np.float32).cumsum(1), ((1, 0), (1, 0)))

    def count(
        self, left: Boundaries, top: Boundaries, right: Boundaries, bottom: Boundaries
    ) -> EdgeCounts:
        """Pixels at an edge within rectangles."""
        sums = self._sums
        here = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
        return np.asarray(here, np.float32)

    def density(
        self, left: Boundaries, top: Boundaries, right: Boundaries, bottom: Boundaries
    ) -> NDArray[np.float64]:
        """The share of pixels at an edge within rectangles, which may reach out of the picture."""
        height, width = self.either.shape
        left, right = left.clip(0, width), right.clip(0, width)
        top, bottom = top.clip(0, height), bottom.clip(0, height)
        area = np.maximum((right - left) * (bottom - top), 1)
        return np.asarray(self.count(left, top, right, bottom) / area, np.float64)


def support(
    running: EdgeCounts, line: Boundaries, start: Boundaries, end: Boundaries
) -> NDArray[np.float64]:
    """The share of a boundary between two places that is an edge, at best of it and its
    neighbours; `running` is Edges.upright or Edges.level."""
    last = running.shape[1] - 1
    counts = [
        running[end, beside] - running[start, beside]
        for beside in ((line + each).clip(0, last) for each in (-1, 0, 1))
    ]
    return np.asarray(np.maximum.reduce(counts) / np.maximum(end - start, 1), np.float64)


def _running(edges: NDArray[np.bool_]) -> EdgeCounts:
    return np.pad(edges.cumsum(0, np.float32), ((1, 0), (0, 0)))
