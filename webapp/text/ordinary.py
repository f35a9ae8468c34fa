"""How ordinary a poster is, in sentences."""

from __future__ import annotations

from onesheet.explaining.ordinariness import Ordinariness
from webapp.text.translation import gettext as _
from webapp.text.translation import number
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
    said = []
    if measured.colours:
        colours, count = listed([_(name) for name in measured.colours]), number(measured.sharing)
        said.append(_("%(count)s of them are %(colours)s too.", count=count, colours=colours))
    if measured.apart:
        colour, count = _(measured.apart), number(measured.having)
        some = _(
            "Yours stands apart by its %(colour)s: %(count)s of them have it.",
            colour=colour,
            count=count,
        )
        none = _("Yours stands apart by its %(colour)s: none of them has it.", colour=colour)
        said.append(some if measured.having else none)
    return said
