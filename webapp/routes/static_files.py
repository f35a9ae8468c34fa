"""`/assets/<fingerprint>/<name>` and the icon: what pages load beside their posters."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, abort

from webapp.http.assets import assets, media_type
from webapp.http.cache_headers import A_DAY, keep_for_all, packed_or_plain, while_named

blueprint = Blueprint("static_files", __name__)

WORTH_PACKING = 1024
"""Bytes; below this gzip saves nothing."""


@blueprint.get("/assets/<fingerprint>/<path:name>")
def asset(fingerprint: str, name: str) -> Response:
    """A file as it is, or gzipped for those who take that."""
    known = assets()
    body = known.plain(name)
    if body is None:
        abort(404)
    response = (
        packed_or_plain(partial(known.packed, name), lambda: body, media_type(name))
        if len(body) > WORTH_PACKING
        else Response(body, mimetype=media_type(name))
    )
    return while_named(response, fingerprint, known.fingerprint)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The icon where browsers look for it unasked."""
    icon = Response(assets().plain("favicon.svg"), mimetype=media_type("favicon.svg"))
    return keep_for_all(icon, A_DAY)
