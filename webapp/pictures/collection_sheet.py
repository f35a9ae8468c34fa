"""The contact sheet of a collection, in the visitor's words."""

from __future__ import annotations

from threading import Lock

from catalog.catalog import PosterCard
from onesheet.base.settings import SHOWN_ALIKE
from onesheet.collections.contact_sheet import ContactSheet, SheetPoster
from onesheet.collections.pdf_sheet import as_pdf
from onesheet.collections.shown_collection import SearchedPoster, ShownCollection
from onesheet.collections.slides import as_slides
from webapp.current import current
from webapp.pictures.thumbnails import shown_file
from webapp.text.translation import gettext as _
from webapp.text.translation import ngettext, number

_ONE_AT_A_TIME = Lock()
"""In a process: a hundred posters of the largest size take half a gigabyte meanwhile."""


def pdf(collection: ShownCollection) -> bytes:
    """The sheet as PDF."""

    def undrawn(scripts: str) -> str:
        return _("Letters that could not be drawn here: %(scripts)s.", scripts=scripts)

    with _ONE_AT_A_TIME:
        return as_pdf(_contact_sheet(collection), undrawn)


def slides(collection: ShownCollection) -> bytes:
    """The sheet as slides for PowerPoint."""
    with _ONE_AT_A_TIME:
        return as_slides(_contact_sheet(collection))


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
        said.append(_("A poster searched for is no longer kept."))
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
        title=poster.title or _("Your poster"),
        facts=_("Searched for"),
        searched=True,
        part=poster.part,
        veiled=poster.answer.query.adult and current().home.settings.adult != SHOWN_ALIKE,
    )


def _year_and_rating(card: PosterCard) -> str:
    rating = card.rating
    rated = _("rated %(rating)s", rating=number(rating, "0.0")) if rating is not None else ""
    return " · ".join(filter(None, (str(card.year or ""), rated)))
