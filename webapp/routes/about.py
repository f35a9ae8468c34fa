"""`/about`: how it works, what the model is, and whose data it rests on."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template

from onesheet.recommending.likeness import words_of
from webapp.current import current
from webapp.http.cache_headers import ask_anew
from webapp.presenting.model_facts import measured, plain_facts
from webapp.schemas.catalogue_answers import AboutAnswer, IndexFacts, ModelFacts

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def about_page() -> Response:
    """The model in words, and the sources of the films."""
    instance = current()
    opened = instance.opened()
    embedder = opened.embedder
    return ask_anew(
        render_template(
            "pages/about.html",
            card=embedder.card,
            training=plain_facts(embedder.card),
            likeness_words=words_of(embedder.card),
            figures=measured(embedder.card),
            fingerprint=embedder.fingerprint,
            index=opened.index.manifest,
            counts=instance.catalog.counts(),
            services=instance.outside.known_to,
            packaged=embedder.packaged,
            learns=instance.outside.learns,
            decay=getattr(instance.recommender.policy, "decay", None),
        )
    )


@blueprint.get("/about.json")
def about_json() -> Response:
    """The model and the index in use, and how much the catalogue holds."""
    instance = current()
    opened = instance.opened()
    embedder, index = opened.embedder, opened.index.manifest
    card = embedder.card
    answer = AboutAnswer(
        model=ModelFacts(
            name=card.name,
            fingerprint=embedder.fingerprint,
            backbone=card.backbone,
            width=card.width,
            height=card.height,
            parts=card.parts,
            genres=card.genres,
        ),
        index=IndexFacts(
            fingerprint=index.fingerprint,
            posters=index.n,
            created=index.created,
            overlap=dict(index.overlap),
        ),
        catalogue=instance.catalog.counts(),
    )
    return ask_anew(jsonify(answer))
