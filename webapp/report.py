"""`/r/<id>/report`: all that a recommendation says, on one sheet of paper."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from webapp import figures
from webapp.instance import current
from webapp.options import genres_named
from webapp.pages import genres_shown
from webapp.placeholders import prepare
from webapp.reading import Intent
from webapp.still import still
from webapp.unkept import subject

blueprint = Blueprint("report", __name__)

MOST_GENRES = 6
"""Genres for which the sheet has room."""


@blueprint.route("/r/<string(maxlength=64):recommendation_id>/report", methods=("GET", "POST"))
def page(recommendation_id: str) -> Response:
    """The printable report; with ?intended=… also whether the poster promises it.

    With POST comes a poster that is not kept."""
    instance, found = current(), subject(recommendation_id)
    answer = found.answer
    intended = genres_named(request.args.getlist("intended"), answer.genres)
    prepare(each.card for each in answer.results)
    figure = figures.scatter(answer)
    shown = render_template(
        "pages/report.html",
        answer=answer,
        picture=found.picture,
        intent=Intent.of(answer.reading, intended, []) if intended else None,
        genres=genres_shown(answer)[:MOST_GENRES],
        scatter=still(figure) if figure else None,
        undrawn=figures.undrawn(answer),
        decade=max(answer.reading.decades, key=answer.reading.decades.__getitem__, default=""),
        films=instance.catalog.counts().movies,
        invented=any(each.card.invented for each in answer.results),
        address=url_for("pages.result", recommendation_id=answer.id, _external=True),
    )
    response = make_response(shown)
    response.headers["Cache-Control"] = "no-cache" if answer.query.kept else "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
