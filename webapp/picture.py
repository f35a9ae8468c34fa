"""The picture of what was asked about, as a page reserves room for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from catalog.images import ImageError, decode, size
from catalog.impressions import ENOUGH, Impression
from catalog.palette import Palette
from webapp.accent import Accent, accent
from webapp.answers import Answer
from webapp.instance import Instance
from webapp.placeholders import data_uri

QUERY_WIDTH = 300
"""CSS pixels of the query poster on a desktop."""
LARGEST_SCALE = 1.5
"""A poster is never shown larger than this many times its own pixels."""


@dataclass(frozen=True)
class Picture:
    """A query's image and what the page takes from it."""

    path: Path | None
    """None for an image that is kept nowhere."""
    width: int
    height: int
    shown: int
    """CSS pixels it may be wide."""
    accent: Accent | None
    placeholder: str
    """A data URI of a few pixels, shown while the image loads."""
    palette: Palette
    """Its main colours."""


def picture(instance: Instance, answer: Answer) -> Picture | None:
    """The query's own pixels, or None where the image is gone."""
    card = answer.query.card
    path = (
        instance.catalog.poster_path(card.content_hash) if card else instance.upload_path(answer.id)
    )
    try:
        path.stat()  # what was measured once may be deleted since
        return _measured(path)
    except (OSError, ImageError):
        return None


@lru_cache(maxsize=2048)
def _measured(path: Path) -> Picture:
    """Files never change under their name, so one look is enough, and a small one."""
    data = path.read_bytes()
    return _taken(decode(data, at_least=ENOUGH), size(data), path)


def of_image(image: Image.Image) -> Picture:
    """An image, mode RGB, as the page shows it."""
    return _taken(image, image.size)


def _taken(image: Image.Image, whole: tuple[int, int], path: Path | None = None) -> Picture:
    """What the page takes from an image, or from a smaller copy of one of `whole` pixels."""
    shown = min(QUERY_WIDTH, round(LARGEST_SCALE * whole[0]))
    impression = Impression.of(image)
    return Picture(
        path,
        *whole,
        shown,
        accent(image),
        data_uri(impression),
        impression.palette,
    )
