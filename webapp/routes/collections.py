"""`/collections`: films that the browser keeps; and what a link or a form carries of them.

The server keeps no collection: what a link says is shown, and a file is made of it when asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import MultiDict

from onesheet.base.refusals import QueryError
from onesheet.collections.collection import (
    LONGEST_FILM_NOTE,
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_SHARED_LINK,
    MOST_FILMS,
    MOST_SEARCHES,
    collection_of,
)
from onesheet.collections.csv_table import as_table
from onesheet.collections.shown_collection import (
    SearchedPoster,
    ShownCollection,
    shown_collection,
)
from webapp.current import current
from webapp.http.cache_headers import ask_anew, keep_nothing
from webapp.http.robots import not_listed
from webapp.pictures.collection_sheet import missing, pdf, slides
from webapp.pictures.placeholders import prepare
from webapp.pictures.query_picture import picture
from webapp.presenting.serializers import film
from webapp.text.translation import gettext as _

blueprint = Blueprint("collections", __name__)

_UNFIT_FOR_FILES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@blueprint.get("/collections")
def collections_page() -> Response:
    """The same page for everybody: the browser fills it."""
    return ask_anew(
        render_template(
            "pages/collections.html",
            longest_name=LONGEST_NAME,
            longest_note=LONGEST_NOTE,
            longest_film_note=LONGEST_FILM_NOTE,
            longest_link=LONGEST_SHARED_LINK,
            most_films=MOST_FILMS,
            most_searches=MOST_SEARCHES,
            formats=_FORMATS,
        )
    )


@blueprint.get("/shortlist")
def shortlist_page() -> Response:
    """Where the one collection was before they had names."""
    return ask_anew(redirect(url_for("collections.collections_page"), 301))


@blueprint.get("/collections/shared")
def shared_page() -> Response:
    """The collection that the address carries, to be read and to be copied."""
    found = _shown(request.args)
    prepare(each.card for each in found.films)
    searched = {each.answer.id: _searched(each) for each in found.searches}
    page = render_template(
        "pages/shared_collection.html",
        collection=found,
        searched=searched,
        said=request.args,
        gone=missing(found),
        kept=_to_keep(found, searched),
        formats=_FORMATS,
    )
    return not_listed(ask_anew(page))


@blueprint.post("/collections/export")
def export() -> Response:
    """The collection that the form carries as a file; `format` says which."""
    kind = request.form.get("format", "")
    if kind not in _FILES:
        raise QueryError("format must be one of %(formats)s.", formats=", ".join(_FILES))
    mimetype, made = _FILES[kind]
    found = _shown(request.form)
    name = _UNFIT_FOR_FILES.sub("-", found.name) or _("Collection")
    return keep_nothing(
        send_file(
            BytesIO(made(found)),
            mimetype=mimetype,
            as_attachment=True,
            download_name=f"{name}.{kind}",
        )
    )


def _shown(fields: MultiDict[str, str]) -> ShownCollection:
    said = collection_of(
        fields.get("name", ""),
        fields.get("note", ""),
        fields.getlist("film"),
        fields.getlist("search"),
    )
    instance = current()
    return shown_collection(said, instance.catalog, instance.permalinks)


def _searched(poster: SearchedPoster) -> dict[str, Any]:
    """A poster that was searched with, as a browser keeps it (types/browser.d.ts)."""
    size = picture(poster.path, poster.part)
    return {
        "id": poster.answer.id,
        "title": poster.answer.title or _("Your poster"),
        "picture": poster.answer.query.poster_url,
        "width": size.width if size else 2,
        "height": size.height if size else 3,
    }


def _to_keep(collection: ShownCollection, searched: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a browser takes over of it."""
    return {
        "name": collection.name or _("A collection"),
        "note": collection.note,
        "searches": bool(searched),
        "films": [
            {"film": film(each.card), "note": each.note, "search": searched.get(each.search or "")}
            for each in collection.films
        ],
    }


def _csv(collection: ShownCollection) -> bytes:
    return as_table(collection, _permalink).encode()


def _permalink(recommendation_id: str) -> str:
    return url_for("results.result", recommendation_id=recommendation_id, _external=True)


_FORMATS = {"pdf": "PDF", "pptx": "PowerPoint", "csv": "CSV"}
"""What the buttons call the files."""
_FILES: dict[str, tuple[str, Callable[[ShownCollection], bytes]]] = {
    "csv": ("text/csv", _csv),
    "pdf": ("application/pdf", pdf),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", slides),
}
