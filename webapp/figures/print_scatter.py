"""The scatter of films as a still drawing for paper: the same points and ranges, no script."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from webapp.figures.plot_template import PlotlyFigure

STEPS = (0.5, 1, 2, 5, 10, 20, 25, 50)
"""Distances between ticks, the first of which leaves few enough of them is taken."""
MOST_TICKS = 7


@dataclass(frozen=True)
class Point:
    """A film, in per cent of the drawing's width from the left and of its height from the top."""

    x: float
    y: float
    label: str
    """Its place among the five, or the words beside it; "" for the wider neighbourhood."""
    kind: str
    """wider, asked or shown."""


@dataclass(frozen=True)
class Lead:
    """The line from a result's mark to where it belongs, in per cent as points."""

    x: float
    ends: tuple[float, float]


@dataclass(frozen=True)
class Tick:
    """A value on an axis, at a per cent of its length from the left or from the top."""

    place: float
    value: float


@dataclass(frozen=True)
class Still:
    """A scatter ready to be drawn."""

    points: list[Point]
    """In the order of drawing: those that matter most last."""
    leads: list[Lead]
    years: list[Tick]
    ratings: list[Tick]
    rating_words: str


def still(figure: PlotlyFigure) -> Still:
    """What `film_scatter.scatter` gave, worked out for a drawing of any size."""
    years, ratings = (figure["layout"][axis]["range"] for axis in ("xaxis", "yaxis"))

    def height(rating: float) -> float:
        return 100 - _share(rating, ratings)

    wider, asked, *shown = figure["data"]
    traces = [("wider", wider), ("asked", asked), *(("shown", trace) for trace in shown)]
    points = [
        Point(_share(x, years), height(y), str(label), kind)
        for kind, trace in traces
        for x, y, label in zip(trace["x"], trace["y"], _labels(trace), strict=True)
    ]
    return Still(
        points,
        [
            Lead(_share(each["x0"], years), (height(each["y0"]), height(each["y1"])))
            for each in figure["layout"]["shapes"]
        ],
        [Tick(_share(value, years), value) for value in _ticks(*years)],
        [Tick(height(value), value) for value in _ticks(*ratings)],
        figure["layout"]["annotations"][0]["text"],
    )


def _labels(trace: PlotlyFigure) -> list[Any]:
    found: list[Any] = trace.get("text") or [""] * len(trace["x"])
    return found


def _share(value: float, ends: tuple[float, float]) -> float:
    low, high = ends
    return round(100 * (value - low) / (high - low), 2)


def _ticks(low: float, high: float) -> list[float]:
    """Round values between the ends, at most MOST_TICKS of them.

    >>> _ticks(1961.5, 1998.2), _ticks(4.5, 9.05)
    ([1970, 1980, 1990], [5, 6, 7, 8, 9])
    """
    step = next((s for s in STEPS if (high - low) / s < MOST_TICKS), STEPS[-1])
    first = math.ceil(low / step)
    return [step * n for n in range(first, math.floor(high / step) + 1)]
