"""The picture of what was asked about, as a page reserves room for it."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from PIL import Image

from catalog.images import ImageError, decode, size
from catalog.impressions import ENOUGH, Impression
from catalog.palette import SMALL, Palette
from webapp.accent import Accent, accent
from webapp.answers import Answer
from webapp.instance import Instance
from webapp.placeholders import data_uri
from webapp.uploads import shrunk

QUERY_WIDTH = 300
"""CSS pixels of the query poster on a desktop."""
LARGEST_SCALE = 1.5
"""A poster is never shown larger than this many times its own pixels."""

BEGUN_KEPT = 64
"""Measurements begun whose picture nobody has looked at: another process shows it."""

_beside = ThreadPoolExecutor(os.cpu_count(), "picture")
_begun: dict[Path, Future[Picture]] = {}


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


def begin(image: Image.Image) -> Future[Picture]:
    """Measure an upload, mode RGB, as it is kept, beside whatever else is done for it: finding
    what is like it leaves the lock to others most of the time."""
    return _beside.submit(lambda: of_image(shrunk(image)))


def expect(path: Path, begun: Future[Picture]) -> None:
    """The upload that is kept at `path` is about to be looked at."""
    while len(_begun) >= BEGUN_KEPT:
        _begun.pop(next(iter(_begun)), None)
    _begun[path] = begun


@lru_cache(maxsize=2048)
def _measured(path: Path) -> Picture:
    """Files never change under their name, so one look is enough, and a small one."""
    if begun := _begun.pop(path, None):
        return replace(begun.result(), path=path)
    data = path.read_bytes()
    return _taken(decode(data, at_least=ENOUGH), size(data), path)


def of_image(image: Image.Image) -> Picture:
    """An image, mode RGB, as the page shows it."""
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
