"""The scatter of films by year and rating."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from catalog.catalog import PosterCard
from onesheet.recommending.answers import Answer, thumbnail_url
from webapp.figures.plot_template import PlotlyFigure, layout_of
from webapp.text.translation import gettext as _
from webapp.text.translation import ngettext, number
from webapp.text.wording import listed

CARD_WIDTH = 154


def scatter(answer: Answer) -> PlotlyFigure | None:
    """Year against rating: the neighbourhood, the results numbered, and the films asked about.

    None where no film has both numbers. `customdata` of every point is what the page's own hover
    card shows: poster id, title, year and rating, thumbnail, place among the results or None.
    A result whose mark would hide a nearer one's stands above or below it, and a line leads to
    where it belongs.
    """
    places = {each.card.poster_id: place for place, each in enumerate(answer.results, start=1)}
    drawn = [each.card for each in answer.neighbourhood if _drawable(each.card)]
    wider = [card for card in drawn if card.poster_id not in places]
    # The nearest is drawn last, on top of the others.
    shown = [each.card for each in reversed(answer.results) if _drawable(each.card)]
    asked = [card for card in answer.asked_about if _drawable(card)]
    if not (wider or shown):
        return None
    ranges = _ranges([*wider, *shown, *asked])
    heights = _heights(shown[::-1], ranges)
    beside = {each.poster_id: _beside(each, shown, heights, ranges) for each in asked}
    covered = any(math.hypot(*it) < _COVERING for near in beside.values() for it in near)
    mark = {**_ASKED, "size": _AROUND} if covered else _ASKED
    one = len(answer.asked_about) == 1 and not answer.query.like_several
    name = _("this film") if one else _("asked about")
    traces = [
        _points(_("In the wider neighbourhood"), wider, places, marker=_FAINT),
        {**_points(name, asked, places, marker=mark), "text": [name] * len(asked)},
        # A trace each: within one, all numbers are drawn over all markers, and overlap.
        *(
            {
                **_points(_("The results"), [card], places, marker=_STRONG),
                "y": [heights[card.poster_id]],
                "mode": "markers+text",
                "text": [str(places[card.poster_id])],
                "textfont": {"color": "var(--on-accent)", "size": 13, "weight": 600},
            }
            for card in shown
        ),
    ]
    layout = layout_of(_("Year"), _rating_words(answer), ranges)
    layout["annotations"] += [_label(name, each, beside[each.poster_id], mark) for each in asked]
    layout["shapes"] = [
        _lead(card, heights[card.poster_id])
        for card in shown
        if heights[card.poster_id] != card.rating
    ]
    return {"data": traces, "layout": layout}


def undrawn(answer: Answer) -> str:
    """What the scatter leaves out for want of a year or a rating, in words; "" for nothing."""
    missing = sum(not _drawable(each.card) for each in answer.neighbourhood)
    places = [
        str(place) for place, each in enumerate(answer.results, start=1) if not _drawable(each.card)
    ]
    named = ngettext(
        ", number %(places)s among them,",
        ", numbers %(places)s among them,",
        len(places),
        places=listed(places),
    )
    said = ngettext(
        "%(number)s of them%(among)s lacks a year or a rating and is not drawn.",
        "%(number)s of them%(among)s lack a year or a rating and are not drawn.",
        missing,
        number=number(missing),
        among=named if places else "",
    )
    return said if missing else ""


_FAINT = {"size": 9, "color": "var(--ink-faint)", "opacity": 0.45, "line": {"width": 0}}
_ASKED = {
    "size": 14,
    "symbol": "diamond",
    "color": "var(--wall)",
    "line": {"width": 2.5, "color": "var(--ink)"},
}
_STRONG = {
    "size": 24,
    "color": "var(--accent)",
    "opacity": 1,
    "line": {"width": 2, "color": "var(--wall)"},
}


def _heights(shown: Sequence[PosterCard], ranges: PlotlyFigure) -> dict[int, float]:
    """The rating at which each result is drawn, by its poster: its own, or the nearest at which it
    hides no number of those before it, nor they its own, on a phone either."""
    (left, right), (low, high) = (ranges[axis]["range"] for axis in ("xaxis", "yaxis"))
    width, height = _ON_A_PHONE
    year, point = width / (right - left), height / (high - low)
    drawn: list[tuple[float, float]] = []
    heights = {}
    for card in shown:
        across, own = year * ((card.year or 0) - left), point * ((card.rating or 0) - low)
        near = [(abs(x - across), up) for x, up in drawn if abs(x - across) < _HIDING]
        free = [
            up
            for up in (own, *(up + way * _STEP for _x, up in near for way in (1, -1)))
            if 0 <= up <= height and all(math.hypot(x, up - it) >= _HIDING for x, it in near)
        ]
        up = min(free, key=lambda each: abs(each - own), default=own)
        drawn.append((across, up))
        heights[card.poster_id] = (card.rating or 0) if up == own else low + up / point
    return heights


def _lead(card: PosterCard, height: float) -> PlotlyFigure:
    """The line from a result's mark to where it belongs."""
    return {
        "type": "line",
        "layer": "below",
        "x0": card.year,
        "x1": card.year,
        "y0": card.rating,
        "y1": height,
        "line": {"width": 1.5, "color": "var(--ink-soft)"},
    }


def _beside(
    asked: PosterCard,
    shown: Sequence[PosterCard],
    heights: Mapping[int, float],
    ranges: PlotlyFigure,
) -> list[tuple[float, float]]:
    """How many pixels to the right and up from the film asked about each result is drawn, in a plot
    of the size it has on a desktop."""
    (left, right), (low, high) = (ranges[axis]["range"] for axis in ("xaxis", "yaxis"))
    return [
        (
            _PLOT[0] * ((each.year or 0) - (asked.year or 0)) / (right - left),
            _PLOT[1] * (heights[each.poster_id] - (asked.rating or 0)) / (high - low),
        )
        for each in shown
    ]


def _label(
    name: str, asked: PosterCard, beside: Sequence[tuple[float, float]], mark: PlotlyFigure
) -> PlotlyFigure:
    """The words for a film asked about: above its mark, or where fewer results are in the way."""
    clear = mark["size"] / 2 + 11

    def in_the_way(place: tuple[float, float]) -> int:
        return sum(
            abs(across - place[0]) < _WORDS[0] and abs(up - place[1]) < _WORDS[1]
            for across, up in beside
        )

    aside = clear + 28
    across, up = min([(0, clear), (0, -clear), (aside, 0), (-aside, 0)], key=in_the_way)
    return {
        "x": asked.year,
        "y": asked.rating,
        "text": name,
        "showarrow": False,
        "xshift": across,
        "yshift": up,
        "font": {"size": 13, "color": "var(--ink)"},
    }


_PLOT = (640.0, 320.0)
_ON_A_PHONE = (300.0, 180.0)
_HIDING = 19
"""Pixels within which a result's mark hides another's number."""
_STEP = 21
"""Pixels up or down to the mark that makes room; on a desktop the line between them is seen."""
_WORDS = (40.0, 20.0)
"""Pixels from the middle of the words within which a result's mark touches them."""
_COVERING = 14
"""Pixels within which a result is drawn over the mark of the film asked about."""
_AROUND = 34
"""Pixels of a mark that shows around a result's."""


def _points(
    name: str, cards: Sequence[PosterCard], places: Mapping[int, int], marker: PlotlyFigure
) -> PlotlyFigure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [card.year for card in cards],
        "y": [card.rating for card in cards],
        "customdata": [_card(card, places.get(card.poster_id)) for card in cards],
        "hoverinfo": "none",
        "cliponaxis": False,
        "marker": marker,
    }


def _card(card: PosterCard, place: int | None) -> list[Any]:
    facts = f"{card.year} · ★ {number(card.rating or 0, '0.0')}"
    return [card.poster_id, card.title, facts, thumbnail_url(card.content_hash, CARD_WIDTH), place]


def _drawable(card: PosterCard) -> bool:
    return card.year is not None and card.rating is not None


def _rating_words(answer: Answer) -> str:
    invented = any(each.card.invented for each in answer.neighbourhood)
    return _("Rating (invented)") if invented else _("Rating")


def _ranges(cards: Sequence[PosterCard]) -> PlotlyFigure:
    """Whole years and half points around all films, so that no marker is cut."""
    years = [card.year for card in cards if card.year is not None]
    ratings = [card.rating for card in cards if card.rating is not None]
    room = max(2.0, 0.05 * (max(years) - min(years)))
    low = max(0.0, math.floor(2 * min(ratings) - 1) / 2)
    high = min(10.0, math.ceil(2 * max(ratings) + 1) / 2)
    return {
        "xaxis": {"range": [min(years) - room, max(years) + room], "tickformat": "d", "nticks": 8},
        "yaxis": {"range": [low, high + 0.05], "nticks": 7},
    }
