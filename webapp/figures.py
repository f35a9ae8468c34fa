"""Figures for Plotly as plain JSON values.

Colours are the names of CSS custom properties, such as var(--ink): the page resolves them, so a
figure follows the light and the dark scheme. Nothing here imports the plotly package.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from bandit import Step
from catalog.catalog import PosterCard
from webapp.answers import Answer, thumbnail_url
from webapp.recommender import ARMS
from webapp.wording import arm_name, capital, listed

Figure = dict[str, Any]
"""`data` and `layout` as Plotly takes them."""

SHAPES = {"cosine": "circle", "euclidean": "square", "manhattan": "triangle-up"}
"""Plotly's marker symbols; the same shapes stand in the legend (templates/macros.html)."""
CARD_WIDTH = 154
MOST_MARKERS = 12
"""Markers a line carries: enough to tell its shape, whatever its length."""
FEW = 8
"""Up to this number, an axis that counts has a tick for each."""

AXIS = {
    "showline": False,
    "zeroline": False,
    "ticks": "",
    "gridcolor": "var(--line)",
    "tickfont": {"size": 13, "color": "var(--ink-soft)"},
    "title": {"font": {"size": 13, "color": "var(--ink-soft)"}, "standoff": 12},
    "ticklabelstandoff": 6,
    "automargin": True,
    "fixedrange": True,
}
TEMPLATE: Figure = {
    "layout": {
        "paper_bgcolor": "var(--wall)",
        "plot_bgcolor": "var(--wall)",
        "font": {"family": "Hanken Grotesk, Arial, sans-serif", "color": "var(--ink)"},
        "margin": {"l": 8, "r": 16, "t": 32, "b": 8},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": "var(--sheet)",
            "bordercolor": "var(--line)",
            "font": {"color": "var(--ink)", "size": 13},
        },
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": "var(--ink-soft)",
            "activecolor": "var(--ink)",
        },
        "xaxis": AXIS,
        "yaxis": AXIS,
    }
}
"""Shared by every figure: no frame, quiet lines, words in the page's own typeface."""


def scatter(answer: Answer) -> Figure | None:
    """Year against rating: the neighbourhood, the results numbered, and the film asked about.

    None where no film has both numbers. `customdata` of every point is what the page's own hover
    card shows: poster id, title, year and rating, thumbnail, place among the results or None.
    """
    places = {each.card.poster_id: place for place, each in enumerate(answer.results, start=1)}
    drawn = [each.card for each in answer.neighbourhood if _drawable(each.card)]
    wider = [card for card in drawn if card.poster_id not in places]
    # The nearest is drawn last, on top of the others.
    shown = [each.card for each in reversed(answer.results) if _drawable(each.card)]
    asked = [card for card in (answer.query.card or answer.same_as,) if card and _drawable(card)]
    if not (wider or shown):
        return None
    traces = [
        _points("In the wider neighbourhood", wider, places, marker=_FAINT),
        {
            **_points("The film asked about", asked, places, marker=_ASKED),
            "mode": "markers+text",
            "text": ["this film" for _ in asked],
            "textposition": "top center",
            "textfont": {"size": 13},
        },
        {
            **_points("The results", shown, places, marker=_STRONG),
            "mode": "markers+text",
            "text": [str(places[card.poster_id]) for card in shown],
            "textfont": {"color": "var(--on-accent)", "size": 13, "weight": 600},
        },
    ]
    layout = _layout("Year", _rating_words(answer), _ranges([*wider, *shown, *asked]))
    return {"data": traces, "layout": layout}


def undrawn(answer: Answer) -> str:
    """What the scatter leaves out for want of a year or a rating, in words; "" for nothing."""
    missing = [each for each in answer.neighbourhood if not _drawable(each.card)]
    if not missing:
        return ""
    places = [
        str(place) for place, each in enumerate(answer.results, start=1) if not _drawable(each.card)
    ]
    among = f", number {listed(places)} among them," if places else ""
    lack = "lacks" if len(missing) == 1 else "lack"
    stay = "is" if len(missing) == 1 else "are"
    return f"{len(missing)} of them{among} {lack} a year or a rating and {stay} not drawn."


def epsilon(steps: Sequence[Step]) -> Figure:
    """The chance to explore after each rating; it starts at one."""
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": "Chance of a random pick",
        "x": [0, *(step.rated for step in steps)],
        "y": [1.0, *(step.epsilon for step in steps)],
        "line": {"color": "var(--ink)", "width": 2, "shape": "hv"},
        "hovertemplate": "After %{x} ratings: %{y:.0%}<extra></extra>",
    }
    axes = {
        "xaxis": _counting(len(steps)),
        "yaxis": {"range": [0, 1.02], "tickformat": ".0%", "nticks": 6},
    }
    layout = _layout("Ratings", None, axes)
    return {"data": [line], "layout": layout}


def picks(steps: Sequence[Step]) -> Figure:
    """How often each arm had been shown by each rating."""
    counts = {arm: [step.picks.get(arm, 0) for step in steps] for arm in ARMS}
    hover = "%{fullData.name}: shown %{y} times by rating %{x}<extra></extra>"
    most = max((number for numbers in counts.values() for number in numbers), default=0)
    return _by_arm(steps, counts, hover, _counting(most))


def values(steps: Sequence[Step]) -> Figure:
    """Each arm's average reward after each rating."""
    means = {arm: [step.values.get(arm, 0.0) for step in steps] for arm in ARMS}
    hover = "%{fullData.name}: %{y:+.2f} after %{x} ratings<extra></extra>"
    ticks = {"tickvals": [-1, 0, 1], "ticktext": ["bad −1", "okay 0", "good +1"]}
    return _by_arm(steps, means, hover, {"range": [-1.08, 1.08], **ticks})


def _by_arm(
    steps: Sequence[Step], series: Mapping[str, Sequence[float]], hover: str, y: Figure
) -> Figure:
    lines = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": capital(arm_name(arm)),
            "x": [step.rated for step in steps],
            "y": list(numbers),
            "line": {"color": f"var(--arm-{arm})", "width": 2},
            "marker": {"symbol": SHAPES[arm], "size": 9, "maxdisplayed": MOST_MARKERS},
            "cliponaxis": False,
            "hovertemplate": hover,
        }
        for arm, numbers in series.items()
    ]
    axes = {"xaxis": _counting(len(steps)), "yaxis": y}
    return {"data": lines, "layout": _layout("Ratings", None, axes)}


def _counting(most: int) -> Figure:
    """An axis of whole numbers from nought."""
    ticks = {"dtick": 1} if most <= FEW else {"nticks": 6}
    return {"range": [0, 1.03 * max(most, 1)], "tickformat": "d", **ticks}


_ABOVE = {
    "x": 0,
    "xref": "paper",
    "xanchor": "left",
    "y": 1,
    "yref": "paper",
    "yanchor": "bottom",
    "yshift": 8,
    "showarrow": False,
    "font": {"size": 13, "color": "var(--ink-soft)"},
}
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


def _points(
    name: str, cards: Sequence[PosterCard], places: Mapping[int, int], marker: Figure
) -> Figure:
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
    facts = f"{card.year} · ★ {card.rating:.1f}"
    return [card.poster_id, card.title, facts, thumbnail_url(card.content_hash, CARD_WIDTH), place]


def _drawable(card: PosterCard) -> bool:
    return card.year is not None and card.rating is not None


def _rating_words(answer: Answer) -> str:
    invented = any(each.card.invented for each in answer.neighbourhood)
    return "Rating (invented)" if invented else "IMDb rating"


def _ranges(cards: Sequence[PosterCard]) -> Figure:
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


def _layout(x: str, y: str | None, axes: Figure) -> Figure:
    layout: Figure = {"template": TEMPLATE}
    layout["xaxis"] = {"title": {"text": x}, "showgrid": False, **axes.get("xaxis", {})}
    layout["yaxis"] = axes.get("yaxis", {})
    if y:  # level, above the axis: nobody reads sideways
        layout["annotations"] = [{**_ABOVE, "text": y}]
    return layout
