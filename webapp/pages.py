"""The pages people see. Every one works without JavaScript; scripts only make it quicker."""

from __future__ import annotations

import random
import secrets
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask import url_for as address_of

from catalog.catalog import PosterCard
from webapp import assets, figures, wording
from webapp.answers import Answer, imdb_url, thumbnail_url
from webapp.instance import Instance, current
from webapp.learning import thanks
from webapp.mapping import on_map
from webapp.media import WIDTHS
from webapp.model_facts import measured, plain_facts
from webapp.options import (
    WITHDRAW,
    genres_named,
    metric_named,
    rating_named,
    restriction,
    view_asked,
    view_fields,
)
from webapp.picture import LARGEST_SCALE, picture
from webapp.placeholders import colours, placeholder, prepare
from webapp.queries import NO_QUERY, Query, QueryError, from_imdb, from_sample, from_upload
from webapp.reading import Intent
from webapp.recommender import ARMS
from webapp.viewing import seen

blueprint = Blueprint("pages", __name__)
blueprint.register_blueprint(assets.blueprint)

SAMPLES = 100
GENRES_SHOWN = 6
WALL_SEED = range(1, 1_000_000)
GONE = "There is no such recommendation; upload the poster again for a new one."


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
        "imdb_url": imdb_url,
        "scale": LARGEST_SCALE,
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
    instance, form = current(), request.form
    query = _query(instance)
    metric, restrict = metric_named(form.get("metric")), restriction(form.get("restrict"))
    view = view_asked(view_fields(form), instance.embedder().card)
    answer = instance.recommender.recommend(query, metric=metric, restrict=restrict, view=view)
    return _see(address_of("pages.result", recommendation_id=answer.id))


@blueprint.get("/r/<string(maxlength=64):recommendation_id>")
def result(recommendation_id: str) -> Response:
    """The permalink of a recommendation; with ?intended=… also whether the poster promises it."""
    instance = current()
    answer = instance.recommender.answer(recommendation_id)
    if answer is None:
        abort(404, GONE)
    found = seen(instance, answer, request.args)
    answer = found.answer
    intended = genres_named(request.args.getlist("intended"), answer.genres)
    intent = instance.recommender.intent(answer, intended)
    prepare(_posters_shown(answer, intent))
    page = render_template(
        "pages/result.html",
        answer=answer,
        seen=found,
        picture=picture(instance, answer),
        scatter=figures.scatter(answer),
        undrawn=figures.undrawn(answer),
        on_map=on_map(answer),
        intent=intent,
        genres=genres_shown(answer),
        genres_placed=instance.embedder().card.genre_dimensions is not None,
        invented=any(each.card.invented for each in answer.results),
        thanks=thanks(answer, instance.recommender.bandit()) if answer.rating else None,
    )
    response = _unkept(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.post("/r/<string(maxlength=64):recommendation_id>/rating")
def rate(recommendation_id: str) -> Response:
    """Give, change or withdraw a rating, and come back to it."""
    said = request.form.get("rating", "")
    rating = None if said == WITHDRAW else rating_named(said)
    current().recommender.rate(recommendation_id, rating)
    there = address_of("pages.result", recommendation_id=recommendation_id, _anchor="feedback")
    return _see(there)


@blueprint.get("/about")
def about() -> Response:
    """How it works, what the model is, and whose data it rests on."""
    instance = current()
    return _unkept(
        render_template(
            "pages/about.html",
            card=instance.embedder().card,
            training=plain_facts(instance.embedder().card),
            figures=measured(instance.embedder().card),
            fingerprint=instance.embedder().fingerprint,
            index=instance.index().manifest,
            counts=instance.catalog.counts(),
            decay=getattr(instance.recommender.policy, "decay", None),
        )
    )


def _query(instance: Instance) -> Query:
    """What the form asks about: an earlier query again, a sample, an upload, or a link."""
    if again := request.form.get("again"):
        return instance.recommender.asked(again)
    if sample := request.form.get("sample"):
        return from_sample(sample, instance.catalog)
    upload = request.files.get("poster")
    data = upload.read() if upload is not None else b""
    if data or (upload is not None and upload.filename):
        return from_upload(data)
    if link := request.form.get("imdb", "").strip():
        return from_imdb(link, instance.catalog)
    raise QueryError(NO_QUERY)


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


def _see(there: str) -> Response:
    response = redirect(there, 303)
    response.headers["Cache-Control"] = "no-store"
    return make_response(response)


def _unkept(page: str) -> Response:
    """A page changes with every rating, so it is asked for anew each time."""
    response = make_response(page)
    response.headers["Cache-Control"] = "no-cache"
    return response
