"""`/compare`: drafts of one poster side by side, and where they are uploaded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)

from onesheet.base.refusals import QueryError
from onesheet.queries.example_drafts import example_drafts
from onesheet.recommending.draft_comparison import MOST_DRAFTS, Comparison
from onesheet.recommending.draft_gaps import Draft, DraftGap, DraftShift
from onesheet.uploads.ownership import Ownership, digest
from webapp.current import current
from webapp.http.cache_headers import ask_anew, keep_nothing
from webapp.http.parameters import NO_DRAFTS, keeps
from webapp.http.rate_limits import count_drafts
from webapp.http.robots import not_listed
from webapp.http.security import MOST_BODY_OF_SEVERAL
from webapp.http.uploader_cookie import remember, visitors_key
from webapp.pictures.placeholders import prepare
from webapp.pictures.query_picture import Picture, picture
from webapp.presenting.result_page import genres_shown
from webapp.presenting.serializers import comparison_answer
from webapp.text.translation import gettext as _

blueprint = Blueprint("compare", __name__)


@blueprint.get("/compare")
def compare_page() -> Response:
    """The drafts that the address names; without any, where to upload some."""
    ids = _asked()
    intended = request.args.getlist("intended")
    comparison = current().drafts.compare(ids, intended) if ids else None
    drafts = comparison.drafts if comparison else []
    prepare(each.card for draft in drafts for each in draft.answer.results)
    shown = render_template(
        "pages/compare.html",
        comparison=comparison,
        ids=ids,
        pictures=_pictures(drafts),
        genres_shown=genres_shown,
        what_changed=_what_changed,
        without=_without,
    )
    response = ask_anew(shown)
    return not_listed(response) if comparison else response


@blueprint.get("/compare/report")
def compare_report() -> Response:
    """The comparison that the address names, on one sheet of paper."""
    found = _comparison()
    prepare(each.card for draft in found.drafts for each in draft.answer.results)
    named: dict[str, Any] = {"draft": _asked(), "intended": found.intended}
    sheet = render_template(
        "pages/compare_report.html",
        comparison=found,
        pictures=_pictures(found.drafts),
        genres_shown=genres_shown,
        what_changed=_what_changed,
        films=current().catalog.movies(),
        invented=any(draft.answer.invented for draft in found.drafts),
        there=url_for("compare.compare_page", **named),
        address=url_for("compare.compare_page", **named, _external=True),
    )
    return not_listed(ask_anew(sheet))


@blueprint.get("/compare.json")
def compare_json() -> Response:
    """The same comparison, for programs."""
    return not_listed(ask_anew(jsonify(comparison_answer(_comparison()))))


@blueprint.post("/compare")
def upload_drafts() -> Response:
    """Ask about every file sent, and lead to their comparison's own address."""
    request.max_content_length = MOST_BODY_OF_SEVERAL
    files = [(file.filename or "", file.read()) for file in request.files.getlist("poster")]
    uploads = [(name, data) for name, data in files if name or data]
    if request.form.get("example"):
        uploads = example_drafts(current().catalog, random.SystemRandom())
    earlier = list(dict.fromkeys(request.form.getlist("draft")))
    instance, key = current(), visitors_key()
    if not instance.home.settings.keep_days:
        raise QueryError(NO_DRAFTS)
    if not keeps(request.form, instance.home.settings):
        raise QueryError(
            "Drafts are compared by kept copies, which you can delete at once; allow them to "
            "be kept, or ask about one draft at a time."
        )
    count_drafts(len(uploads[1:MOST_DRAFTS]))
    ids = instance.drafts.submit(uploads, earlier, Ownership(owner=digest(key), asker=digest(key)))
    there = url_for(
        "compare.compare_page", draft=ids, intended=_short(request.form.getlist("intended"))
    )
    response = keep_nothing(redirect(there, 303))
    remember(response, key, instance.home.settings)
    return response


def _short(values: Sequence[str]) -> list[str]:
    """As many as there may be genres, none longer than a genre: they go into an address."""
    return [value[:40] for value in values[:40]]


def _comparison() -> Comparison:
    """What the address names. Raises QueryError where it names nothing."""
    ids = _asked()
    if not ids:
        raise QueryError("Name each draft by its id: draft=ID&draft=ID.")
    return current().drafts.compare(ids, request.args.getlist("intended"))


def _asked() -> list[str]:
    """The drafts that the address names, each once."""
    return list(dict.fromkeys(request.args.getlist("draft")))


def _pictures(drafts: Sequence[Draft]) -> dict[str, Picture]:
    """Each draft's picture by its letter; those no longer kept are missing."""
    path = current().permalinks.poster_path
    found = {draft.letter: picture(path(draft.answer), draft.answer.query.part) for draft in drafts}
    return {letter: each for letter, each in found.items() if each}


def _without(comparison: Comparison, left_out: Draft) -> str:
    """Where the same comparison stands without one of its drafts."""
    kept = [draft.answer.id for draft in comparison.drafts if draft is not left_out]
    return url_for("compare.compare_page", draft=kept, intended=comparison.intended)


def _what_changed(gap: DraftGap) -> str:
    """How much the colours and the layout changed."""
    said = {
        DraftShift.NONE: _("Its colours are the same."),
        DraftShift.SOME: _("Its colours have shifted."),
        DraftShift.MUCH: _("Its colours are different."),
    }[gap.colours]
    if gap.layout is None:
        return said
    laid = {
        DraftShift.NONE: _("Its layout is the same."),
        DraftShift.SOME: _("Its layout has shifted."),
        DraftShift.MUCH: _("Its layout is different."),
        DraftShift.MIRRORED: _("Its layout is mirrored."),
    }[gap.layout]
    return f"{said} {laid}"
