"""Which films a catalogue has, and which pictures from elsewhere it took already."""

from collections.abc import Iterable
from typing import Final, Self

from sqlalchemy import select

from catalog.database import Reader
from catalog.models import Movie, Poster, own_origin
from catalog.records import WITHOUT_IMDB, is_at_imdb

_FILMS: Final = select(Movie.id, Movie.imdb_id, Movie.tmdb_id).order_by(Movie.id)
_PICTURES: Final = (
    select(Poster.movie_id, Poster.source, Poster.content_hash)
    .where(Poster.source.contains(":"))
    .order_by(Poster.id)
)


class KnownFilms:
    """The films as they were when this was read: by their ids, with where their posters came from,
    where that is an address."""

    def __init__(
        self,
        by_imdb: dict[str, int],
        by_tmdb: dict[int, int],
        pictures: dict[tuple[int, str], str],
    ) -> None:
        self._by_imdb, self._by_tmdb, self._pictures = by_imdb, by_tmdb, pictures
        self._ids = {movie: imdb_id for imdb_id, movie in by_imdb.items()}

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Read every film's ids, and where its pictures came from."""
        rows = reader.execute(_FILMS).all()
        by_tmdb = {tmdb_id: movie for movie, _, tmdb_id in reversed(rows) if tmdb_id is not None}
        pictures = {
            (movie, own_origin(source)): content_hash
            for movie, source, content_hash in reader.execute(_PICTURES)
        }
        return cls({imdb_id: movie for movie, imdb_id, _ in rows}, by_tmdb, pictures)

    def of(self, imdb_id: str, tmdb_id: int | None) -> int | None:
        """Return the film with this id; else the one with TMDB's number, where one of the two has
        no IMDb id."""
        found = self._by_imdb.get(imdb_id)
        if found is not None or tmdb_id not in self._by_tmdb:
            return found
        numbered = self._by_tmdb[tmdb_id]
        without = self._ids[numbered].startswith(WITHOUT_IMDB)
        return numbered if without or not is_at_imdb(imdb_id) else None

    def imdb_ids(self) -> Iterable[str]:
        """Return the ids of all films."""
        return self._by_imdb.keys()

    def imdb_id(self, tmdb_id: int) -> str | None:
        """Return the IMDb id of the film with TMDB's number; None where either is unknown."""
        movie = self._by_tmdb.get(tmdb_id)
        found = None if movie is None else self._ids.get(movie)
        return found if found is not None and is_at_imdb(found) else None

    def picture(self, movie: int | None, origin: str) -> str | None:
        """Return the content hash of the poster of a film that came from there, as its own or an
        alternate; None where it has none."""
        return None if movie is None else self._pictures.get((movie, own_origin(origin)))
