"""The map of all posters: its page and its file of points."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, render_template, url_for

from webapp.current import current
from webapp.http.cache_headers import ask_anew, packed_or_plain, while_named
from webapp.presenting.map_export import NO_MAP
from webapp.schemas.catalogue_answers import MapAnswer
from webapp.text.translation import gettext as _

blueprint = Blueprint("map", __name__)


@blueprint.get("/map")
def map_page() -> Response:
    """The map of all posters, and the same in words."""
    return ask_anew(render_template("pages/map.html", map=current().maps.current()))


@blueprint.get("/map.json")
def map_json() -> Response:
    """Where the genres hang, and the address of the file of points."""
    found = current().maps.current()
    if found is None:
        abort(404, _(NO_MAP))
    there = url_for("map.points", fingerprint=found.fingerprint)
    answer = MapAnswer(posters=found.count, points_url=there, regions=list(found.regions))
    return ask_anew(jsonify(answer))


@blueprint.get("/map/<string(maxlength=64):fingerprint>.bin")
def points(fingerprint: str) -> Response:
    """The points, kept for good under their fingerprint; `poster_map` tells the format."""
    found = current().maps.current()
    if found is None:
        abort(404, _(NO_MAP))
    response = packed_or_plain(lambda: found.packed, found.points, "application/octet-stream")
    return while_named(response, fingerprint, found.fingerprint)
