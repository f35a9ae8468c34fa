"""`/r/<id>/report`: all that a recommendation says, on one sheet of paper."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, render_template, request, url_for

from onesheet.reading.genre_names import genres_named
from onesheet.reading.readings import Intent
from onesheet.recommending.recommender import SHOWN
from webapp.current import current
from webapp.figures import film_scatter
from webapp.figures.print_scatter import still
from webapp.http.cache_headers import ask_anew, keep_nothing
from webapp.http.robots import not_listed
from webapp.pictures.placeholders import prepare
from webapp.presenting.result_page import demo_films, genres_shown
from webapp.presenting.shown_answer import shown_answer
from webapp.presenting.subject import subject

blueprint = Blueprint("report", __name__)

MOST_GENRES = 6
"""Genres for which the sheet has room."""


@blueprint.route("/r/<recommendation:recommendation_id>/report", methods=("GET", "POST"))
def report_page(recommendation_id: str) -> Response:
    """The printable report, of the films that the address asks to see; with ?intended=… also
    whether the poster promises it.

    With POST comes a poster that is not kept."""
    instance, found = current(), subject(recommendation_id)
    shown = shown_answer(found, request.args)
    answer = replace(shown.answer, results=shown.answer.results[:SHOWN])
    intended = genres_named(request.args.getlist("intended"), answer.genres)
    prepare([*(each.card for each in answer.results), *answer.query.likes])
    figure = film_scatter.scatter(answer)
    sheet = render_template(
        "pages/report.html",
        answer=answer,
        shown=shown,
        picture=found.picture,
        intent=Intent.of(answer.reading, intended, []) if intended else None,
        genres=genres_shown(answer)[:MOST_GENRES],
        still=still(figure) if figure else None,
        undrawn=film_scatter.undrawn(answer),
        films=instance.catalog.movies(),
        only_demo=demo_films(answer),
        invented=answer.invented,
        address=url_for(
            "results.result", recommendation_id=answer.id, _external=True, **shown.named
        ),
    )
    return not_listed(ask_anew(sheet) if answer.query.kept else keep_nothing(sheet))
