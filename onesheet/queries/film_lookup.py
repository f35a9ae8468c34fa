"""The film or poster that a search names: by an id, a link, a picture's address or a title.

What a text means is `onesheet.queries.meaning`'s; here it is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalog.catalog import Catalog, MovieRecord, PosterCard
from catalog.images.surroundings.part import WHOLE_PICTURE, Part
from catalog.records import ID_AT_IMDB
from onesheet.base.payload import FoundFilm
from onesheet.base.refusals import QueryError, UnknownFilmError
from onesheet.base.texts import marked
from onesheet.fetching.film_services import Outside
from onesheet.queries.imdb_links import imdb_id, own_id
from onesheet.queries.meaning import Kind, meaning
from onesheet.queries.parts import crop_named, part_named
from onesheet.queries.query import Query, from_card, from_sample, from_upload

NO_QUERY = marked(
    "Choose a poster to upload, paste a link, type a title, or pick one of the samples."
)
MATCHES = 24
"""Films offered where a title may mean several."""
NEAR_MATCHES = 3
"""Films offered where a title may be mistyped."""
NOT_HERE = marked(
    "The catalogue has no film %(number)s; upload its poster instead, or pick a sample."
)
NOT_HERE_BY_TMDB = marked(
    "The catalogue has no film with TMDB’s number %(number)s; "
    "upload its poster instead, or pick a sample."
)
NO_FILM_PAGE = marked(
    "That page of %(site)s is not a film’s page; "
    "open the film there and copy its address, or type its title."
)
UNREADABLE_PAGE = marked(
    "Pages of %(site)s cannot be read here; type the film’s title, or paste its IMDb link."
)
COLOURS_NAMED = marked("That names colours; look for posters in them at /colours.")
SEVERAL_FILMS = marked("Several films may be meant; send one’s id as imdb: %(films)s.")

MISTYPED = marked(
    "No film in the catalogue is called “%(title)s”; some are called nearly so: %(films)s."
)


class ColoursNamedError(QueryError):
    """A text that names colours, not a film."""

    def __init__(self, text: str) -> None:
        super().__init__(COLOURS_NAMED)
        self.text = text


class SeveralFilmsError(QueryError):
    """A title that may mean several films of the catalogue."""

    def __init__(self, title: str, cards: Sequence[PosterCard]) -> None:
        named = ", ".join(f"{card.title} ({card.imdb_id})" for card in cards[:3])
        super().__init__(SEVERAL_FILMS, films=named)
        self.title = title


class MistypedTitleError(UnknownFilmError):
    """A title that no film of the catalogue has, and some have nearly."""

    def __init__(self, title: str, cards: Sequence[PosterCard]) -> None:
        named = ", ".join(f"{card.title} ({card.imdb_id})" for card in cards)
        super().__init__(MISTYPED, title=shortened(title), films=named)
        self.title = title


def from_fields(
    poster: bytes | None, fields: Mapping[str, object], catalog: Catalog, outside: Outside
) -> Query:
    """The first that was given: an uploaded `poster`, `sample`, `imdb`, or `q`, which is any text.

    The field `crop` says which part of its poster to search by. Raises QueryError, FetchError or
    catalog.images.ImageError, whose sentences tell what to do.
    """
    crop = crop_named(fields)
    if poster is not None:
        return from_upload(poster, part_named(fields), crop)
    return _of_words(fields, catalog, outside).cropped(crop or WHOLE_PICTURE)


def _of_words(fields: Mapping[str, object], catalog: Catalog, outside: Outside) -> Query:
    """What `sample`, `imdb` or `q` names, the first that was given."""
    said: dict[str, str] = {}
    for name in ("sample", "imdb", "q"):
        value = fields.get(name)
        if name == "sample" and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)  # suggestions have it so
        if value is not None and not isinstance(value, str):
            raise QueryError("%(field)s must be text; send it in quotes.", field=name)
        if value and value.strip():
            said[name] = value.strip()
    if "sample" in said:
        return from_sample(said["sample"], catalog)
    if "imdb" in said:
        return from_imdb(said["imdb"], catalog, outside)
    if "q" in said:
        return from_text(said["q"], catalog, outside, part_named(fields))
    raise QueryError(NO_QUERY)


def from_text(text: str, catalog: Catalog, outside: Outside, part: Part | None = None) -> Query:
    """Whatever the one input may hold: an id, a link, a picture's address or a title."""
    found = meaning(text)
    if found is None:
        raise QueryError(NO_QUERY)
    if found.kind is Kind.IMDB:
        return from_imdb(found.value, catalog, outside)
    if found.kind is Kind.TMDB:
        return from_tmdb(int(found.value), catalog, outside)
    if found.kind is Kind.PICTURE:
        return from_upload(outside.picture(found.value), part)
    if found.kind is Kind.TITLE:
        return from_title(found.value, catalog)
    if found.kind is Kind.COLOURS:
        if films_called_so(found.value, catalog):
            return from_title(found.value, catalog)
        raise ColoursNamedError(found.value)
    if found.kind is Kind.UNREADABLE:
        raise QueryError(UNREADABLE_PAGE, site=found.value)
    raise QueryError(NO_FILM_PAGE, site=found.value)


def from_imdb(text: str, catalog: Catalog, outside: Outside | None = None) -> Query:
    """A film by an IMDb link or id, or the catalogue's own id: of the catalogue, else of the
    services that `outside` asks."""
    found = imdb_id(text) or own_id(text)
    if found is None:
        raise QueryError(
            "That is not an IMDb title link; paste one such as "
            "https://www.imdb.com/title/tt0111161/ or just its id, tt0111161."
        )
    cards = catalog.by_imdb(found)
    if cards:
        return from_card(cards[0], catalog)
    if outside is not None and ID_AT_IMDB.fullmatch(found) and (film := outside.by_imdb(found)):
        return _from_film(film, catalog, outside)
    raise UnknownFilmError(NOT_HERE, number=found)


def from_tmdb(tmdb_id: int, catalog: Catalog, outside: Outside) -> Query:
    """A film by TMDB's number: of the catalogue, else of TMDB where its key is set."""
    cards = catalog.by_tmdb(tmdb_id) if tmdb_id < 2**31 else []
    if cards:
        return from_card(cards[0], catalog)
    film = outside.by_tmdb(tmdb_id)
    if film is None:
        raise UnknownFilmError(NOT_HERE_BY_TMDB, number=str(tmdb_id))
    if film.imdb_id and (cards := catalog.by_imdb(film.imdb_id)):
        return from_card(cards[0], catalog)
    return _from_film(film, catalog, outside)


def films_called_so(text: str, catalog: Catalog) -> list[PosterCard]:
    """The films whose very title names colours, such as Black and Blue; none where the text names
    no colours."""
    found = meaning(text)
    return catalog.titled(text) if found is not None and found.kind is Kind.COLOURS else []


def meant_by_title(text: str, catalog: Catalog) -> list[PosterCard]:
    """The films that a title may mean, the best match first; one alone is the one to take."""
    return catalog.titled(text) or catalog.matching_title(text, MATCHES)


def near_title(text: str, catalog: Catalog) -> list[PosterCard]:
    """The films that a title may mean which is no film's, if it was mistyped."""
    return catalog.matching_title(text, NEAR_MATCHES, mistyped=True)


def from_title(text: str, catalog: Catalog) -> Query:
    """The film of the catalogue that a title means; SeveralFilmsError where it may mean several,
    and MistypedTitleError where it may mean some if it was mistyped."""
    cards = meant_by_title(text, catalog)
    if not cards and (near := near_title(text, catalog)):
        raise MistypedTitleError(text, near)
    if not cards:
        raise UnknownFilmError(
            "No film in the catalogue is called “%(title)s”; "
            "check the spelling, or upload its poster.",
            title=shortened(text),
        )
    if len(cards) > 1:
        raise SeveralFilmsError(text, cards)
    return from_card(cards[0], catalog)


def _from_film(film: FoundFilm, catalog: Catalog, outside: Outside) -> Query:
    """A film that was looked up: a query alone, unless the operator wants such films to stay."""
    poster = outside.poster(film)
    query = replace(from_upload(poster, WHOLE_PICTURE), film=film)
    film_id = film.imdb_id or (f"tmdb-{film.tmdb_id}" if film.tmdb_id else None)
    if not outside.learns or film_id is None:
        return query
    facts = (film_id, film.tmdb_id, film.title, film.year, None, None, (), None)
    record = MovieRecord(*facts, adult=film.adult or None)
    catalog.add_many([(record, poster)], outside.source_of(film))
    cards = catalog.by_imdb(film_id) or (catalog.by_tmdb(film.tmdb_id) if film.tmdb_id else [])
    return from_card(cards[0], catalog) if cards else query


def shortened(text: str, most: int = 60) -> str:
    """What a sentence can quote of a long text."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"
