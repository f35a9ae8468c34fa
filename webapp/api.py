"""The JSON API: the same answers as the pages, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from bandit import UnknownRecommendation
from webapp.answers import Answer
from webapp.custody import Custody, bearer, digest, new_key
from webapp.instance import current
from webapp.json_forms import answer_json, bandit_json, film_json, reading_json, result_json
from webapp.media import UNLISTED
from webapp.options import (
    genres_named,
    keeps,
    metric_named,
    number_of_results,
    poster_ids,
    rating_named,
    restriction,
    view_asked,
    view_fields,
)
from webapp.queries import QueryError, from_fields, from_upload
from webapp.reranking import CANDIDATES
from webapp.searching import uploaded
from webapp.translation import gettext as _
from webapp.unkept import NO_POSTER
from webapp.viewing import VIEWED_BY, Asked

blueprint = Blueprint("api", __name__)

CHOICE = ("arm", "explored", "epsilon", "propensity")
"""What an answer tells of the choice of its arm."""
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


@blueprint.post("/api/v1/recommendations")
def recommend() -> tuple[Response, int, dict[str, str]]:
    """201 with a recommendation for an uploaded poster or a film of the catalogue."""
    fields = _fields()
    metric, k = metric_named(fields.get("metric")), number_of_results(fields.get("k"))
    restrict = restriction(fields.get("restrict", request.args.get("restrict")))
    instance = current()
    view = view_asked(view_fields(fields), instance.opened().embedder.card)
    key = new_key()
    query = from_fields(uploaded(), fields, instance.catalog, instance.outside)
    query = replace(query, custody=Custody(keeps(fields, instance.settings), digest(key)))
    answer = instance.recommender.recommend(
        query, around=False, metric=metric, k=k, restrict=restrict, view=view
    )
    said = answer_json(answer)
    if query.card is None and query.custody.keep:
        said["delete_key"] = key
    return jsonify(said), 201, {"Location": f"/api/v1/recommendations/{answer.id}"}


@blueprint.post("/api/v1/readings")
def read() -> Response:
    """What an uploaded poster says; with `intended` genres, whether it says those."""
    poster = uploaded()
    if poster is None:
        raise QueryError(_(NO_POSTER))
    instance = current()
    query = from_upload(poster)
    wanted = request.form.getlist("intended")
    known = instance.opened().embedder.card.genres if wanted else ()
    return jsonify(reading_json(*instance.recommender.read(query, genres_named(wanted, known))))


@blueprint.get("/api/v1/recommendations/<recommendation_id>")
def recommendation(recommendation_id: str) -> Response:
    """A recommendation as recorded; with balance, colour, genre, decade, metric or restrict also
    as such a view has it, which is recorded nowhere."""
    return _unlisted(_described(recommendation_id)[0])


@blueprint.get("/r/<string(maxlength=64):recommendation_id>.json")
def beside_the_page(recommendation_id: str) -> Response:
    """The same; but like the page beside it, it names the arm only once that is rated."""
    body, answer = _described(recommendation_id)
    if not answer.arm_told:
        body |= dict.fromkeys(CHOICE)
        if "viewed" in body and not request.args.get("metric"):
            body["viewed"]["metric"] = None
    return _unlisted(body)


def _described(recommendation_id: str) -> tuple[dict[str, Any], Answer]:
    answer = current().recommender.answer(recommendation_id)
    if answer is None:
        raise UnknownRecommendation(recommendation_id)
    body = answer_json(answer)
    if any(name in request.args for name in VIEWED_BY):
        body["viewed"] = _viewed(answer)
    return body, answer


def _unlisted(body: Mapping[str, Any]) -> Response:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Robots-Tag"] = UNLISTED
    return response


@blueprint.delete("/api/v1/recommendations/<recommendation_id>")
def delete(recommendation_id: str) -> tuple[str, int]:
    """Delete an upload, by the key that came with its answer, sent as a bearer token."""
    current().upload_store.delete(recommendation_id, bearer())
    return "", 204


@blueprint.put("/api/v1/recommendations/<recommendation_id>/rating")
def rate(recommendation_id: str) -> Response:
    rating = rating_named(_fields().get("rating"))
    current().recommender.rate(recommendation_id, rating)
    return jsonify(id=recommendation_id, rating=rating.value)


@blueprint.delete("/api/v1/recommendations/<recommendation_id>/rating")
def withdraw(recommendation_id: str) -> Response:
    current().recommender.rate(recommendation_id, None)
    return jsonify(id=recommendation_id, rating=None)


@blueprint.get("/api/v1/posters")
def posters() -> Response:
    """The films of the posters named by `id`, in that order; unknown ones are left out."""
    numbers = poster_ids(request.args.getlist("id"))
    return jsonify(posters=[film_json(card) for card in current().catalog.cards(numbers).values()])


@blueprint.get("/api/v1/bandit")
def bandit_state() -> Response:
    return jsonify(bandit_json(current().recommender.bandit()))


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 once this process can answer; 503 with what to do where it cannot."""
    instance = current()
    opened = instance.opened()
    return jsonify(
        status="ok",
        posters=len(opened.index),
        model=opened.embedder.fingerprint,
        index=opened.index.manifest.fingerprint,
        movies=instance.catalog.movies(),
    )


def _viewed(answer: Answer) -> dict[str, Any]:
    instance, args = current(), request.args
    asked = Asked.of(args, answer, instance.opened().embedder.card)
    k = number_of_results(args.get("k"), CANDIDATES)
    viewed = instance.recommender.viewed(answer, asked.view, asked.metric, asked.restrict, k)
    return {
        **asked.view.as_json(),
        "metric": viewed.metric,
        "restrict": asked.restrict,
        "restricted_to": viewed.restricted_to,
        "credited": asked.own and answer.credited,
        "films": [result_json(film) for film in viewed.films],
    }


def _fields() -> Mapping[str, object]:
    """The request's fields: a form's as text, a JSON object's as they are."""
    if request.mimetype in FORMS:
        return request.form
    if not request.is_json:
        abort(415)
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # a thousand brackets deep
        body = None
    if not isinstance(body, dict):
        abort(400, _('The body must be a JSON object, such as {"imdb": "tt0111161"}.'))
    return body
