"""Explanations over HTTP, for the page's heat maps and for programs."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from index import Metric
from onesheet.explaining.explainer import Explanation
from onesheet.recommending.answers import Answer
from webapp.current import current
from webapp.http.cache_headers import keep_for_one, keep_nothing
from webapp.http.parameters import ADJUSTED_BY, metric_named, view_asked, view_fields
from webapp.http.robots import not_listed
from webapp.presenting.serializers import heat_answer
from webapp.presenting.subject import subject
from webapp.schemas.poster_answers import GenrePlaceAnswer, NearnessAnswer, SharedTraitsAnswer
from webapp.text.shared_traits import in_common
from webapp.text.translation import gettext as _

blueprint = Blueprint("explanations", __name__)

METHODS = ("GET", "POST")
"""With POST comes a poster that is not kept."""

EXPLANATION_KEPT = 600
"""Seconds a browser may keep an explanation: until a new model or index it stays the same."""


@blueprint.route(
    "/r/<recommendation:recommendation_id>/why/<int(max=999999999):poster_id>.json",
    methods=METHODS,
)
@blueprint.route(
    "/api/v1/recommendations/<recommendation_id>/why/<int(max=999999999):poster_id>",
    endpoint="why_for_programs",
    methods=METHODS,
)
def why(recommendation_id: str, poster_id: int) -> Response:
    """What a result has in common with what was asked, and which regions draw them together."""
    instance, found = current(), subject(recommendation_id)
    answer = found.answer
    named = metric_named(request.args.get("metric"))
    metric = named or Metric(answer.arm)
    asked = view_asked(view_fields(request.args), instance.opened().embedder.card)
    adjusted = any(name in request.args for name in ADJUSTED_BY)  # one of them replaces all
    balance = asked.balance if adjusted else answer.view.balance
    why = instance.explainer.nearness(answer, poster_id, metric, balance, found.prepared)
    alike, where = in_common(why.shared), in_words(answer, why)
    # Programs are told at once (docs/decisions/0009-where-the-arm-is-told.md).
    told = named or answer.arm_told or request.endpoint == "explanations.why_for_programs"
    return _kept(
        NearnessAnswer(
            poster_id=poster_id,
            metric=metric.value if told else None,
            whole=why.whole,
            query=heat_answer(why.query),
            result=heat_answer(why.result),
            shared=SharedTraitsAnswer(
                traits=[each.value for each in why.shared.traits],
                colours=list(why.shared.colours),
                genres=list(why.shared.genres),
                decade=why.shared.decade,
                part=why.shared.part,
            ),
            alike=alike,
            where=where,
            says=f"{alike} {where}".strip(),
        )
    )


@blueprint.route(
    "/r/<recommendation:recommendation_id>/genre/<path:name>.json",
    methods=METHODS,
)
@blueprint.route(
    "/api/v1/recommendations/<recommendation_id>/genre/<path:name>",
    endpoint="genre_for_programs",
    methods=METHODS,
)
def genre(recommendation_id: str, name: str) -> Response:
    """Where on the poster asked about a genre is seen."""
    found = subject(recommendation_id)
    heat = current().explainer.genre(found.answer, name, found.prepared)
    says = (
        _("%(genre)s is seen %(region)s.", genre=name, region=_(heat.region))
        if heat.pull.any()
        else _("Nothing on the poster speaks for %(genre)s.", genre=name)
    )
    return _kept(GenrePlaceAnswer(genre=name, query=heat_answer(heat), says=says))


def in_words(answer: Answer, found: Explanation) -> str:
    """The same as the heat maps, as a sentence."""
    if answer.query.crop:
        part: str = _(
            "What draws them together: within the marked part, %(here)s; on %(title)s, %(there)s.",
            here=_(found.query.region),
            title=found.card.title,
            there=_(found.result.region),
        )
        return part
    sentence: str = _(
        "What draws them together: on %(asked)s, %(here)s; on %(title)s, %(there)s.",
        asked=answer.query.title or _("your poster"),
        here=_(found.query.region),
        title=found.card.title,
        there=_(found.result.region),
    )
    return sentence


def _kept(body: NearnessAnswer | GenrePlaceAnswer) -> Response:
    if request.method == "POST":
        return not_listed(keep_nothing(jsonify(body)))
    response = keep_for_one(jsonify(body), EXPLANATION_KEPT)
    response.vary.add("Accept-Language")
    return not_listed(response)
