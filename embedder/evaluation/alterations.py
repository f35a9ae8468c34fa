"""Altered copies of a poster, which must find their original."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageEnhance


@dataclass(frozen=True)
class Alteration:
    """A way posters come back changed, and how to make it."""

    name: str
    apply: Callable[[Image.Image], Image.Image]


def alterations() -> list[Alteration]:
    """The altered copies that must find their original: cropped, compressed, darkened …"""
    return [
        Alteration("cropped 10%", _crop),
        Alteration("JPEG quality 40", _recompress),
        Alteration("darkened", lambda image: ImageEnhance.Brightness(image).enhance(0.6)),
        Alteration("96 pixels wide", _downscale),
        Alteration("tilted 3 degrees", _tilt),
        Alteration("framed", _frame),
    ]


def _crop(image: Image.Image) -> Image.Image:
    """10% off the width and the height, 5% at each edge."""
    width, height = image.size
    x, y = round(width * 0.05), round(height * 0.05)
    return image.crop((x, y, width - x, height - y))


def _recompress(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=40)
    return Image.open(buffer).convert("RGB")


def _downscale(image: Image.Image) -> Image.Image:
    width, height = image.size
    return image.resize((96, round(96 * height / width)), Image.Resampling.BICUBIC)


def _tilt(image: Image.Image) -> Image.Image:
    return image.rotate(3, Image.Resampling.BICUBIC, fillcolor=(128, 128, 128))


def _frame(image: Image.Image) -> Image.Image:
    """A white border of 6% of the width all round."""
    width, height = image.size
    border = round(width * 0.06)
    framed = Image.new("RGB", (width + 2 * border, height + 2 * border), (255, 255, 255))
    framed.paste(image, (border, border))
    return framed
