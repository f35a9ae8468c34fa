"""`/r/<id>/card.jpg`: the picture of a result for those who share its link."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Response, abort, request

from webapp.answers import Answer
from webapp.instance import Instance, current
from webapp.media import UPLOAD_GONE
from webapp.share_card import ShareCard, joined
from webapp.translation import gettext as _
from webapp.unkept import subject

blueprint = Blueprint("sharing", __name__)

DAY = 24 * 3600


@blueprint.get("/r/<string(maxlength=64):recommendation_id>/card.jpg")
def card(recommendation_id: str) -> Response:
    """The card, as long as the poster asked about is kept."""
    found = subject(recommendation_id)
    answer, asked = found.answer, found.picture
    if asked is None or asked.path is None:
        abort(404, _(UPLOAD_GONE))
    body = _card(current(), answer, asked.path).jpeg()
    response = Response(body, mimetype="image/jpeg")
    response.headers["X-Robots-Tag"] = "noindex"
    if answer.query.kind == "upload":  # nobody on the way keeps what its owner may delete
        response.cache_control.private = True
        response.cache_control.no_cache = True
    else:
        response.cache_control.public = True
        response.cache_control.max_age = DAY
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _card(instance: Instance, answer: Answer, asked: Path) -> ShareCard:
    known = answer.query.title or (answer.same_as.title if answer.same_as else None)
    shown = [each.card for each in answer.results[:5]]
    return ShareCard(
        query=asked,
        five=tuple(instance.catalog.poster_path(each.content_hash) for each in shown),
        lead=_("Released posters most like"),
        title=known or _("this one"),
        films=joined([each.title for each in shown]),
    )
