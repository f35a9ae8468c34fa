"""Drafts to try a comparison with: a poster of the catalogue, and two ways it might be changed."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageOps

from catalog.catalog import Catalog
from onesheet.base.refusals import QueryError
from onesheet.base.texts import marked

EMPTY = marked("The catalogue is empty, so there is no poster to make drafts of.")
CLOSER = 0.14
"""Of its width and height that a closer crop leaves out at each edge."""


def example_drafts(catalog: Catalog, rng: random.Random) -> list[tuple[str, bytes]]:
    """File names and pictures of three drafts: a poster drawn at random as it is, without its
    colours, and cropped closer.

    Raises QueryError without a film in the catalogue, and UnknownFilmError where the poster's file
    is gone.
    """
    cards = catalog.sample(1, rng)
    if not cards:
        raise QueryError(EMPTY)
    image = catalog.picture_of(cards[0])
    width, height = image.size
    left, top = round(CLOSER * width), round(CLOSER * height)
    closer = image.crop((left, top, width - left, height - top)).resize(image.size)
    grey = ImageOps.grayscale(image).convert("RGB")
    drafts = {"as-it-is.png": image, "in-grey.png": grey, "closer.png": closer}
    return [(name, _as_png(draft)) for name, draft in drafts.items()]


def _as_png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
