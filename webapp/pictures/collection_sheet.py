"""The contact sheet of a collection, in the visitor's words."""

from __future__ import annotations

from threading import Lock

from werkzeug.exceptions import ServiceUnavailable

from catalog.catalog import PosterCard
from onesheet.base.settings import SHOWN_ALIKE
from onesheet.base.texts import marked
from onesheet.collections.contact_sheet import ContactSheet, SheetPoster
from onesheet.collections.sheet_process import SCRIPTS, SheetKind, laid_out
from onesheet.collections.shown_collection import SearchedPoster, ShownCollection
from webapp.current import current
from webapp.pictures.thumbnails import shown_file
from webapp.text.translation import gettext as _
from webapp.text.translation import ngettext, number

_ONE_AT_A_TIME = Lock()
"""In a worker: a hundred posters of the largest size take half a gigabyte meanwhile."""
_RETRY_SECONDS = 10
TURN_SECONDS = 2.0
"""Seconds that a thread waits for its turn, which others may want for their visitors."""
OTHERS_FIRST = marked("Other collections are being laid out just now; try again in a moment.")


def pdf(collection: ShownCollection) -> bytes:
    """The sheet as PDF. Raises as `slides`."""
    return _laid_out("pdf", collection)


def slides(collection: ShownCollection) -> bytes:
    """The sheet as slides for PowerPoint. Raises SheetError where it takes too long, and
    ServiceUnavailable where another one is being made."""
    return _laid_out("pptx", collection)


def _laid_out(kind: SheetKind, collection: ShownCollection) -> bytes:
    sheet = _contact_sheet(collection)
    undrawn = _("Letters that could not be drawn here: %(scripts)s.", scripts=SCRIPTS)
    if not _ONE_AT_A_TIME.acquire(timeout=TURN_SECONDS):
        raise ServiceUnavailable(_(OTHERS_FIRST), retry_after=_RETRY_SECONDS)
    try:
        return laid_out(kind, sheet, undrawn)
    finally:
        _ONE_AT_A_TIME.release()


def missing(collection: ShownCollection) -> list[str]:
    """What a collection says and nobody can show any more, in sentences."""
    films, said = len(collection.missing), []
    if films:
        said.append(
            ngettext(
                "%(num)s film is no longer in this catalogue.",
                "%(num)s films are no longer in this catalogue.",
                films,
            )
        )
    if collection.searches_gone:
        said.append(_("A poster searched for is no longer shown."))
    return said


def _contact_sheet(collection: ShownCollection) -> ContactSheet:
    films = [
        SheetPoster(shown_file(each.card), each.card.title, _year_and_rating(each.card), each.note)
        for each in collection.films
    ]
    return ContactSheet(
        title=collection.name or _("Collection"),
        note=collection.note,
        searches=tuple(map(_searched_poster_on_sheet, collection.searches)),
        films=tuple(films),
        remarks=tuple(missing(collection)),
    )


def _searched_poster_on_sheet(poster: SearchedPoster) -> SheetPoster:
    card = poster.answer.query.card
    return SheetPoster(
        path=shown_file(card) if card else poster.path,
        title=poster.answer.title or _("Your poster"),
        facts=_("Searched for"),
        searched=True,
        part=poster.part,
        veiled=poster.answer.query.adult and current().home.settings.adult != SHOWN_ALIKE,
    )


def _year_and_rating(card: PosterCard) -> str:
    rating = card.rating
    rated = _("rated %(rating)s", rating=number(rating, "0.0")) if rating is not None else ""
    return " · ".join(filter(None, (str(card.year or ""), rated)))
