"""`/compare`: drafts of one poster side by side, and where they are uploaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState

from webapp import MAX_BODY
from webapp.custody import Custody, digest, remember, visitors_key
from webapp.drafts import MOST, Comparison, Draft, compare, submit
from webapp.instance import Instance, current
from webapp.json_forms import comparison_json
from webapp.options import keeps
from webapp.pages import genres_shown
from webapp.picture import Picture, picture
from webapp.placeholders import prepare
from webapp.queries import QueryError
from webapp.translation import gettext as _

blueprint = Blueprint("compare", __name__)


@blueprint.record_once
def _tell(state: BlueprintSetupState) -> None:
    """Every page with the one input takes several files, and must know how many."""
    state.app.jinja_env.globals["most_drafts"] = MOST


@blueprint.get("/compare")
def page() -> Response:
    """The drafts that the address names; without any, where to upload some."""
    instance = current()
    ids = _asked()
    comparison = compare(instance, ids, request.args.getlist("intended")) if ids else None
    drafts = comparison.drafts if comparison else []
    prepare(each.card for draft in drafts for each in draft.answer.results)
    shown = render_template(
        "pages/compare.html",
        comparison=comparison,
        pictures=_pictures(instance, drafts),
        shown=genres_shown,
        without=_without,
        likeliest=_likeliest,
    )
    response = make_response(shown)
    response.headers["Cache-Control"] = "no-cache"
    if comparison:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/compare.json")
def for_programs() -> Response:
    """The same comparison, for programs."""
    ids = _asked()
    if not ids:
        raise QueryError(_("Name each draft by its id: draft=ID&draft=ID."))
    found = compare(current(), ids, request.args.getlist("intended"))
    response = jsonify(comparison_json(found))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.post("/compare")
def upload() -> Response:
    """Ask about every file sent, and lead to their comparison's own address."""
    request.max_content_length = MOST * MAX_BODY
    files = [(file.filename or "", file.read()) for file in request.files.getlist("poster")]
    uploads = [(name, data) for name, data in files if name or data]
    earlier = list(dict.fromkeys(request.form.getlist("draft")))
    instance, key = current(), visitors_key()
    if not instance.settings.keep_days:
        raise QueryError(_("Posters are not kept here, so drafts cannot be compared."))
    if not keeps(request.form, instance.settings):
        raise QueryError(
            _(
                "Drafts are compared by kept copies, which you can delete at once; allow them to "
                "be kept, or ask about one draft at a time."
            )
        )
    ids = submit(instance, uploads, earlier, Custody(owner=digest(key)))
    there = url_for("compare.page", draft=ids, intended=request.form.getlist("intended"))
    response = make_response(redirect(there, 303))
    response.headers["Cache-Control"] = "no-store"
    remember(response, key, instance.settings)
    return response


def _asked() -> list[str]:
    """The drafts that the address names, each once."""
    return list(dict.fromkeys(request.args.getlist("draft")))


def _pictures(instance: Instance, drafts: Sequence[Draft]) -> dict[str, Picture]:
    """Each draft's picture by its letter; those no longer kept are missing."""
    found = {draft.letter: picture(instance, draft.answer) for draft in drafts}
    return {letter: each for letter, each in found.items() if each}


def _without(comparison: Comparison, left_out: Draft) -> str:
    """Where the same comparison stands without one of its drafts."""
    kept = [draft.answer.id for draft in comparison.drafts if draft is not left_out]
    return url_for("compare.page", draft=kept, intended=comparison.intended)


def _likeliest(shares: Mapping[str, float]) -> str:
    return max(shares, key=shares.__getitem__)
