"""`/`: one input and a wall of posters to try it with; what the input means, told while it is
typed, and the films that a title may mean."""

from __future__ import annotations

import random
import secrets

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for

from onesheet.base.payload import View
from onesheet.base.refusals import QueryError
from onesheet.base.texts import marked
from onesheet.queries.colour_words import Colours, colours_named
from onesheet.queries.film_lookup import MATCHES, near_title
from onesheet.recommending.colour_search import ColouredFilm, films_in_colours
from webapp.current import current
from webapp.http.cache_headers import ask_anew, keep_for_one
from webapp.http.parameters import view_asked, view_fields
from webapp.http.robots import not_listed
from webapp.pictures.placeholders import prepare
from webapp.presenting.input_meaning import input_meaning
from webapp.presenting.serializers import film, suggested_film
from webapp.schemas.film_answers import FilmsAnswer, SuggestionsAnswer

blueprint = Blueprint("search", __name__)

FOUND = 48
"""Films shown in the colours asked for."""
SAMPLES = 100
WALL_SEED = range(1, 1_000_000)
NO_COLOURS = marked("Name one to five colours as q, such as #c0392b or red and black.")
SUGGESTIONS_KEPT = 60
"""Seconds a browser may keep suggestions: as long as it is typed in."""


@blueprint.get("/")
def front_page() -> Response:
    """One input, and a wall of samples. The wall's number keeps it the same on going back."""
    seed = request.args.get("wall", type=int) or secrets.choice(WALL_SEED)
    catalog = current().catalog
    samples = catalog.sample(SAMPLES, random.Random(seed))
    prepare(samples, make=False)
    page = render_template(
        "pages/home.html",
        samples=samples,
        films=catalog.movies(),
        only_demo=catalog.only_invented(),
        next_wall=secrets.choice(WALL_SEED),
    )
    return ask_anew(page)


@blueprint.get("/api/v1/suggestions")
def suggestions() -> Response:
    """What `q` means and which films it may mean; nothing is fetched or recorded."""
    found = input_meaning(request.args.get("q", ""), current().catalog, current().outside)
    answer = SuggestionsAnswer(
        kind=found.kind,
        says=found.says,
        films=[suggested_film(card) for card in found.films],
    )
    return keep_for_one(jsonify(answer), SUGGESTIONS_KEPT)


@blueprint.get("/colours")
def colours_page() -> Response:
    """Posters in the colours that `q` names, of the films of a genre and a decade."""
    text, view, colours, found = _by_colours()
    prepare(each.card for each in found)
    catalog = current().catalog
    page = render_template(
        "pages/colours.html",
        text=text,
        colours=colours,
        view=view,
        found=found,
        genres=sorted(current().embedder().card.genres),
        decades=catalog.facets().known_decades,
        titled=catalog.titled(text) if colours else [],
    )
    return not_listed(ask_anew(page))


@blueprint.get("/api/v1/colours")
@blueprint.get("/colours.json")
def colours_json() -> Response:
    """The same films, most in the colours first."""
    _text, _view, colours, found = _by_colours()
    if colours is None:
        raise QueryError(NO_COLOURS)
    return not_listed(ask_anew(jsonify(FilmsAnswer(posters=[film(each.card) for each in found]))))


def _by_colours() -> tuple[str, View, Colours | None, list[ColouredFilm]]:
    """What the address asks for, and the films found."""
    text, instance = request.args.get("q", "").strip(), current()
    view = view_asked(view_fields(request.args), instance.embedder().card)
    colours = colours_named(text)
    found = films_in_colours(instance.catalog, colours.hexes, view, FOUND) if colours else []
    return text, view, colours, found


@blueprint.get("/films")
def films_page() -> Response:
    """The films that a typed title may mean, each one click from its answer."""
    title = request.args.get("q", "").strip()
    if not title:
        return ask_anew(redirect(url_for("search.front_page")))
    catalog = current().catalog
    found = catalog.matching_title(title, MATCHES)
    near = [] if found else near_title(title, catalog)
    prepare(found + near, make=False)
    page = render_template(
        "pages/films.html",
        title=title,
        coloured=colours_named(title),
        films=found,
        near=near,
        passed={
            name: request.args[name] for name in ("metric", "restrict") if name in request.args
        },
    )
    return not_listed(ask_anew(page))
