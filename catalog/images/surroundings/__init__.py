"""What surrounds a poster in a picture of one: bars, a frame, a page, a wall.

docs/decisions/0021-what-is-read-of-a-picture.md says how it is told, and
docs/benchmarks/duplicates.md how often that is right.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image

from catalog.images.surroundings.edges import CLEAR_STEP, Pixels, looked_at
from catalog.images.surroundings.part import Part
from catalog.images.surroundings.tilted_part import tilted_part
from catalog.images.surroundings.upright_part import poster_like, upright_part

_BUSY: Final = 0.12
"""The share of changes along a border from which on it is no wall's, nor a frame's."""
_LEAST_PIXELS: Final = 48
"""Of a picture's shorter side; smaller ones are left alone."""


def poster_part(image: Image.Image) -> Part | None:
    """The part of a picture, mode RGB, that is a poster; None where nothing surrounds it.

    A poster's own frame, margin or bars stay with it.
    """
    if min(image.size) < _LEAST_PIXELS:
        return None
    pixels = looked_at(image)
    if min(pixels.shape[:2]) < _LEAST_PIXELS:
        return None
    if poster_like(image.width, image.height) and _busiest_border(pixels) > _BUSY:
        return None
    return upright_part(pixels) or tilted_part(pixels)


def _busiest_border(pixels: Pixels) -> float:
    """The share of changes along the picture's border where it has most."""
    turned = pixels.transpose(1, 0, 2)
    borders = (pixels[:3], pixels[-3:], turned[:3], turned[-3:])
    shares = []
    for each in borders:
        line = each.mean(0)
        shares.append(float((np.abs(line[3:] - line[:-3]).max(1) > 2 * CLEAR_STEP).mean()))
    return max(shares)
