"""`/r/<id>/report`: all that a recommendation says, on one sheet of paper."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for

from webapp import figures
from webapp.instance import current
from webapp.options import genres_named
from webapp.pages import GONE, genres_shown
from webapp.picture import picture
from webapp.placeholders import prepare
from webapp.reading import Intent
from webapp.still import still
from webapp.translation import gettext as _

blueprint = Blueprint("report", __name__)

MOST_GENRES = 6
"""Genres for which the sheet has room."""


@blueprint.get("/r/<string(maxlength=64):recommendation_id>/report")
def page(recommendation_id: str) -> Response:
    """The printable report; with ?intended=… also whether the poster promises it."""
    instance = current()
    answer = instance.recommender.answer(recommendation_id)
    if answer is None:
        abort(404, _(GONE))
    intended = genres_named(request.args.getlist("intended"), answer.genres)
    prepare(each.card for each in answer.results)
    figure = figures.scatter(answer)
    shown = render_template(
        "pages/report.html",
        answer=answer,
        picture=picture(instance, answer),
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
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
