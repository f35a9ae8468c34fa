"""How ordinary a poster is, in sentences."""

from __future__ import annotations

from onesheet.explaining.ordinariness import Ordinariness
from webapp.text.translation import gettext as _
from webapp.text.translation import ngettext, number
from webapp.text.wording import listed, percent


def sentences(measured: Ordinariness | None) -> list[str]:
    """The sentences, the one that says most first; one of them where nothing could be measured."""
    if measured is None:
        return [_("The catalogue has too few posters to tell.")]
    return [_standing(measured), _alike(measured), *_colours(measured)]


def _standing(measured: Ordinariness) -> str:
    share = measured.more_ordinary_than
    if share >= 1 / 2:
        return _("More ordinary than %(share)s of the posters here.", share=percent(share))
    return _("It stands apart more than %(share)s of the posters here.", share=percent(1 - share))


def _alike(measured: Ordinariness) -> str:
    return _(
        "%(alike)s of the %(near)s posters nearest to it look like it.",
        alike=number(measured.alike),
        near=number(measured.near),
    )


def _colours(measured: Ordinariness) -> list[str]:
    """Of the posters whose colours are known, mostly all of them."""
    said, near = [], number(measured.coloured)
    if 0 < measured.coloured < measured.near:
        known = _("The colours of %(count)s of these posters are known.", count=near)
        said.append(known)
    if measured.colours and measured.coloured:
        said.append(_shared(measured, near))
    if measured.apart:
        said.append(_set_apart(_(measured.apart), measured.having, near))
    return said


def _shared(measured: Ordinariness, near: str) -> str:
    colours = listed([_(name) for name in measured.colours])
    if not measured.sharing:
        return _("None of these %(near)s is %(colours)s too.", near=near, colours=colours)
    return ngettext(
        "%(count)s of these %(near)s is %(colours)s too.",
        "%(count)s of these %(near)s are %(colours)s too.",
        measured.sharing,
        count=number(measured.sharing),
        near=near,
        colours=colours,
    )


def _set_apart(colour: str, having: int, near: str) -> str:
    if not having:
        return _(
            "It stands apart by its %(colour)s: none of these %(near)s has it.",
            colour=colour,
            near=near,
        )
    return ngettext(
        "It stands apart by its %(colour)s: %(count)s of these %(near)s has it.",
        "It stands apart by its %(colour)s: %(count)s of these %(near)s have it.",
        having,
        count=number(having),
        near=near,
        colour=colour,
    )
