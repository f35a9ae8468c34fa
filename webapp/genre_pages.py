"""/genres and /genres/<name>: what genres look like, as worked out when the index was built."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from flask import Blueprint, Response, abort, jsonify, make_response, render_template

from catalog.catalog import PosterCard
from webapp import portraits
from webapp.colour_census import Tint
from webapp.instance import current
from webapp.placeholders import prepare
from webapp.portraits import Gallery, Portrait, Style
from webapp.translation import gettext as _
from webapp.translation import number
from webapp.wording import capital, colour_names, listed

blueprint = Blueprint("genres", __name__)

SHOWN = 6
"""Posters that stand for a genre on the page of all."""
LINKS = 30
"""Lines drawn between genres at most: more than half of all pairs meet, and would hide it."""
STRONGEST = 6
"""Links told in words."""
MET_MORE = 1.2
"""Times as often as by chance, from which two genres are drawn as going together."""
RADIUS = 190
"""Of the circle of genres, in the drawing's own units."""
HEAVIEST = 9.0


@dataclass(frozen=True)
class Node:
    """A genre on the circle: where its dot is, and its name beyond it."""

    portrait: Portrait
    x: float
    y: float
    size: float
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class Line:
    """Two genres that go together, as an SVG path bent towards the middle."""

    path: str
    width: float
    title: str


@blueprint.get("/genres")
def genres() -> Response:
    """All genres, each by its most typical posters and its colours, and which go together."""
    gallery = _gallery()
    strong = sorted(gallery.links, key=lambda link: -link.times)[:STRONGEST] if gallery else []
    page = render_template(
        "genres/all.html",
        gallery=gallery,
        cards=_cards(each.typical[:SHOWN] for each in gallery.portraits) if gallery else {},
        nodes=nodes(gallery) if gallery else [],
        lines=lines(gallery) if gallery else [],
        strongest=strong,
    )
    return _revalidated(page)


@blueprint.get("/genres.json")
def genres_for_programs() -> Response:
    """The same portraits for programs; posters by their number, as /api/v1/posters knows them."""
    gallery = _gallery()
    portraits_found = [asdict(each) for each in gallery.portraits] if gallery else []
    links = [asdict(each) for each in gallery.links] if gallery else []
    return _revalidated(jsonify(genres=portraits_found, links=links))


@blueprint.get("/genres/<string(maxlength=64):slug>.json")
def genre_for_programs(slug: str) -> Response:
    return _revalidated(jsonify(asdict(_portrait(_gallery(), slug))))


@blueprint.get("/genres/<string(maxlength=64):slug>")
def genre(slug: str) -> Response:
    """One genre: its typical posters, sub-styles, colours, decades, and confusions."""
    gallery = _gallery()
    portrait = _portrait(gallery, slug)
    shown = [portrait.typical, *(style.posters for style in portrait.styles)]
    page = render_template(
        "genres/one.html",
        portrait=portrait,
        gallery=gallery,
        cards=_cards(shown),
        slugs={each.name: each.slug for each in gallery.portraits} if gallery else {},
        titles=style_titles(portrait.styles),
        highest=max((decade.share for decade in portrait.decades), default=1.0),
    )
    return _revalidated(page)


def style_titles(styles: Sequence[Style]) -> list[str]:
    """The two colours that tell each sub-style from its genre, in words; more of them where two
    styles would be called the same."""
    found = [_style_title(style, 2) for style in styles]
    for colours in (3, 4):  # as far as they differ
        often = Counter(found)
        found = [
            _style_title(style, colours) if often[title] > 1 else title
            for style, title in zip(styles, found, strict=True)
        ]
    return found


def _style_title(style: Style, colours: int) -> str:
    telling = sorted(style.tints, key=lambda tint: -_telling(tint))
    names = colour_names(telling)[:colours]
    return capital(listed(names)) if names else _("Of many colours")


def nodes(gallery: Gallery) -> list[Node]:
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
        found.append(Node(of[name], x, y, size, x * away, y * away + lower, anchor))
    return found


def lines(gallery: Gallery) -> list[Line]:
    """The strongest links, the weakest first so that strong ones lie on top."""
    at = {name: _on_circle(i, len(gallery.circle)) for i, name in enumerate(gallery.circle)}
    more = [link for link in gallery.links if link.times >= MET_MORE]
    strongest = sorted(more, key=lambda link: -math.log(link.times) * math.sqrt(link.films))[:LINKS]
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
        drawn.append(Line(bent, round(width, 1), title))
    return drawn


def _on_circle(place: int, count: int) -> tuple[float, float]:
    angle = 2 * math.pi * place / count - math.pi / 2
    return RADIUS * math.cos(angle), RADIUS * math.sin(angle)


def _telling(tint: Tint) -> float:
    return tint.share * math.log(max(tint.times, 1e-9))


def _gallery() -> Gallery | None:
    instance = current()
    return portraits.load(instance.portraits, instance.index().manifest.fingerprint)


def _portrait(gallery: Gallery | None, slug: str) -> Portrait:
    """The portrait of a genre by its address; 404 where there is none."""
    found = gallery.portrait(slug.casefold()) if gallery else None
    if found is None:
        abort(404, _("There is no portrait of such a genre; the page of all genres lists them."))
    return found


def _cards(groups: Iterable[Iterable[int]]) -> dict[int, PosterCard]:
    """All the posters of a page, in one query, and what stands in their places at first."""
    found = current().catalog.cards([poster_id for group in groups for poster_id in group])
    prepare(found.values(), make=False)
    return found


def _revalidated(page: str | Response) -> Response:
    """Asked for anew each time, and sent again only where it changed."""
    response = make_response(page)
    response.headers["Cache-Control"] = "no-cache"
    return response
