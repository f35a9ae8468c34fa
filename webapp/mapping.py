"""The map of all posters: its page and its file of points."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, url_for

from embedder import ModelError
from index import IndexFolderError
from webapp.answers import Answer
from webapp.instance import current
from webapp.keeping import packed_or_plain, while_named
from webapp.poster_map import Place, PosterMap
from webapp.translation import gettext as _
from webapp.translation import marked

blueprint = Blueprint("mapping", __name__)


@dataclass(frozen=True)
class OnMap:
    """An answer on the map: where its query lies, and the posters of its results."""

    map: PosterMap
    place: Place
    results: list[int]


NO_MAP = marked("There is no map of these posters yet; run `onesheet index`.")


def on_map(answer: Answer) -> OnMap | None:
    """What a page shows of an answer on the map; None where there is no map or index."""
    maps = current().maps
    with suppress(IndexFolderError, ModelError):
        shown = maps.current()
        place = maps.place(answer, shown) if shown else None
        if shown and place:
            return OnMap(shown, place, [each.card.poster_id for each in answer.results])
    return None


@blueprint.get("/map")
def page() -> Response:
    """The map of all posters, and the same in words."""
    response = make_response(render_template("pages/map.html", map=current().maps.current()))
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/map.json")
def for_programs() -> Response:
    """Where the genres hang, and the address of the file of points."""
    found = current().maps.current()
    if found is None:
        abort(404, _(NO_MAP))
    regions = [asdict(region) for region in found.regions]
    there = url_for("mapping.points", fingerprint=found.fingerprint)
    response = jsonify(posters=found.count, points_url=there, regions=regions)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/map/<string(maxlength=64):fingerprint>.bin")
def points(fingerprint: str) -> Response:
    """The points, kept for good under their fingerprint; webapp.poster_map tells the format."""
    found = current().maps.current()
    if found is None:
        abort(404, _(NO_MAP))
    response = packed_or_plain(lambda: found.packed, found.points, "application/octet-stream")
    return while_named(response, fingerprint, found.fingerprint)
