"""Posters, their thumbnails, and uploaded queries. None of them ever changes under its address;
uploads may be deleted."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, abort, request, send_file
from PIL import Image
from werkzeug.http import parse_range_header

from catalog.images import decode, to_jpeg
from catalog.images.surroundings.part import WHOLE_PICTURE, Part
from catalog.images.veil import veil
from onesheet.base.payload import RecordedQuery
from onesheet.base.settings import BLURRED, LEFT_OUT
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
    blurred = _is_blurred(content_hash)
    source = _stored(content_hash)
    return _veiled(content_hash, source) if blurred else _webp_for_good(source)


@blueprint.get("/posters/<string(length=64):content_hash>-<int:width>.webp")
def narrow_poster(content_hash: str, width: int) -> Response:
    """A poster at most `width` pixels wide; a narrower one is sent as it is."""
    if width not in thumbnails.WIDTHS:
        widths = ", ".join(map(str, thumbnails.WIDTHS))
        abort(404, _("Thumbnails are %(widths)s pixels wide.", widths=widths))
    blurred, home = _is_blurred(content_hash), current().home
    small = thumbnails.thumbnail_path(home.thumbnails, content_hash, width)
    if home.settings.files is not None and not blurred and small.is_file():
        return _webp_for_good(small)  # without fetching the poster
    source = _stored(content_hash)
    if blurred:
        return _veiled(content_hash, source)
    return _webp_for_good(thumbnails.thumbnail(home.thumbnails, content_hash, source, width))


@blueprint.get("/uploads/<recommendation:recommendation_id>.jpg")
def upload(recommendation_id: str) -> Response:
    """A query somebody uploaded, as kept for its permalink; it may be deleted meanwhile."""
    path, query = _upload(recommendation_id)
    part = Part(query.part) if query.part else WHOLE_PICTURE
    veiled = _is_veiled(query)
    if part == WHOLE_PICTURE and not veiled:
        return _kept_file(path)
    image = part.cut(decode(path.read_bytes()))
    return _made_anew(veil(image) if veiled else image)


@blueprint.get("/uploads/<recommendation:recommendation_id>/whole.jpg")
def whole_upload(recommendation_id: str) -> Response:
    """The same with what surrounds the part that was read."""
    path, query = _upload(recommendation_id)
    return _made_anew(veil(decode(path.read_bytes()))) if _is_veiled(query) else _kept_file(path)


def _is_veiled(query: RecordedQuery) -> bool:
    """Whether a poster that was looked up is of a film for adults, and nobody asked to see it. Or
    404 where such films are left out."""
    way = current().home.settings.adult
    if query.adult and way == LEFT_OUT:
        abort(404, _(GONE))
    return query.adult and way == BLURRED and request.args.get("shown") != "1"


def _made_anew(image: Image.Image) -> Response:
    return not_copied(ask_anew(Response(to_jpeg(image), mimetype="image/jpeg"), private=True))


def _upload(recommendation_id: str) -> tuple[Path, RecordedQuery]:
    """The file of an upload, and what was asked about."""
    instance = current()
    record = instance.feedback.get(recommendation_id)
    if record is None:
        abort(404, _(UPLOAD_GONE))
    instance.upload_store.present(record)
    path = instance.upload_store.path(recommendation_id)
    if not path.is_file():
        abort(404, _(UPLOAD_GONE))
    return path, record.payload.query


def _kept_file(path: Path) -> Response:
    kind = "image/webp" if path.suffix == ".webp" else "image/jpeg"
    response = send_file(path, mimetype=kind, conditional=True)
    return not_copied(ask_anew(response, private=True))


def _is_blurred(content_hash: str) -> bool:
    """Whether a poster is one of a film for adults, and these are blurred. Or 404 where no film has
    it: the file of a poster that was removed may still be there."""
    instance = current()
    cards = instance.catalog.by_hash(content_hash) if HASH.fullmatch(content_hash) else []
    if not cards:
        abort(404, _(GONE))
    return instance.home.settings.adult == BLURRED and any(card.adult for card in cards)


def _stored(content_hash: str) -> Path:
    path = current().catalog.poster_path(content_hash)
    if not path.is_file():
        abort(404, _(GONE))
    return path


def _veiled(content_hash: str, source: Path) -> Response:
    """What is sent in the place of a poster of a film for adults. It may be marked otherwise
    tomorrow: it is asked for anew."""
    asked = request.args.get("shown") == "1"
    folder = current().home.thumbnails
    found = source if asked else thumbnails.veiled(folder, content_hash, source)
    return ask_anew(send_file(found, mimetype="image/webp", conditional=True), private=asked)


def _webp_for_good(source: Path | BytesIO) -> Response:
    return for_good(send_file(source, mimetype="image/webp", conditional=True))
