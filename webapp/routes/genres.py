"""/genres and /genres/<name>: what genres look like, as worked out when the index was built; and
/trends: what years and decades look like, as of now."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request

from catalog.catalog import PosterCard
from onesheet.portraits import gallery as portraits
from onesheet.portraits.gallery import Gallery, Portrait
from onesheet.portraits.trends import TOLD_FROM, trends_csv
from onesheet.storage.file_places import file_store
from webapp.current import current
from webapp.figures import trend_charts
from webapp.http.cache_headers import ask_anew
from webapp.pictures.placeholders import prepare
from webapp.presenting.genre_circle import MET_MORE, genre_lines, genre_nodes
from webapp.presenting.style_titles import style_titles
from webapp.schemas.catalogue_answers import GenresAnswer, TrendsAnswer
from webapp.text.translation import gettext as _

blueprint = Blueprint("genres", __name__)

TYPICAL_SHOWN = 6
"""Posters that stand for a genre on the page of all."""
STRONGEST = 6
"""Links told in words."""
COMMONEST = 3
"""Genres told of a decade; of a year twice as many."""


@blueprint.get("/genres")
def genres_page() -> Response:
    """All genres, each by its most typical posters and its colours, and which go together."""
    gallery = _gallery()
    met = [link for link in gallery.links if link.times >= MET_MORE] if gallery else []
    page = render_template(
        "genres/all.html",
        gallery=gallery,
        typical_shown=TYPICAL_SHOWN,
        cards=_cards(each.typical[:TYPICAL_SHOWN] for each in gallery.portraits) if gallery else {},
        nodes=genre_nodes(gallery) if gallery else [],
        lines=genre_lines(gallery) if gallery else [],
        strongest=sorted(met, key=lambda link: -link.times)[:STRONGEST],
    )
    return ask_anew(page)


@blueprint.get("/genres.json")
def genres_json() -> Response:
    """The same portraits for programs; posters by their number, as /api/v1/posters knows them."""
    gallery = _gallery()
    answer = GenresAnswer(
        genres=list(gallery.portraits) if gallery else [],
        links=list(gallery.links) if gallery else [],
    )
    return ask_anew(jsonify(answer))


@blueprint.get("/genres/<string(maxlength=64):slug>.json")
def genre_json(slug: str) -> Response:
    """One portrait for programs."""
    return ask_anew(jsonify(_portrait(_gallery(), slug)))


@blueprint.get("/genres/<string(maxlength=64):slug>")
def genre_page(slug: str) -> Response:
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
    return ask_anew(page)


@blueprint.get("/trends")
def trends_page() -> Response:
    """The decades, every year drawn, and one year of the reader's choice: the last unless the
    address names one."""
    book = current().trends.book()
    span = book.span()
    years, decades = book.years(), book.decades()
    period, cards = None, {}
    if span:
        year = min(max(request.args.get("year", span[1], int), span[0]), span[1])
        period = book.period(year, year)
        cards = _cards([period.examples])
    page = render_template(
        "genres/trends.html",
        span=span,
        decades=decades,
        period=period,
        cards=cards,
        plots={
            "colours": trend_charts.yearly_colours(years),
            "genres": trend_charts.decade_genres(decades),
            "brightness": trend_charts.yearly_brightness(years),
            "ratings": trend_charts.yearly_ratings(years),
        },
        commonest=COMMONEST,
        enough=TOLD_FROM,
    )
    return ask_anew(page)


@blueprint.get("/trends.json")
def trends_json() -> Response:
    """Every year and every decade for programs; examples by their number, as /api/v1/posters knows
    them."""
    book = current().trends.book()
    return ask_anew(jsonify(TrendsAnswer(years=book.years(), decades=book.decades())))


@blueprint.get("/trends.csv")
def trends_table() -> Response:
    """A row a year, or with by=decade a row a decade."""
    by = request.args.get("by", "year")
    if by not in ("year", "decade"):
        abort(400, _("by must be year or decade."))
    book = current().trends.book()
    table = trends_csv(book.years() if by == "year" else book.decades())
    answer = make_response(table)
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = f"attachment; filename=trends-by-{by}.csv"
    return ask_anew(answer)


def _gallery() -> Gallery | None:
    instance = current()
    files = file_store(instance.home, "genres")
    return portraits.latest(files, instance.index().manifest.fingerprint)


def _portrait(gallery: Gallery | None, slug: str) -> Portrait:
    """The portrait of a genre by its address; 404 where there is none."""
    found = gallery.portrait(slug) if gallery else None
    if found is None:
        abort(404, _("There is no portrait of such a genre; the page of all genres lists them."))
    return found


def _cards(groups: Iterable[Iterable[int]]) -> dict[int, PosterCard]:
    """All the posters of a page, in one query, and what stands in their places at first."""
    found = current().catalog.cards([poster_id for group in groups for poster_id in group])
    prepare(found.values(), make=False)
    return found
