"""Smaller copies of posters, made when somebody first asks for them."""

from __future__ import annotations

import logging
from io import BytesIO
from pathlib import Path

from catalog.catalog import PosterCard
from catalog.flushing import UnwritableError
from catalog.images import ImageError, decode, to_webp
from catalog.images.veil import veil
from onesheet.base.files import write_atomically
from onesheet.base.settings import BLURRED
from onesheet.recommending.answers import thumbnail_url
from webapp.current import current

log = logging.getLogger("webapp")

WIDTHS = (92, 154, 185, 342, 500)
"""Pixels a thumbnail may be wide."""


def thumbnail(folder: Path, content_hash: str, poster: Path, width: int) -> Path | BytesIO:
    """A poster at most `width` pixels wide: the copy in `folder`, or a narrower poster itself.

    A copy that cannot be written down is given as its bytes, WebP. Raises OSError and ImageError
    where the poster cannot be read.
    """
    small = thumbnail_path(folder, content_hash, width)
    if small.exists():
        return small
    image = decode(poster.read_bytes())
    if image.width <= width:
        return poster
    image.thumbnail((width, image.height))
    return _kept(small, to_webp(image))


def thumbnail_path(folder: Path, content_hash: str, width: int) -> Path:
    """Where the copy of a poster is kept that is so wide, or would be."""
    return folder / content_hash[:2] / f"{content_hash}-{width}.webp"


def veiled(folder: Path, content_hash: str, poster: Path) -> Path | BytesIO:
    """A poster of which nothing but its colours can be made out: what stands for one of a film for
    adults, at every width. As `thumbnail` otherwise."""
    small = folder / content_hash[:2] / f"{content_hash}-veiled.webp"
    if small.exists():
        return small
    return _kept(small, to_webp(veil(decode(poster.read_bytes()))))


def shown_file(card: PosterCard) -> Path:
    """A poster's file for a picture that others are put into; of a film for adults what veils it,
    where those are blurred, or no file where that cannot be kept."""
    instance = current()
    path, folder = instance.catalog.poster_path(card.content_hash), instance.home.thumbnails
    if not card.adult or instance.home.settings.adult != BLURRED:
        return path
    try:
        found = veiled(folder, card.content_hash, path)
    except (OSError, ImageError):  # its file is gone
        return path
    return found if isinstance(found, Path) else folder / "none"


def _kept(path: Path, data: bytes) -> Path | BytesIO:
    try:
        write_atomically(path, data)
    except UnwritableError as error:
        log.warning("a thumbnail is not kept: %s", error)
        return BytesIO(data)
    return path


def srcset(card: PosterCard) -> str:
    """The thumbnails of a poster for an img's srcset; none claims to be wider than the poster."""
    useful = [width for width in WIDTHS if width < card.width]
    widths = [*useful, *[width for width in WIDTHS if width >= card.width][:1]]
    return ", ".join(
        f"{thumbnail_url(card.content_hash, width)} {min(width, card.width)}w" for width in widths
    )
