"""What the one input means, told while it is typed, and the films that a title may mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _

from catalog.catalog import PosterCard
from webapp.answers import thumbnail_url
from webapp.instance import Instance, current
from webapp.placeholders import prepare
from webapp.queries import (
    MATCHES,
    NO_FILM_PAGE,
    NOT_HERE,
    NOT_HERE_BY_TMDB,
    host_of,
    meant_by_title,
)
from webapp.understanding import Kind, Meaning, meaning

blueprint = Blueprint("searching", __name__)

SUGGESTED = 8
THUMBNAIL = 92


@dataclass(frozen=True)
class Understood:
    """What a text means here: one sentence, and the films of the catalogue it may mean."""

    kind: Kind | None
    says: str
    films: list[PosterCard]


@blueprint.get("/api/v1/suggestions")
def suggestions() -> Response:
    """What `q` means and which films it may mean; nothing is fetched or recorded."""
    understood = understand(request.args.get("q", ""), current())
    response = jsonify(
        kind=understood.kind,
        says=understood.says,
        films=[_film(card) for card in understood.films],
    )
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


@blueprint.get("/films")
def films() -> Response:
    """The films that a typed title may mean, each one click from its answer."""
    title = request.args.get("q", "").strip()
    found = current().catalog.matching_title(title, MATCHES)
    prepare(found, make=False)
    page = render_template(
        "pages/films.html",
        title=title,
        films=found,
        passed={
            name: request.args[name] for name in ("metric", "restrict") if name in request.args
        },
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def uploaded() -> bytes | None:
    """The uploaded file's bytes; None where none was chosen: a browser then sends neither a name
    nor bytes."""
    file = request.files.get("poster")
    data = file.read() if file is not None else b""
    return data if data or (file is not None and file.filename) else None


def understand(text: str, instance: Instance) -> Understood:
    """What the one input would do with `text`, without doing it."""
    found = meaning(text)
    if found is None:
        return Understood(None, "", [])
    if found.kind is Kind.TITLE:
        return _title(found, instance)
    if found.kind is Kind.PICTURE:
        host = host_of(found.value)
        fetched = _("A picture at %(host)s. Onesheet will fetch it.", host=host)
        return Understood(found.kind, instance.outside.refused(found.value) or fetched, [])
    if found.kind is Kind.ELSEWHERE:
        return Understood(found.kind, _(NO_FILM_PAGE, site=found.value), [])
    return _film_named(found, instance)


def _title(found: Meaning, instance: Instance) -> Understood:
    """The films to choose from, and which of them sending the title as it stands would take."""
    meant = meant_by_title(found.value, instance.catalog)
    if not meant:
        return Understood(found.kind, _("No film in the catalogue has a title like that."), [])
    says = _("Several films may be meant; choose one.")
    if len(meant) == 1:
        film = meant[0]
        named = film.title if film.year is None else f"{film.title}, {film.year}"
        says = _("Enter: posters like %(film)s", film=named)
    return Understood(found.kind, says, instance.catalog.matching_title(found.value, SUGGESTED))


def _film_named(found: Meaning, instance: Instance) -> Understood:
    """A film by its id at IMDb or TMDB."""
    catalog, services = instance.catalog, instance.outside.known_to
    if found.kind is Kind.IMDB:
        site, cards = "IMDb", catalog.by_imdb(found.value)
    else:
        site, cards = "TMDB", catalog.by_tmdb(int(found.value))
        services = tuple(name for name in services if name == site)
    if cards:
        return Understood(found.kind, _("A film by its address at %(site)s.", site=site), cards[:1])
    if services and found.value.removeprefix("tt").isdecimal():
        says = _(
            "A film that is not in the catalogue. Its poster will be looked up at %(services)s.",
            services=_(" or ").join(services),
        )
        return Understood(found.kind, says, [])
    missing = NOT_HERE if found.kind is Kind.IMDB else NOT_HERE_BY_TMDB
    return Understood(found.kind, _(missing, number=found.value), [])


def _film(card: PosterCard) -> dict[str, Any]:
    return {
        "sample": card.poster_id,
        "imdb_id": card.imdb_id,
        "title": card.title,
        "year": card.year,
        "thumbnail_url": thumbnail_url(card.content_hash, THUMBNAIL),
    }
