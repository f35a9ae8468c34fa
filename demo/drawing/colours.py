"""Colours of 8 bits a channel, mixed and faded into each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from demo.drawing.geometry import HEIGHT, WIDTH

Rgb = tuple[int, int, int]


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """`first` with `share` (0-1) of `second` stirred in."""
    r, g, b = (round(p + (q - p) * share) for p, q in zip(first, second, strict=True))
    return r, g, b


def luminance(colour: Rgb) -> float:
    """Rec. 601 luma of an 8-bit colour, 0-255."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def gradient(
    stops: Sequence[tuple[float, Rgb]], size: tuple[int, int] = (WIDTH, HEIGHT)
) -> Image.Image:
    """A vertical RGB gradient through `(share of the height, colour)` stops, in rising order."""
    w, h = size
    at = np.linspace(0, 1, h)
    where = [s for s, _ in stops]
    rows = np.stack([np.interp(at, where, [c[i] for _, c in stops]) for i in range(3)], axis=1)
    column = Image.fromarray(rows.round().astype(np.uint8)[:, None, :])
    return column.resize((w, h), Image.Resampling.NEAREST)
