"""Asking about a poster, and `/r/<id>`: the answer, its rating and its deletion.

Every page works without JavaScript; scripts only make it quicker.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from catalog.database import snapshot
from embedder import ModelError
from index import IndexFolderError
from onesheet.queries.film_lookup import (
    ColoursNamedError,
    MistypedTitleError,
    SeveralFilmsError,
    films_called_so,
    from_fields,
)
from onesheet.queries.likes import from_likes
from onesheet.queries.parts import crop_named, part_named
from onesheet.queries.query import Query
from onesheet.recommending.answers import Answer
from onesheet.uploads.errors import GoneError
from onesheet.uploads.ownership import Ownership, digest
from webapp.current import current
from webapp.http.cache_headers import ask_anew, keep_nothing
from webapp.http.parameters import (
    VIEWED_BY,
    WITHDRAW,
    aspect_named,
    keeps,
    likes_named,
    metric_named,
    poster_ids,
    rating_named,
    restriction,
    thumb_named,
    uploaded,
    view_asked,
    view_fields,
)
from webapp.http.robots import not_copied
from webapp.http.uploader_cookie import can_remember, remember, visitors_digests, visitors_key
from webapp.http.visitor import by_cookie
from webapp.presenting.result_page import result_page, thanks_for
from webapp.presenting.shown_answer import ShownAnswer
from webapp.presenting.subject import shown_once, subject

blueprint = Blueprint("results", __name__)

TITLE_ROOM = 200
"""Letters of a title that go into an address, which servers take up to 4 KB of."""


@blueprint.post("/recommendations")
def ask() -> Response:
    """Answer a poster, a link or a sample, and lead to the answer's own address."""
    if sum(bool(file.filename) for file in request.files.getlist("poster")) > 1:
        return _lead_to(url_for("compare.upload_drafts"), 307)  # the browser sends them there
    instance, form, key = current(), request.form, visitors_key()
    metric, restrict = metric_named(form.get("metric")), restriction(form.get("restrict"))
    view = view_asked(view_fields(form), instance.opened().embedder.card)
    try:
        query = _query(key)
    except ColoursNamedError as error:
        return _lead_to(url_for("search.colours_page", q=error.text))
    except (SeveralFilmsError, MistypedTitleError) as error:
        chosen: dict[str, Any] = {name: form.get(name) or None for name in ("metric", "restrict")}
        return _lead_to(url_for("search.films_page", q=error.title[:TITLE_ROOM], **chosen))
    recorded = instance.recommender.ask(query, metric=metric, restrict=restrict, view=view)
    if query.card is None and not query.kept:
        page = result_page(shown_once(recorded, query), request.args)
        response = _answer_page(page | {"theirs": can_remember(key)})  # it comes with this page
    else:
        response = _lead_to(url_for("results.result", recommendation_id=recorded.id))
    remember(response, key, instance.home.settings)
    return response


@blueprint.route("/r/<recommendation:recommendation_id>", methods=("GET", "POST"))
def result(recommendation_id: str) -> Response:
    """The permalink of a recommendation; with ?intended=… also whether the poster promises it.

    With POST comes a poster that is not kept."""
    instance = current()
    with suppress(IndexFolderError, ModelError):  # before the snapshot, as Recommender does
        instance.opened()
    with snapshot(instance.engine):  # one state throughout, in half the time of seven transactions
        names = result_page(subject(recommendation_id), request.args)
    return _answer_page(names)


@blueprint.post("/r/<recommendation:recommendation_id>/delete")
def delete(recommendation_id: str) -> Response:
    """Delete an upload, if this browser brought it; its address then says so."""
    current().upload_store.delete(recommendation_id, *visitors_digests())
    return _lead_to(url_for("results.result", recommendation_id=recommendation_id))


@blueprint.post("/r/<recommendation:recommendation_id>/rating")
def give_rating(recommendation_id: str) -> Response:
    """Give, change or withdraw a rating, and come back to it."""
    rated = request.form.get("rating", "")
    rating, permalinks = None if rated == WITHDRAW else rating_named(rated), current().permalinks
    current().raters.rate(recommendation_id, rating, by_cookie())
    try:
        permalinks.record(recommendation_id)
    except GoneError:  # there is no page to come back to
        return _rating_alone(permalinks.redacted_answer(recommendation_id))
    there = url_for("results.result", recommendation_id=recommendation_id, _anchor="feedback")
    return _lead_to(there)


@blueprint.post("/r/<recommendation:recommendation_id>/thumbs")
def give_thumb(recommendation_id: str) -> Response:
    """Give, change or withdraw the thumb of one film, and come back to it where it was shown."""
    form, row = request.form, aspect_named(request.form.get("row"))
    (film, *_), thumb = poster_ids([form.get("film", "")]), thumb_named(form.get("thumb"))
    current().raters.give_thumb(recommendation_id, film, thumb, by_cookie())
    shown: dict[str, Any] = {name: form.getlist(name) for name in VIEWED_BY}
    shown["row"] = row
    shown["more"] = "true" if form.get("more") else None  # the film is one of those further down
    shown["_anchor"] = f"row-{row}" if row else f"film-{film}"
    return _lead_to(url_for("results.result", recommendation_id=recommendation_id, **shown))


def _query(key: str) -> Query:
    """What the form asks about: an earlier query again, or what its fields name.

    A new upload is that of the browser with this key."""
    instance = current()
    if again := request.form.get("again"):
        query, part = instance.permalinks.query(again), part_named(request.form)
        if part and not query.card:
            query = query.read_from(part)
        if crop := crop_named(request.form):
            query = query.cropped(crop)
        return replace(query, ownership=replace(query.ownership, asker=digest(key)))
    if likes := likes_named(request.form):
        query = from_likes(*likes, instance.catalog)
    else:
        poster, text = uploaded(), request.form.get("q", "").strip()
        surer = poster is not None or request.form.get("sample") or request.form.get("imdb")
        if not surer and (cards := films_called_so(text, instance.catalog)):
            raise SeveralFilmsError(text, cards)  # whose page offers the colours too
        query = from_fields(poster, request.form, instance.catalog, instance.outside)
    keep, own = keeps(request.form, instance.home.settings), digest(key)
    return replace(query, ownership=Ownership(keep, own, asker=own))


def _answer_page(names: dict[str, Any]) -> Response:
    page = render_template("pages/result.html", **names)
    return not_copied(ask_anew(page) if names["answer"].query.kept else keep_nothing(page))


def _rating_alone(answer: Answer) -> Response:
    """The rating, where the answer itself is shown no more."""
    shown, record = ShownAnswer(answer, None, None), current().feedback.get(answer.id)
    words = thanks_for(answer, record.model) if record else None
    names = {"answer": answer, "shown": shown, "thanks": words, "theirs": True}
    return ask_anew(render_template("pages/rated.html", **names))


def _lead_to(address: str, status: int = 303) -> Response:
    return keep_nothing(redirect(address, status))
