"""Drafts to try a comparison with: a poster of the catalogue, and two ways it might be changed."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageOps

from catalog.catalog import Catalog
from catalog.images.palette import palette, palette_distances
from catalog.records import CatalogError, PosterCard
from onesheet.base.refusals import MissingPosterError, QueryError
from onesheet.base.texts import marked

EMPTY = marked("The catalogue is empty, so there is no poster to make drafts of.")
CLOSER = 0.14
"""Of its width and height that a closer crop leaves out at each edge."""

POSTERS_TO_CHOOSE = 6
"""Posters of which the one is taken that loses most without its colours."""


def example_drafts(catalog: Catalog, rng: random.Random) -> list[tuple[str, bytes]]:
    """File names and pictures of three drafts: a poster as it is, without its colours, and cropped
    closer. It is the most colourful of `POSTERS_TO_CHOOSE` drawn at random.

    Raises QueryError without a film in the catalogue, and MissingPosterError where none of these
    posters has its file.
    """
    cards = catalog.sample(POSTERS_TO_CHOOSE, rng)
    if not cards:
        raise QueryError(EMPTY)
    images = [picture for card in cards if (picture := _picture_there(catalog, card))]
    if not images:
        raise MissingPosterError("None of six posters is there; draw others.")
    image = max(images, key=_colour_lost)
    width, height = image.size
    left, top = round(CLOSER * width), round(CLOSER * height)
    closer = image.crop((left, top, width - left, height - top)).resize(image.size)
    grey = _without_colour(image)
    drafts = {"as-it-is.png": image, "in-grey.png": grey, "closer.png": closer}
    return [(name, _as_png(draft)) for name, draft in drafts.items()]


def _picture_there(catalog: Catalog, card: PosterCard) -> Image.Image | None:
    """A poster of the catalogue; None where its file is gone."""
    try:
        return catalog.picture_of(card)
    except CatalogError:
        return None


def _without_colour(image: Image.Image) -> Image.Image:
    return ImageOps.grayscale(image).convert("RGB")


def _colour_lost(image: Image.Image) -> float:
    """How much of a poster's look its colours are."""
    return float(palette_distances(palette(image), [palette(_without_colour(image))])[0])


def _as_png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
