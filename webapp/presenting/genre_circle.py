"""The circle of genres: a dot for each, and lines between those that go together."""

from __future__ import annotations

import math
from dataclasses import dataclass

from onesheet.portraits.gallery import Gallery, Portrait
from webapp.text.translation import gettext as _
from webapp.text.translation import number

MOST_LINES = 30
"""Lines drawn between genres: more than half of all pairs meet, and would hide the others."""
MET_MORE = 1.2
"""Times as often as by chance, from which two genres are drawn, and named, as going together."""
RADIUS = 190
"""Of the circle of genres, in the drawing's own units."""
HEAVIEST = 9.0
"""Width of the strongest line, in the same units."""


@dataclass(frozen=True)
class GenreNode:
    """A genre on the circle: where its dot is, and its name beyond it."""

    portrait: Portrait
    x: float
    y: float
    size: float
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class GenreLine:
    """Two genres that go together, as an SVG path bent towards the middle."""

    path: str
    width: float
    title: str


def genre_nodes(gallery: Gallery) -> list[GenreNode]:
    """Genres around a circle; a dot's area goes with the number of films."""
    most = max((each.films for each in gallery.portraits), default=1)
    of = {each.name: each for each in gallery.portraits}
    found = []
    for place, name in enumerate(gallery.circle):
        x, y = _on_circle(place, len(gallery.circle))
        size = 4 + 10 * math.sqrt(of[name].films / most)
        away = (RADIUS + size + 10) / RADIUS
        anchor = "middle" if abs(x) < 0.12 * RADIUS else "start" if x > 0 else "end"
        lower = 14 * y / RADIUS + 7  # names above the circle stand on it, those below hang
        found.append(GenreNode(of[name], x, y, size, x * away, y * away + lower, anchor))
    return found


def genre_lines(gallery: Gallery) -> list[GenreLine]:
    """The strongest links, the weakest first so that strong ones lie on top."""
    at = {name: _on_circle(i, len(gallery.circle)) for i, name in enumerate(gallery.circle)}
    more = [link for link in gallery.links if link.times >= MET_MORE]
    more.sort(key=lambda link: -math.log(link.times) * math.sqrt(link.films))
    strongest = more[:MOST_LINES]
    most = max((link.times for link in strongest), default=2.0)
    drawn = []
    for link in reversed(strongest):
        (x1, y1), (x2, y2) = at[link.one], at[link.other]
        bend = 0.5 * (1 - 0.4 * math.dist((x1, y1), (x2, y2)) / RADIUS)  # chords nearly straight
        x, y = bend * (x1 + x2), bend * (y1 + y2)
        bent = f"M{x1:.1f} {y1:.1f}Q{x:.1f} {y:.1f} {x2:.1f} {y2:.1f}"
        width = 1 + (HEAVIEST - 1) * math.log(link.times) / math.log(max(most, 1.01))
        title = _(
            "%(one)s and %(other)s: %(films)s films",
            one=link.one,
            other=link.other,
            films=number(link.films),
        )
        drawn.append(GenreLine(bent, round(width, 1), title))
    return drawn


def _on_circle(place: int, count: int) -> tuple[float, float]:
    angle = 2 * math.pi * place / count - math.pi / 2
    return RADIUS * math.cos(angle), RADIUS * math.sin(angle)
