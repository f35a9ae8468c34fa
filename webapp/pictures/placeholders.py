"""What stands in a poster's place while it loads, and the colours beside it."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from flask import g
from markupsafe import Markup, escape

from catalog.catalog import PosterCard
from catalog.images.palette import Palette
from catalog.impressions import Impression
from webapp.current import current
from webapp.text.translation import gettext as _
from webapp.text.wording import percent


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


def colours(card: PosterCard) -> Palette:
    """The poster's palette; empty where it was not prepared."""
    impression = _known().get(card.content_hash)
    return impression.palette if impression else ()


def swatches(palette: Palette) -> Markup:
    """The main colours side by side as a drawing, each as wide as its share, the numbers on hover;
    "" without colours.

    Not a macro: Jinja would escape and call its way through forty colours a page.
    """
    if not palette:
        return Markup()
    start, drawn = 0.0, []
    for swatch in palette:
        width = 100 * swatch.share
        drawn.append(
            f'<rect x="{start:.2f}" width="{width + 0.1:.2f}" height="8" fill="{swatch.colour}">'
            f"<title>{swatch.colour}, {escape(percent(swatch.share))}</title></rect>"
        )
        start += width
    label = _("Main colours: %(colours)s", colours=", ".join(each.colour for each in palette))
    return Markup(  # noqa: S704 - the colours are hex numbers of our own
        '<svg class="swatches" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}">{"".join(drawn)}</svg>'
    )


def _known() -> dict[str, Impression]:
    known: dict[str, Impression] = g.setdefault("impressions", {})
    return known
