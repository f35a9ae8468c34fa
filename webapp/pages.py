"""The pages people see. Every one works without JavaScript; scripts only make it quicker."""

from __future__ import annotations

import random
import secrets
from contextlib import suppress
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask import url_for as address_of

from catalog.catalog import PosterCard
from catalog.database import snapshot
from embedder import ModelCard, ModelError
from index import IndexFolderError
from webapp import assets, figures, wording
from webapp.answers import Answer, imdb_url, thumbnail_url
from webapp.custody import Custody, digest, remember, visitors_digest, visitors_key
from webapp.instance import Instance, current
from webapp.learning import thanks
from webapp.mapping import on_map
from webapp.media import UNLISTED, WIDTHS
from webapp.options import (
    WITHDRAW,
    genres_named,
    keeps,
    metric_named,
    rating_named,
    restriction,
    view_asked,
    view_fields,
)
from webapp.picture import LARGEST_SCALE, Picture, expect, of_upload
from webapp.placeholders import colours, placeholder, prepare, swatches
from webapp.queries import Query, SeveralFilmsError, from_fields
from webapp.reading import Intent, Reading, promised_from
from webapp.recommender import ARMS
from webapp.searching import uploaded
from webapp.unkept import Subject, shown_once, subject
from webapp.uploads import GoneError
from webapp.viewing import Seen, seen

blueprint = Blueprint("pages", __name__)
blueprint.register_blueprint(assets.blueprint)

SAMPLES = 100
GENRES_SHOWN = 6
WALL_SEED = range(1, 1_000_000)


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    """What every template may say."""
    return {
        "words": wording,
        "arms": ARMS,
        "arm_shapes": figures.SHAPES,
        "thumbnail": thumbnail_url,
        "srcset": srcset,
        "placeholder": placeholder,
        "colours": colours,
        "swatches": swatches,
        "imdb_url": imdb_url,
        "promised_from": _promised_from,
        "scale": LARGEST_SCALE,
        "keep_days": current().settings.keep_days,
    }


def srcset(card: PosterCard) -> str:
    """The thumbnails of a poster for an img's srcset; none claims to be wider than the poster."""
    useful = [width for width in WIDTHS if width < card.width]
    widths = [*useful, *[width for width in WIDTHS if width >= card.width][:1]]
    return ", ".join(
        f"{thumbnail_url(card.content_hash, width)} {min(width, card.width)}w" for width in widths
    )


@blueprint.get("/")
def home() -> Response:
    """One input, and a wall of samples. The wall's number keeps it the same on going back."""
    seed = request.args.get("wall", type=int) or secrets.choice(WALL_SEED)
    catalog = current().catalog
    samples = catalog.sample(SAMPLES, random.Random(seed))
    prepare(samples, make=False)
    page = render_template(
        "pages/home.html",
        samples=samples,
        films=catalog.movies(),
        next_wall=secrets.choice(WALL_SEED),
    )
    return _unkept(page)


@blueprint.post("/recommendations")
def recommend() -> Response:
    """Answer a poster, a link or a sample, and lead to the answer's own address."""
    if sum(bool(file.filename) for file in request.files.getlist("poster")) > 1:
        return _see(address_of("compare.upload"), 307)  # drafts: the browser sends them there
    instance, form, key = current(), request.form, visitors_key()
    metric, restrict = metric_named(form.get("metric")), restriction(form.get("restrict"))
    view = view_asked(view_fields(form), instance.opened().embedder.card)
    try:
        query = _query(instance, key)
    except SeveralFilmsError as error:
        chosen: dict[str, Any] = {name: form.get(name) or None for name in ("metric", "restrict")}
        return _see(address_of("searching.films", q=error.title, **chosen))
    taken: list[Picture] = []  # for the page that is asked for next
    recorded = instance.recommender.ask(
        query,
        metric=metric,
        restrict=restrict,
        view=view,
        meanwhile=None if query.card else lambda: taken.append(of_upload(query.image)),
    )
    if query.card is None and not query.custody.keep:
        return _answer_page(_told(instance, shown_once(recorded, query, *taken)))
    response = _see(address_of("pages.result", recommendation_id=recorded.id))
    if query.card is None:
        expect(instance.upload_path(recorded.id), *taken)
        remember(response, key, instance.settings)
    return response


@blueprint.route("/r/<string(maxlength=64):recommendation_id>", methods=("GET", "POST"))
def result(recommendation_id: str) -> Response:
    """The permalink of a recommendation; with ?intended=… also whether the poster promises it.

    With POST comes a poster that is not kept."""
    instance = current()
    with suppress(IndexFolderError, ModelError):  # before the snapshot, as Recommender does
        instance.opened()
    with snapshot(instance.engine):  # one state throughout, in half the time of seven transactions
        told = _told(instance, subject(recommendation_id))
    return _answer_page(told)


def _told(instance: Instance, about: Subject) -> dict[str, Any]:
    """What the template of an answer's page is given."""
    found = seen(instance, about, request.args)
    answer = found.answer
    intended = genres_named(request.args.getlist("intended"), answer.genres)
    intent = instance.recommender.intent(answer, intended, about.query)
    prepare(_posters_shown(answer, intent))
    owner = answer.query.owner
    return {
        "answer": answer,
        "seen": found,
        "picture": about.picture,
        "scatter": figures.scatter(answer),
        "undrawn": figures.undrawn(answer),
        "on_map": on_map(answer),
        "intent": intent,
        "genres": genres_shown(answer),
        "genres_placed": bool((card := _card(instance)) and card.genre_dimensions),
        "invented": any(each.card.invented for each in answer.results),
        "thanks": _thanks(instance, answer),
        "mine": owner is not None and owner == visitors_digest(),
    }


def _answer_page(told: dict[str, Any]) -> Response:
    response = make_response(render_template("pages/result.html", **told))
    kept = told["answer"].query.kept
    response.headers["Cache-Control"] = "no-cache" if kept else "no-store"
    response.headers["X-Robots-Tag"] = UNLISTED
    return response


@blueprint.post("/r/<string(maxlength=64):recommendation_id>/delete")
def delete(recommendation_id: str) -> Response:
    """Delete an upload, if this browser brought it; its address then says so."""
    current().upload_store.delete(recommendation_id, visitors_digest())
    return _see(address_of("pages.result", recommendation_id=recommendation_id))


@blueprint.post("/r/<string(maxlength=64):recommendation_id>/rating")
def rate(recommendation_id: str) -> Response:
    """Give, change or withdraw a rating, and come back to it."""
    said = request.form.get("rating", "")
    rating = None if said == WITHDRAW else rating_named(said)
    instance = current()
    instance.recommender.rate(recommendation_id, rating)
    try:
        instance.recommender.answer(recommendation_id)
    except GoneError:  # there is no page to come back to
        return _rated(instance, instance.recommender.remnant(recommendation_id))
    there = address_of("pages.result", recommendation_id=recommendation_id, _anchor="feedback")
    return _see(there)


def _rated(instance: Instance, answer: Answer) -> Response:
    """The rating alone, where the answer itself is shown no more."""
    said = _thanks(instance, answer)
    shown = Seen(answer, None, None)
    return _unkept(render_template("pages/rated.html", answer=answer, seen=shown, thanks=said))


def _query(instance: Instance, key: str) -> Query:
    """What the form asks about: an earlier query again, or what its fields name.

    A new upload is that of the browser with this key."""
    if again := request.form.get("again"):
        return instance.recommender.asked(again)
    query = from_fields(uploaded(), request.form, instance.catalog, instance.outside)
    return replace(query, custody=Custody(keeps(request.form, instance.settings), digest(key)))


def _thanks(instance: Instance, answer: Answer) -> str | None:
    """None for what is not rated, and where no model says which ratings count."""
    if answer.rating:
        with suppress(ModelError):
            return thanks(answer, instance.recommender.bandit())
    return None


def _card(instance: Instance) -> ModelCard | None:
    """The model's card; None where it cannot be opened, since a record is shown without it."""
    with suppress(ModelError):
        return instance.embedder().card
    return None


def _promised_from(reading: Reading) -> dict[str, float]:
    """Where the bars of a reading have their marks; nowhere without a model."""
    card = _card(current())
    return promised_from(reading, card) if card else {}


def _posters_shown(answer: Answer, intent: Intent | None) -> list[PosterCard]:
    """Of the catalogue, on the page of an answer."""
    cards = [each.card for each in answer.results] + (intent.examples if intent else [])
    return [*cards, answer.same_as] if answer.same_as else cards


def genres_shown(answer: Answer) -> list[tuple[str, float]]:
    """The likeliest, and below them whatever else is predicted."""
    return [
        (name, share)
        for place, (name, share) in enumerate(answer.genres.items())
        if place < GENRES_SHOWN or name in answer.reading.predicted
    ]


def _see(there: str, status: int = 303) -> Response:
    response = redirect(there, status)
    response.headers["Cache-Control"] = "no-store"
    return make_response(response)


def _unkept(page: str) -> Response:
    """A page changes with every rating, so it is asked for anew each time."""
    response = make_response(page)
    response.headers["Cache-Control"] = "no-cache"
    return response
