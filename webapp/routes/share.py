"""`/r/<id>/card.jpg`: the picture of a result for those who share its link."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Response, abort, request

from catalog.images.surroundings.part import WHOLE_PICTURE
from onesheet.base.settings import SHOWN_ALIKE
from onesheet.recommending.answers import Answer
from webapp.current import current
from webapp.http.cache_headers import A_DAY, ask_anew, keep_for_all
from webapp.http.robots import not_listed
from webapp.pictures.share_card import ShareCard, joined
from webapp.pictures.thumbnails import shown_file
from webapp.presenting.shown_answer import shown_answer
from webapp.presenting.subject import subject
from webapp.routes.media import GONE, UPLOAD_GONE
from webapp.text.translation import gettext as _

blueprint = Blueprint("share", __name__)


@blueprint.get("/r/<recommendation:recommendation_id>/card.jpg")
def share_card(recommendation_id: str) -> Response:
    """The card, of the films that the address asks to see, as long as the poster is kept."""
    found = subject(recommendation_id)
    answer, asked = found.answer, found.picture
    if asked is None or asked.path is None:
        abort(404, _(UPLOAD_GONE if answer.query.kind == "upload" else GONE))
    several = answer.query.likes if len(answer.query.likes) > 1 else []
    answer = shown_answer(found, request.args).answer
    body = _drawing(answer, tuple(map(shown_file, several)) or (asked.path,)).jpeg()
    response = Response(body, mimetype="image/jpeg")
    if answer.query.kind == "upload":  # nobody on the way keeps what its owner may delete
        ask_anew(response, private=True)
    else:
        keep_for_all(response, A_DAY)
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.make_conditional(request)
    return not_listed(response)


def _drawing(answer: Answer, asked: tuple[Path, ...]) -> ShareCard:
    card = answer.query.card
    # Of several posters, those for adults come veiled.
    adult = len(asked) == 1 and (answer.query.adult or (card is not None and card.adult))
    shown = [each.card for each in answer.results[:5]]
    return ShareCard(
        asked=asked,
        part=answer.query.part or WHOLE_PICTURE,
        veiled=adult and current().home.settings.adult != SHOWN_ALIKE,
        five=tuple(map(shown_file, shown)),
        lead=_("Released posters most like a part of")
        if answer.query.crop
        else _("Released posters most like"),
        title=answer.title or _("this one"),
        films=joined([each.title for each in shown]),
    )
