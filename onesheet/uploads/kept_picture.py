"""An upload as it is kept and shown."""

from __future__ import annotations

from PIL import Image

from catalog.images import to_jpeg
from catalog.images.surroundings.part import WHOLE_PICTURE, Part

LONGER_SIDE = 750
"""Pixels of the longer side of a kept upload: pages show 300 across, screens have up to two each.

Somebody waits while it is scaled and written, hence the quicker filter.
"""
MOST_ENLARGED = 2


def encoded(image: Image.Image, part: Part = WHOLE_PICTURE) -> bytes:
    """An upload as it is kept and shown: small, JPEG, without metadata. Of one that only a part is
    read of, that part is to keep as many pixels as a poster would, within reason."""
    return to_jpeg(shrunk(image, part))


def shrunk(image: Image.Image, part: Part = WHOLE_PICTURE) -> Image.Image:
    """An image of no more pixels than are kept; itself where it has no more."""
    share = max(part.size(*image.size)) / max(image.size)
    longer = min(round(LONGER_SIDE / share), MOST_ENLARGED * LONGER_SIDE)
    if max(image.size) > longer:
        image = image.copy()
        image.thumbnail((longer, longer), Image.Resampling.BILINEAR)
    return image
