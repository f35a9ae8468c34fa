"""A poster of which nothing but its colours can be made out."""

from __future__ import annotations

from PIL import Image

GRAINS, VEIL_WIDTH = 8, 185
"""Spots of colour in a row of a veiled poster, and the pixels over which they run together."""


def veil(image: Image.Image) -> Image.Image:
    """What stands for an image, mode RGB, that not everybody may see: small, and of its shape."""
    rows = max(1, round(GRAINS * image.height / image.width))
    coarse = image.resize((GRAINS, rows), Image.Resampling.BOX)
    size = (VEIL_WIDTH, max(1, round(VEIL_WIDTH * image.height / image.width)))
    return coarse.resize(size, Image.Resampling.BICUBIC)
