"""What somebody asks about: an uploaded poster, a link, a title, or a sample of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from bandit import Recommendation
from catalog.catalog import Catalog, PosterCard
from catalog.images import ImageError, content_hash, decode
from webapp.custody import UNCLAIMED, Custody
from webapp.imdb import ID, imdb_id
from webapp.outside import FoundFilm, Outside
from webapp.translation import gettext as _
from webapp.translation import marked
from webapp.understanding import Kind, meaning

NO_QUERY = marked(
    "Choose a poster to upload, paste a link, type a title, or pick one of the samples."
)
MATCHES = 24
"""Films offered where a title may mean several."""

ENOUGH = (500, 500)
"""Pixels a query is decoded to at least: more than the model reads, and enough to be shown.

A poster of 1000 x 1500 is thereby decoded at half its size, which is what an upload keeps.
"""


NOT_HERE = marked(
    "The catalogue has no film %(number)s; upload its poster instead, or pick a sample."
)
NOT_HERE_BY_TMDB = marked(
    "The catalogue has no film with TMDB's number %(number)s; "
    "upload its poster instead, or pick a sample."
)
NO_FILM_PAGE = marked(
    "That page of %(site)s is no film's; "
    "open the film there and copy its address, or type its title."
)
SAMPLE = re.compile(r"\d{1,18}", re.ASCII)
"""A poster's number, within what a database's integers hold."""


class QueryError(ValueError):
    """A query nobody can answer, said in one sentence that tells what to do."""


class UnknownFilmError(QueryError):
    """A film the catalogue does not hold."""


class SeveralFilmsError(QueryError):
    """A title that may mean several films of the catalogue."""

    def __init__(self, title: str, cards: Sequence[PosterCard]) -> None:
        named = ", ".join(f"{card.title} ({card.imdb_id})" for card in cards[:3])
        super().__init__(
            _("Several films may be meant; send one's IMDb id: %(films)s.", films=named)
        )
        self.title = title


@dataclass(frozen=True)
class Query:
    """A decoded poster (mode RGB) and what is known of it.

    `source_hash` is the SHA-256 of the bytes as they came; `card` is None for an upload. `film`
    is what a service told of a film that the catalogue lacks; `custody` says what becomes of an
    upload.
    """

    image: Image.Image
    source_hash: str
    card: PosterCard | None = None
    film: FoundFilm | None = None
    custody: Custody = UNCLAIMED

    def rooted(self, recommendation_id: str) -> Query:
        """The query with a root: the recommendation it is about to get, unless it has one."""
        root = self.custody.root or recommendation_id
        return replace(self, custody=replace(self.custody, root=root))


def from_fields(
    poster: bytes | None, fields: Mapping[str, object], catalog: Catalog, outside: Outside
) -> Query:
    """The first that was given: an uploaded `poster`, `sample`, `imdb`, or `q`, which is any text.

    Raises QueryError, FetchError or catalog.images.ImageError, whose sentences tell what to do.
    """
    if poster is not None:
        return from_upload(poster)
    said: dict[str, str] = {}
    for name in ("sample", "imdb", "q"):
        value = fields.get(name)
        if value is not None and not isinstance(value, str):
            raise QueryError(_("%(field)s must be text; send it in quotes.", field=name))
        if value and value.strip():
            said[name] = value.strip()
    if "sample" in said:
        return from_sample(said["sample"], catalog)
    if "imdb" in said:
        return from_imdb(said["imdb"], catalog, outside)
    if "q" in said:
        return from_text(said["q"], catalog, outside)
    raise QueryError(_(NO_QUERY))


def from_text(text: str, catalog: Catalog, outside: Outside) -> Query:
    """Whatever the one input may hold: an id, a link, a picture's address or a title."""
    found = meaning(text)
    if found is None:
        raise QueryError(_(NO_QUERY))
    if found.kind is Kind.IMDB:
        return from_imdb(found.value, catalog, outside)
    if found.kind is Kind.TMDB:
        return from_tmdb(int(found.value), catalog, outside)
    if found.kind is Kind.PICTURE:
        return from_upload(outside.picture(found.value))
    if found.kind is Kind.TITLE:
        return from_title(found.value, catalog)
    raise QueryError(_(NO_FILM_PAGE, site=found.value))


def from_upload(data: bytes) -> Query:
    """Raises catalog.images.ImageError where the bytes are no safe image."""
    return Query(image=decode(data, at_least=ENOUGH), source_hash=content_hash(data))


def from_imdb(text: str, catalog: Catalog, outside: Outside | None = None) -> Query:
    """A film by an IMDb link or id: of the catalogue, else of the services that `outside` asks."""
    found = imdb_id(text)
    if found is None:
        raise QueryError(
            _(
                "That is not an IMDb title link; paste one such as "
                "https://www.imdb.com/title/tt0111161/ or just its id, tt0111161."
            )
        )
    cards = catalog.by_imdb(found)
    if cards:
        return from_card(cards[0], catalog)
    if outside is not None and ID.fullmatch(found) and (film := outside.by_imdb(found)):
        return _from_film(film, outside)
    raise UnknownFilmError(_(NOT_HERE, number=found))


def from_tmdb(tmdb_id: int, catalog: Catalog, outside: Outside) -> Query:
    """A film by TMDB's number: of the catalogue, else of TMDB where its key is set."""
    cards = catalog.by_tmdb(tmdb_id) if tmdb_id < 2**31 else []
    if cards:
        return from_card(cards[0], catalog)
    film = outside.by_tmdb(tmdb_id)
    if film is None:
        raise UnknownFilmError(_(NOT_HERE_BY_TMDB, number=str(tmdb_id)))
    if film.imdb_id and (cards := catalog.by_imdb(film.imdb_id)):
        return from_card(cards[0], catalog)
    return _from_film(film, outside)


def meant_by_title(text: str, catalog: Catalog) -> list[PosterCard]:
    """The films that a title may mean, the best match first; one alone is the one to take."""
    return catalog.titled(text) or catalog.matching_title(text, MATCHES)


def from_title(text: str, catalog: Catalog) -> Query:
    """The film of the catalogue that a title means; SeveralFilmsError where it may mean several."""
    cards = meant_by_title(text, catalog)
    if not cards:
        raise UnknownFilmError(
            _(
                "No film in the catalogue is called “%(title)s”; "
                "check the spelling, or upload its poster.",
                title=shortened(text),
            )
        )
    if len(cards) > 1:
        raise SeveralFilmsError(text, cards)
    return from_card(cards[0], catalog)


def _from_film(film: FoundFilm, outside: Outside) -> Query:
    return replace(from_upload(outside.poster(film)), film=film)


def host_of(url: str) -> str:
    """The site's name in an address, for people; empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def shortened(text: str, most: int = 60) -> str:
    """What a sentence can quote of a long text."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def from_sample(text: str, catalog: Catalog) -> Query:
    """A poster of the catalogue, by its number as the samples link to it."""
    cards = catalog.cards([int(text)]) if SAMPLE.fullmatch(text) else {}
    if not cards:
        raise UnknownFilmError(_("That sample is no longer in the catalogue; pick another one."))
    return from_card(next(iter(cards.values())), catalog)


def from_record(recommendation: Recommendation, upload: Path, catalog: Catalog) -> Query:
    """What a recommendation was asked about; `upload` is where its upload was kept.

    Asked again it stays its uploader's, and no answer keeps it longer than the first."""
    asked = recommendation.payload["query"]
    if asked["kind"] == "catalogue":
        return from_sample(str(asked["poster_id"]), catalog)
    try:
        data = upload.read_bytes()
    except FileNotFoundError:
        raise UnknownFilmError(_("That poster is no longer kept; upload it again.")) from None
    root = asked.get("root") or recommendation.id
    return Query(
        image=decode(data, at_least=ENOUGH),
        source_hash=asked["content_hash"],
        film=FoundFilm(**asked["film"]) if asked.get("film") else None,
        custody=Custody(True, asked.get("owner"), root, recommendation.expires),
    )


def from_card(card: PosterCard, catalog: Catalog) -> Query:
    path = catalog.poster_path(card.content_hash)
    try:
        image = decode(path.read_bytes())
    except (FileNotFoundError, ImageError):
        raise UnknownFilmError(
            _(
                "The poster of %(title)s is missing here, or damaged; pick another film. "
                "Whoever runs this server can import it again.",
                title=card.title,
            )
        ) from None
    return Query(image=image, source_hash=card.content_hash, card=card)
