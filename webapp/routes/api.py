"""The JSON API: the same answers as the pages, for programs."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, Response, abort, jsonify, render_template, request
from msgspec import structs
from sqlalchemy.exc import SQLAlchemyError

from bandit import UnknownRecommendation
from embedder import ModelError
from index import IndexFolderError
from onesheet.base.refusals import QueryError
from onesheet.queries.film_lookup import from_fields
from onesheet.queries.likes import from_likes
from onesheet.queries.parts import crop_named, part_named
from onesheet.queries.query import from_upload
from onesheet.reading.genre_names import genres_named
from onesheet.recommending.answers import Answer
from onesheet.recommending.reranking import CANDIDATES
from onesheet.uploads.ownership import Ownership, digest, new_key
from webapp.current import current, recent_findings
from webapp.http.access import refuse_strangers
from webapp.http.cache_headers import ask_anew, keep_nothing
from webapp.http.parameters import (
    VIEWED_BY,
    WITHDRAW,
    fields_sent,
    keeps,
    likes_named,
    metric_named,
    number_of_results,
    poster_ids,
    rating_named,
    restriction,
    thumb_named,
    uploaded,
    view_asked,
    view_fields,
)
from webapp.http.robots import not_copied
from webapp.http.visitor import by_bearer
from webapp.presenting.api_operations import OPERATIONS
from webapp.presenting.bandit_serializers import bandit_answer
from webapp.presenting.openapi import description
from webapp.presenting.serializers import film, reading_answer, recommendation_answer, view_answer
from webapp.presenting.shown_answer import ViewRequest
from webapp.presenting.subject import NO_POSTER
from webapp.schemas.catalogue_answers import HealthAnswer, ReadinessAnswer
from webapp.schemas.film_answers import FilmsAnswer
from webapp.schemas.poster_answers import (
    RatingAnswer,
    RecommendationAnswer,
    ThumbAnswer,
    ViewAnswer,
)

log = logging.getLogger("webapp")

blueprint = Blueprint("api", __name__)

CHOICE = ("arm", "explored", "epsilon", "propensity")
"""What an answer tells of the choice of its arm."""


@blueprint.post("/api/v1/recommendations")
def post_recommendation() -> tuple[Response, int, dict[str, str]]:
    """201 with a recommendation for an uploaded poster or a film of the catalogue."""
    fields = fields_sent()
    metric, k = metric_named(fields.get("metric")), number_of_results(fields.get("k"))
    restrict = restriction(fields.get("restrict", request.args.get("restrict")))
    instance = current()
    view = view_asked(view_fields(fields), instance.opened().embedder.card)
    key = new_key()
    if likes := likes_named(fields):
        query = from_likes(*likes, instance.catalog)
        if crop := crop_named(fields):
            query = query.cropped(crop)
    else:
        query = from_fields(uploaded(), fields, instance.catalog, instance.outside)
    keep, own = keeps(fields, instance.home.settings), digest(key)
    query = replace(query, ownership=Ownership(keep, own, asker=own))
    answer = instance.recommender.recommend(
        query, around=False, metric=metric, k=k, restrict=restrict, view=view
    )
    said = structs.replace(recommendation_answer(answer), rating_key=key)
    if query.kept:
        said = structs.replace(said, delete_key=key)
    return keep_nothing(jsonify(said)), 201, {"Location": f"/api/v1/recommendations/{answer.id}"}


@blueprint.post("/api/v1/readings")
def read_poster() -> Response:
    """What an uploaded poster says; with `intended` genres, whether it says those."""
    poster = uploaded()
    if poster is None:
        raise QueryError(NO_POSTER)
    instance = current()
    query = from_upload(poster, part_named(request.form))
    wanted = request.form.getlist("intended")
    known = instance.opened().embedder.card.genres if wanted else ()
    reading = instance.recommender.read(query, genres_named(wanted, known))
    return keep_nothing(jsonify(reading_answer(*reading)))


@blueprint.get("/api/v1/recommendations/<recommendation_id>")
def recommendation(recommendation_id: str) -> Response:
    """A recommendation as recorded; with fields of a view also as that has it, recorded nowhere."""
    return _unlisted(_described(recommendation_id)[0])


@blueprint.get("/r/<recommendation:recommendation_id>.json")
def beside_the_page(recommendation_id: str) -> Response:
    """The same; but like the page beside it, it names the arm only once that is rated."""
    body, answer = _described(recommendation_id)
    if not answer.arm_told:
        body = structs.replace(body, **dict.fromkeys(CHOICE))
        if body.viewed and not request.args.get("metric"):
            body = structs.replace(body, viewed=structs.replace(body.viewed, metric=None))
    return _unlisted(body)


def _described(recommendation_id: str) -> tuple[RecommendationAnswer, Answer]:
    answer = current().permalinks.answer(recommendation_id)
    if answer is None:
        raise UnknownRecommendation(recommendation_id)
    body = recommendation_answer(answer, current().thumbs.of(answer.id))
    if any(name in request.args for name in VIEWED_BY):
        body = structs.replace(body, viewed=_viewed(answer))
    return body, answer


def _unlisted(body: RecommendationAnswer) -> Response:
    return not_copied(ask_anew(jsonify(body)))


@blueprint.delete("/api/v1/recommendations/<recommendation_id>")
def delete_upload(recommendation_id: str) -> tuple[str, int]:
    """Delete an upload, by the key that came with its answer, sent as a bearer token."""
    current().upload_store.delete(recommendation_id, *by_bearer().keys)
    return "", 204


@blueprint.put("/api/v1/recommendations/<recommendation_id>/rating")
def put_rating(recommendation_id: str) -> Response:
    rating = rating_named(fields_sent('{"rating": "good"}').get("rating"))
    current().raters.rate(recommendation_id, rating, by_bearer())
    return jsonify(RatingAnswer(id=recommendation_id, rating=rating.value))


@blueprint.delete("/api/v1/recommendations/<recommendation_id>/rating")
def delete_rating(recommendation_id: str) -> Response:
    current().raters.rate(recommendation_id, None, by_bearer())
    return jsonify(RatingAnswer(id=recommendation_id, rating=None))


@blueprint.put("/api/v1/recommendations/<recommendation_id>/films/<int:poster_id>/thumb")
def put_thumb(recommendation_id: str, poster_id: int) -> Response:
    """Give or change the thumb of one film: `{"thumb": "up"}` or `"down"`."""
    thumb = fields_sent('{"thumb": "up"}').get("thumb")
    current().raters.give_thumb(recommendation_id, poster_id, thumb_named(thumb), by_bearer())
    named = None if thumb == WITHDRAW else str(thumb)
    return jsonify(ThumbAnswer(id=recommendation_id, poster_id=poster_id, thumb=named))


@blueprint.delete("/api/v1/recommendations/<recommendation_id>/films/<int:poster_id>/thumb")
def delete_thumb(recommendation_id: str, poster_id: int) -> Response:
    current().raters.give_thumb(recommendation_id, poster_id, None, by_bearer())
    return jsonify(ThumbAnswer(id=recommendation_id, poster_id=poster_id, thumb=None))


@blueprint.get("/api/v1/posters")
def posters() -> Response:
    """The films of the posters named by `id`, in that order; unknown ones are left out."""
    numbers = poster_ids(request.args.getlist("id"))
    cards = current().catalog.cards(numbers).values()
    return jsonify(FilmsAnswer(posters=[film(card) for card in cards]))


@blueprint.get("/api/v1/bandit")
def bandit_state() -> Response:
    return jsonify(bandit_answer(current().recommender.bandit()))


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 as long as this process answers at all, with what it has open; whether it can answer a
    question, `readyz` tells."""
    instance = current()
    answer = HealthAnswer(status="ok", posters=None, model=None, index=None, movies=None)
    with suppress(IndexFolderError, ModelError, OSError, SQLAlchemyError):
        opened = instance.opened()
        answer = HealthAnswer(
            status="ok",
            posters=len(opened.index),
            model=opened.embedder.fingerprint,
            index=opened.index.manifest.fingerprint,
            movies=instance.catalog.movies(),
        )
    return jsonify(answer)


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 where this process can take a poster now, else 503, with what is wrong in the log."""
    wrong = [each for each in recent_findings() if not each.well]
    for each in wrong:
        log.error("not ready: %s: %s", each.name, each.detail)
    answer = ReadinessAnswer(ready=not wrong, wrong=[each.name for each in wrong])
    return keep_nothing(jsonify(answer)), 503 if wrong else 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus, as text; 404 unless ONESHEET_METRICS is on, 403 for strangers."""
    if not current().home.settings.metrics:
        abort(404)
    refuse_strangers()
    from webapp.monitoring.metrics import exposition

    return keep_nothing(exposition())


@blueprint.get("/api/v1/openapi.json")
def openapi_json() -> Response:
    """The description as OpenAPI 3.1."""
    return ask_anew(jsonify(description()))


@blueprint.get("/api/v1/")
def api_page() -> Response:
    """The same on a page that loads nothing from elsewhere."""
    return ask_anew(
        render_template(
            "pages/api.html",
            operations=OPERATIONS,
            schemas=description()["components"]["schemas"],
        )
    )


def _viewed(answer: Answer) -> ViewAnswer:
    instance, args = current(), request.args
    asked = ViewRequest.of(args, answer, instance.opened().embedder.card)
    k = number_of_results(args.get("k"), CANDIDATES)
    viewed = instance.recommender.viewed(answer, asked.view, asked.metric, asked.restrict, k)
    return view_answer(viewed, credited=asked.own and answer.credited)
