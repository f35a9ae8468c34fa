"""`/about`: how it works, what the model is, and whose data it rests on."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, make_response, render_template

from webapp.instance import current
from webapp.model_facts import measured, plain_facts

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def page() -> Response:
    instance = current()
    opened = instance.opened()
    embedder = opened.embedder
    response = make_response(
        render_template(
            "pages/about.html",
            card=embedder.card,
            training=plain_facts(embedder.card),
            figures=measured(embedder.card),
            fingerprint=embedder.fingerprint,
            index=opened.index.manifest,
            counts=instance.catalog.counts(),
            services=instance.outside.known_to,
            decay=getattr(instance.recommender.policy, "decay", None),
        )
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/about.json")
def for_programs() -> Response:
    """The model and the index in use, and how much the catalogue holds."""
    instance = current()
    opened = instance.opened()
    embedder, index = opened.embedder, opened.index.manifest
    card = embedder.card
    model = {
        "name": card.name,
        "fingerprint": embedder.fingerprint,
        "backbone": card.backbone,
        "width": card.width,
        "height": card.height,
        "parts": card.parts,
        "genres": card.genres,
    }
    built = {
        "fingerprint": index.fingerprint,
        "posters": index.n,
        "created": index.created,
        "overlap": index.overlap,
    }
    response = jsonify(model=model, index=built, catalogue=asdict(instance.catalog.counts()))
    response.headers["Cache-Control"] = "no-cache"
    return response
