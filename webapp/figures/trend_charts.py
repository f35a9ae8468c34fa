"""Figures of how posters changed through the years; see `plot_template` for how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from catalog.sources.genre_vocabulary import OWN_GENRES
from onesheet.portraits.trends import Period
from webapp.figures.plot_template import PlotlyFigure, layout_of
from webapp.text.translation import gettext as _
from webapp.text.translation import number as written

TINTS_A_YEAR = 6
GENRES_DRAWN = 6
"""The commonest of the whole catalogue; more lines than that are not told apart."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""So that lines are told apart without their colours."""
NUMBERED = {"tickformat": "d", "nticks": 8}


def yearly_colours(years: Sequence[Period]) -> PlotlyFigure:
    """Of each year the colours that its posters use more than all do, one above the other, as high
    as their shares of what is told; years side by side stand in one frame, so that black and white
    do not melt into the page."""
    told = [each for each in years if each.tints]
    heights = {each.first: sum(t.share for t in each.tints[:TINTS_A_YEAR]) for each in told}
    bars = []
    for place in range(TINTS_A_YEAR):
        some = [(each.first, each.tints[place]) for each in told if place < len(each.tints)]
        bars.append(
            {
                "type": "bar",
                "x": [year for year, _tint in some],
                "y": [tint.share / heights[year] for year, tint in some],
                "width": 1,
                "marker": {"color": [tint.colour for _year, tint in some], "line": {"width": 0}},
                "customdata": [_(tint.name) for _year, tint in some],
                "hovertemplate": "%{x}: %{customdata}<extra></extra>",
            }
        )
    figure = _spread(bars, {"range": [0, 1], "visible": False}, years)
    frames = [
        {
            "type": "rect",
            "x0": first - 0.5,
            "x1": last + 0.5,
            "y0": 0,
            "y1": 1,
            "line": {"color": "var(--ink-faint)", "width": 1},
        }
        for first, last in _stretches([each.first for each in told])
    ]
    return figure | {"layout": figure["layout"] | {"barmode": "stack", "shapes": frames}}


def yearly_ratings(years: Sequence[Period]) -> PlotlyFigure:
    """The average rating of each year's films that have one, where these are enough."""
    rated = [each for each in years if not each.few_rated]
    said = _("%{x}: %{y:.1f}, films: %{customdata}")
    line = _yearly(rated, [each.rating for each in rated], [each.rated for each in rated], said)
    return _spread([line], {"nticks": 6, "tickformat": ".1f"}, years)


def yearly_brightness(years: Sequence[Period]) -> PlotlyFigure:
    """The mean brightness of each year's posters whose colours are known, where these are
    enough."""
    known = [each for each in years if not each.few_coloured]
    said = _("%{x}: %{y:.0%}, films: %{customdata}")
    coloured = [each.coloured for each in known]
    line = _yearly(known, [each.brightness for each in known], coloured, said)
    return _spread([line], {"range": [0, 1], "nticks": 6, "tickformat": ".0%"}, years)


def decade_genres(decades: Sequence[Period]) -> PlotlyFigure:
    """The share of each decade's films that have each of the catalogue's commonest genres, where
    the decade has films enough."""
    told = [each for each in decades if not each.few]
    films: Counter[str] = Counter()
    for each in decades:
        films.update({name: round(share * each.films) for name, share in each.genres.items()})
    lines = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": [each.first for each in told],
            "y": [each.genres.get(name, 0.0) for each in told],
            "line": {"color": f"var(--{_token(name)})", "width": 2, "dash": DASHES[place]},
            "marker": {"size": 7},
            "cliponaxis": False,
            "hovertemplate": _("%{x}s: %{y:.0%} %{fullData.name}") + "<extra></extra>",
        }
        for place, (name, _count) in enumerate(films.most_common(GENRES_DRAWN))
    ]
    y = {"rangemode": "tozero", "tickformat": ".0%", "nticks": 6}
    figure = _spread(lines, y, told)
    legend = {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": 13}}
    return figure | {"layout": figure["layout"] | {"showlegend": True, "legend": legend}}


def _yearly(
    periods: Sequence[Period], values: Sequence[float | None], counts: Sequence[int], said: str
) -> PlotlyFigure:
    """A line through the periods' `values`, each of so many of their films as `counts` has."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [each.first for each in periods],
        "y": list(values),
        "line": {"color": "var(--ink)", "width": 1.5},
        "marker": {"size": 5},
        "cliponaxis": False,
        "customdata": [
            _of_all(count, each.films) for count, each in zip(counts, periods, strict=True)
        ],
        "hovertemplate": f"{said}<extra></extra>",
    }


def _spread(data: list[PlotlyFigure], y: PlotlyFigure, periods: Sequence[Period]) -> PlotlyFigure:
    ends = [periods[0].first - 1, periods[-1].first + 1] if periods else [0, 1]
    axes = {"xaxis": {**NUMBERED, "range": ends}, "yaxis": y}
    return {"data": data, "layout": layout_of(_("Year"), None, axes)}


def _stretches(years: Iterable[int]) -> list[tuple[int, int]]:
    """The first and the last of each run of years that follow each other.

    >>> _stretches([1950, 1951, 1953])
    [(1950, 1951), (1953, 1953)]
    """
    found: list[tuple[int, int]] = []
    for year in years:
        first = found.pop()[0] if found and found[-1][1] == year - 1 else year
        found.append((first, year))
    return found


def _of_all(some: int, films: int) -> str:
    if some == films:
        return written(films)
    return _("%(some)s of %(all)s", some=written(some), all=written(films))


def _token(genre: str) -> str:
    """The custom property of a genre's colour; ink for genres that have none."""
    return f"genre-{genre.casefold()}" if genre in OWN_GENRES else "ink-soft"
