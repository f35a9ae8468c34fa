"""What stands in a poster's place while it loads, and the colours beside it."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from flask import g

from catalog.catalog import PosterCard
from catalog.impressions import Impression
from catalog.palette import Palette
from webapp.instance import current


@dataclass(frozen=True)
class Stripe:
    """A colour of a palette as a stripe of a bar that is 100 wide."""

    colour: str
    start: float
    width: float


def prepare(cards: Iterable[PosterCard], *, make: bool = True) -> None:
    """Look up the impressions of all posters of the page in hand at once.

    `make` those that are not kept yet, which takes a few milliseconds each; a page of a hundred
    posters had better do without.
    """
    hashes = {card.content_hash for card in cards}
    found = current().impressions
    _known().update(found.of(hashes) if make else found.kept(hashes))


def placeholder(card: PosterCard) -> str:
    """The poster's tiny image as a data URI; "" where it was not prepared."""
    impression = _known().get(card.content_hash)
    return data_uri(impression) if impression else ""


def data_uri(impression: Impression) -> str:
    return "data:image/webp;base64," + base64.b64encode(impression.placeholder).decode()


def colours(card: PosterCard) -> list[Stripe]:
    """The poster's palette as stripes; none where it was not prepared."""
    impression = _known().get(card.content_hash)
    return stripes(impression.palette) if impression else []


def stripes(palette: Palette) -> list[Stripe]:
    """The colours side by side, as wide as their shares.

    >>> from catalog.palette import Swatch
    >>> [(each.start, each.width) for each in stripes((Swatch("#000", 0.75), Swatch("#fff", 0.25)))]
    [(0.0, 75.0), (75.0, 25.0)]
    """
    start, made = 0.0, []
    for swatch in palette:
        made.append(Stripe(swatch.colour, round(start, 2), round(100 * swatch.share, 2)))
        start += 100 * swatch.share
    return made


def _known() -> dict[str, Impression]:
    if "impressions" not in g:
        g.impressions = {}
    known: dict[str, Impression] = g.impressions
    return known
