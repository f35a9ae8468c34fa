"""What a service says of a film, as a record; what means nothing is left empty and told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from catalog.records import CatalogError, MovieRecord
from catalog.sources.genre_vocabulary import genres_of
from catalog.sources.pictures.film_names import film_id
from catalog.sources.source import SourceNotes
from catalog.sources.values import (
    UnreadableValueError,
    imdb_id_in,
    rating_in,
    tmdb_id_in,
    votes_in,
    year_in,
)

V = TypeVar("V")

FILMS_A_QUESTION = 200
OTHER_ANSWER = "The server does not answer as it should; is it the right address?"


@dataclass(frozen=True)
class ServerFilm:
    """A film as a service's answer has it, each value of any type that JSON knows."""

    title: Any
    year: Any
    rating: Any
    genres: Any
    imdb: Any
    tmdb: Any
    votes: Any = None
    adult: Any = None

    def record(self, where: str, notes: SourceNotes) -> MovieRecord:
        """Return the film's record; `where` names it in `notes`. Raises `CatalogError` for a film
        without a title."""

        def value(read: Callable[[str], V | None], said: Any) -> V | None:
            try:
                return read("" if said is None else str(said))
            except UnreadableValueError as error:
                notes.warnings.append(f"{where}: {error}")
                return None

        if not isinstance(self.title, str) or not self.title.strip():
            raise CatalogError("it has no title")
        imdb_id, tmdb_id = value(imdb_id_in, self.imdb), value(tmdb_id_in, self.tmdb)
        year = value(year_in, self.year)
        listed = self.genres if isinstance(self.genres, list) else ()
        genres, unknown = genres_of(each for each in listed if isinstance(each, str))
        notes.unknown_genres.update(unknown)
        title = self.title.strip()
        return MovieRecord(
            imdb_id=imdb_id or (f"tmdb-{tmdb_id}" if tmdb_id else film_id(title, year, where)),
            tmdb_id=tmdb_id,
            title=title,
            year=year,
            rating=value(rating_in, self.rating or None),
            votes=value(votes_in, self.votes),
            genres=genres,
            split=None,
            adult=self.adult if isinstance(self.adult, bool) else None,
        )


def next_page(answer: Any, before: Any) -> Any:
    """Return the page of films that follows the one `before`. Raises `CatalogError` where it is the
    same again: a server that heeds no start would be asked without end."""
    if answer == before:
        raise CatalogError(OTHER_ANSWER)
    return answer


def objects_in(said: Any, *path: str) -> list[dict[str, Any]]:
    """Return the objects in a list within an answer, [] where it is left out. Raises
    `CatalogError` where the answer is something else."""
    found = object_in(said, *path[:-1]).get(path[-1], [])
    if not isinstance(found, list):
        raise CatalogError(OTHER_ANSWER)
    return [each for each in found if isinstance(each, dict)]


def object_in(said: Any, *path: str) -> dict[str, Any]:
    """Return an object within an answer. Raises `CatalogError` where there is none."""
    for name in path:
        said = said.get(name) if isinstance(said, dict) else None
    if not isinstance(said, dict):
        raise CatalogError(OTHER_ANSWER)
    return said
