"""Posters, their thumbnails, and uploaded queries. None of them ever changes under its address;
uploads may be deleted."""

from __future__ import annotations

import logging
import re
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, abort, send_file

from catalog.images import decode, to_webp
from webapp.files import UnwritableError, write_atomically
from webapp.instance import Instance, current
from webapp.keeping import for_good
from webapp.translation import gettext as _
from webapp.translation import marked

log = logging.getLogger("webapp")
blueprint = Blueprint("media", __name__)

WIDTHS = (92, 154, 185, 342, 500)
"""Pixels a thumbnail may be wide."""
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
UNLISTED = "noindex, noarchive, noimageindex"
"""What search engines are told of everything that somebody uploaded."""
GONE = marked("There is no such poster; go back to the front page and pick another.")
UPLOAD_GONE = marked("That upload is gone; upload the poster again.")


@blueprint.get("/posters/<string(length=64):content_hash>.webp")
def poster(content_hash: str) -> Response:
    return _immutable(_stored(current(), content_hash))


@blueprint.get("/posters/<string(length=64):content_hash>-<int:width>.webp")
def thumbnail(content_hash: str, width: int) -> Response:
    """A poster at most `width` pixels wide; a narrower one is sent as it is."""
    if width not in WIDTHS:
        abort(404, _("Thumbnails are %(widths)s pixels wide.", widths=", ".join(map(str, WIDTHS))))
    instance = current()
    source = _stored(instance, content_hash)
    small = instance.thumbnails / content_hash[:2] / f"{content_hash}-{width}.webp"
    if not small.exists():
        image = decode(source.read_bytes())
        if image.width <= width:
            return _immutable(source)
        image.thumbnail((width, image.height))
        data = to_webp(image)
        try:
            write_atomically(small, data)
        except UnwritableError as error:
            log.warning("a thumbnail is not kept: %s", error)
            return _immutable(BytesIO(data))
    return _immutable(small)


@blueprint.get("/uploads/<string(maxlength=64):recommendation_id>.jpg")
def upload(recommendation_id: str) -> Response:
    """A query somebody uploaded, as kept for its permalink."""
    instance = current()
    record = instance.feedback.get(recommendation_id)
    path = instance.upload_path(recommendation_id) if record else None
    if record is None or path is None:
        abort(404, _(UPLOAD_GONE))
    instance.upload_store.present(record)
    if not path.is_file():
        abort(404, _(UPLOAD_GONE))
    kind = "image/webp" if path.suffix == ".webp" else "image/jpeg"
    response = send_file(path, mimetype=kind, conditional=True)
    response.cache_control.private = True
    response.cache_control.no_cache = True  # asked for anew each time: it may be deleted meanwhile
    response.headers["X-Robots-Tag"] = UNLISTED
    return response


def _stored(instance: Instance, content_hash: str) -> Path:
    if not HASH.fullmatch(content_hash):
        abort(404, _(GONE))
    path = instance.catalog.poster_path(content_hash)
    if not path.is_file():
        abort(404, _(GONE))
    return path


def _immutable(source: Path | BytesIO) -> Response:
    return for_good(send_file(source, mimetype="image/webp", conditional=True))
