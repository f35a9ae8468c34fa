"""The picture of what was asked about, as a page reserves room for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from catalog.images import ImageError, decode, size
from catalog.images.palette import SMALL, Palette
from catalog.images.surroundings.part import WHOLE_PICTURE, Part
from catalog.impressions import LEAST_SIZE, Impression
from onesheet.uploads.kept_picture import shrunk
from webapp.pictures.accent_colour import Accent, accent
from webapp.pictures.placeholders import data_uri

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


def picture(path: Path, part: Part | None = None) -> Picture | None:
    """The `part` of the image at `path`, which a query is kept as; None where it is gone."""
    try:
        path.stat()  # what was measured once may be deleted since
        return _measured(path, part or WHOLE_PICTURE)
    except (OSError, ImageError):
        return None


@lru_cache(maxsize=2048)
def _measured(path: Path, part: Part = WHOLE_PICTURE) -> Picture:
    """Files never change under their name, so one look is enough, and a small one."""
    data = path.read_bytes()
    if part == WHOLE_PICTURE:
        return _taken(decode(data, at_least=LEAST_SIZE), size(data), path)
    image = part.cut(decode(data))
    return _taken(image, image.size, path)


def of_upload(image: Image.Image) -> Picture:
    """An upload, mode RGB, as it is kept or travels within the page."""
    image = shrunk(image)
    return _taken(image, image.size)


def _taken(image: Image.Image, whole: tuple[int, int], path: Path | None = None) -> Picture:
    """What the page takes from an image, or from a smaller copy of one of `whole` pixels."""
    shown = min(QUERY_WIDTH, round(LARGEST_SCALE * whole[0]))
    small = image.resize(SMALL, Image.Resampling.BOX)  # what all of them look at
    impression = Impression.of(small)
    return Picture(
        path,
        *whole,
        shown,
        accent(small),
        data_uri(impression),
        impression.palette,
    )
