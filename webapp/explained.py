"""Explanations over HTTP, for the page's heat maps and for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from index import Metric
from webapp.answers import Answer
from webapp.explanation import Explanation, Heat
from webapp.instance import current
from webapp.options import metric_named, view_asked, view_fields
from webapp.translation import gettext as _
from webapp.unkept import subject

blueprint = Blueprint("explained", __name__)

METHODS = ("GET", "POST")
"""With POST comes a poster that is not kept."""

FRESH = 600
"""Seconds a browser may keep an explanation: until a new model or index it stays the same."""


@blueprint.route(
    "/r/<string(maxlength=64):recommendation_id>/why/<int(max=999999999):poster_id>.json",
    methods=METHODS,
)
@blueprint.route(
    "/api/v1/recommendations/<recommendation_id>/why/<int(max=999999999):poster_id>",
    endpoint="why_for_programs",
    methods=METHODS,
)
def why(recommendation_id: str, poster_id: int) -> Response:
    """Which regions of both posters draw a result to what was asked."""
    instance, found = current(), subject(recommendation_id)
    answer = found.answer
    named = metric_named(request.args.get("metric"))
    metric = named or Metric(answer.arm)
    asked = view_asked(view_fields(request.args), instance.opened().embedder.card)
    balance = asked.balance if request.args.get("balance") else answer.view.balance
    why = instance.explainer.nearness(answer, poster_id, metric, balance, found.asked)
    return _kept(
        poster_id=poster_id,
        metric=metric.value if named or answer.arm_told else None,
        whole=why.whole,
        query=_heat(why.query),
        result=_heat(why.result),
        says=in_words(answer, why),
    )


@blueprint.route(
    "/r/<string(maxlength=64):recommendation_id>/genre/<string(maxlength=40):name>.json",
    methods=METHODS,
)
@blueprint.route(
    "/api/v1/recommendations/<recommendation_id>/genre/<string(maxlength=40):name>",
    endpoint="genre_for_programs",
    methods=METHODS,
)
def genre(recommendation_id: str, name: str) -> Response:
    """Where on the poster asked about a genre is seen."""
    found = subject(recommendation_id)
    heat = current().explainer.genre(found.answer, name, found.asked)
    says = (
        _("%(genre)s is seen %(region)s.", genre=name, region=heat.region)
        if heat.pull.any()
        else _("Nothing on the poster speaks for %(genre)s.", genre=name)
    )
    return _kept(genre=name, query=_heat(heat), says=says)


def in_words(answer: Answer, found: Explanation) -> str:
    """The same as the heat maps, as a sentence."""
    sentence: str = _(
        "What draws them together: on %(asked)s, %(here)s; on %(title)s, %(there)s.",
        asked=answer.query.title or _("your poster"),
        here=found.query.region,
        title=found.card.title,
        there=found.result.region,
    )
    return sentence


def _heat(heat: Heat) -> dict[str, Any]:
    return {
        "shares": heat.shares.tolist(),
        "pull": heat.pull.round(3).tolist(),
        "region": heat.region,
    }


def _kept(**body: Any) -> Response:
    response = jsonify(body)
    response.cache_control.private = True
    response.cache_control.max_age = FRESH
    response.vary.add("Accept-Language")
    response.headers["X-Robots-Tag"] = "noindex"
    return response
