"""`/shortlist`: a page for films that the browser keeps; the server knows none of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from catalog.catalog import PosterCard
from webapp.answers import imdb_url

blueprint = Blueprint("shortlist", __name__)


@blueprint.get("/shortlist")
def page() -> str:
    return render_template("pages/shortlist.html")


@blueprint.app_context_processor
def _keepable() -> dict[str, Any]:
    return {"keepable": keepable}


def keepable(card: PosterCard) -> dict[str, Any]:
    """What a browser keeps of a film, enough to show it and to export it without asking again."""
    return {
        "id": card.poster_id,
        "poster": card.content_hash,
        "width": card.width,
        "height": card.height,
        "imdb_id": card.imdb_id,
        "imdb_url": imdb_url(card.imdb_id),
        "title": card.title,
        "year": card.year,
        "rating": card.rating,
        "genres": list(card.genres),
    }
