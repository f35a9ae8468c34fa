"""Posters, their thumbnails, and uploaded queries. None of them ever changes under its address;
uploads may be deleted."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, abort, request, send_file
from werkzeug.http import parse_range_header

from catalog.images import decode, to_jpeg
from catalog.images.surroundings.part import Part
from onesheet.base.settings import LEFT_OUT, SHOWN_ALIKE
from onesheet.base.texts import marked
from webapp.current import current
from webapp.http.cache_headers import ask_anew, for_good
from webapp.http.robots import not_copied
from webapp.pictures import thumbnails
from webapp.text.translation import gettext as _

blueprint = Blueprint("media", __name__)


@blueprint.before_request
def refuse_nonsense_ranges() -> None:
    """A range that is none gets 416, as one does that the file has not."""
    said = request.headers.get("Range")
    if said and parse_range_header(said) is None:
        abort(416)


HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
GONE = marked("There is no such poster; go back to the front page and pick another.")
UPLOAD_GONE = marked("That upload is gone; upload the poster again.")


@blueprint.get("/posters/<string(length=64):content_hash>.webp")
def poster(content_hash: str) -> Response:
    """A poster as it is stored; one of a film for adults blurred, unless it is asked for."""
    source = _stored(content_hash)
    return _veiled(content_hash, source) or _webp_for_good(source)


@blueprint.get("/posters/<string(length=64):content_hash>-<int:width>.webp")
def narrow_poster(content_hash: str, width: int) -> Response:
    """A poster at most `width` pixels wide; a narrower one is sent as it is."""
    if width not in thumbnails.WIDTHS:
        widths = ", ".join(map(str, thumbnails.WIDTHS))
        abort(404, _("Thumbnails are %(widths)s pixels wide.", widths=widths))
    source, folder = _stored(content_hash), current().home.thumbnails
    return _veiled(content_hash, source) or _webp_for_good(
        thumbnails.thumbnail(folder, content_hash, source, width)
    )


@blueprint.get("/uploads/<recommendation:recommendation_id>.jpg")
def upload(recommendation_id: str) -> Response:
    """A query somebody uploaded, as kept for its permalink; it may be deleted meanwhile."""
    path, part = _upload(recommendation_id)
    if part is None:
        return _kept_file(path)
    jpeg = to_jpeg(part.cut(decode(path.read_bytes())))
    return not_copied(ask_anew(Response(jpeg, mimetype="image/jpeg"), private=True))


@blueprint.get("/uploads/<recommendation:recommendation_id>/whole.jpg")
def whole_upload(recommendation_id: str) -> Response:
    """The same with what surrounds the part that was read."""
    return _kept_file(_upload(recommendation_id)[0])


def _upload(recommendation_id: str) -> tuple[Path, Part | None]:
    """The file of an upload, and the part of it that was read."""
    instance = current()
    record = instance.feedback.get(recommendation_id)
    if record is None:
        abort(404, _(UPLOAD_GONE))
    instance.upload_store.present(record)
    path, corners = instance.upload_store.path(recommendation_id), record.payload.query.part
    if not path.is_file():
        abort(404, _(UPLOAD_GONE))
    return path, Part(corners) if corners else None


def _kept_file(path: Path) -> Response:
    kind = "image/webp" if path.suffix == ".webp" else "image/jpeg"
    response = send_file(path, mimetype=kind, conditional=True)
    return not_copied(ask_anew(response, private=True))


def _stored(content_hash: str) -> Path:
    if not HASH.fullmatch(content_hash):
        abort(404, _(GONE))
    path = current().catalog.poster_path(content_hash)
    if not path.is_file():
        abort(404, _(GONE))
    return path


def _veiled(content_hash: str, source: Path) -> Response | None:
    """What is sent in the place of a poster of a film for adults, or 404 where such films are left
    out; None for other posters. It may be marked otherwise tomorrow: it is asked for anew."""
    instance = current()
    way = instance.home.settings.adult
    if way == SHOWN_ALIKE or not instance.adult_films.has(content_hash):
        return None
    if way == LEFT_OUT:
        abort(404, _(GONE))
    asked = request.args.get("shown") == "1"
    folder = instance.home.thumbnails
    found = source if asked else thumbnails.veiled(folder, content_hash, source)
    return ask_anew(send_file(found, mimetype="image/webp", conditional=True), private=asked)


def _webp_for_good(source: Path | BytesIO) -> Response:
    return for_good(send_file(source, mimetype="image/webp", conditional=True))
