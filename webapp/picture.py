"""The picture of what was asked about, as a page reserves room for it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock

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

MOST_EXPECTED = 64
"""Pictures that nobody came to see: another process shows them."""

_expected: OrderedDict[Path, Picture] = OrderedDict()
_lock = Lock()


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


def expect(path: Path, taken: Picture) -> None:
    """The upload kept at `path` is about to be shown, and need not be measured again."""
    with _lock:
        _expected[path] = replace(taken, path=path)
        if len(_expected) > MOST_EXPECTED:
            _expected.popitem(last=False)


@lru_cache(maxsize=2048)
def _measured(path: Path) -> Picture:
    """Files never change under their name, so one look is enough, and a small one."""
    with _lock:
        if expected := _expected.pop(path, None):
            return expected
    data = path.read_bytes()
    return _taken(decode(data, at_least=ENOUGH), size(data), path)


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
