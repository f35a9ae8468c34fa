"""Films that are two in the catalogue and one at TMDB: found, and made one."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from catalog.database import querying, writing
from catalog.follower import Follower
from catalog.models import Movie, Poster
from catalog.records import WITHOUT_IMDB, CatalogError
from catalog.state import later_moment


@dataclass(frozen=True)
class FilmClash:
    """Films with the same number at TMDB, by their ids. `merged_into` is the only one of them whose
    IMDb id is known; None: a person must say which of them has the wrong number."""

    tmdb_id: int
    films: tuple[str, ...]
    merged_into: str | None

    def __str__(self) -> str:
        return f"{' and '.join(self.films)} have the same number at TMDB, {self.tmdb_id}"


class Clashes:
    """Finds and merges films of one catalogue; a server may serve meanwhile."""

    def __init__(self, engine: Engine, follower: Follower | None) -> None:
        self._engine, self._follower = engine, follower

    def among(self, numbers: Collection[int] | None = None) -> list[FilmClash]:
        """Return the films that share one of TMDB's numbers, at most some thousands of them; None
        for all numbers. Ordered by number, films by age."""
        twice = select(Movie.tmdb_id).group_by(Movie.tmdb_id).having(func.count() > 1)
        if numbers is not None:
            twice = twice.where(Movie.tmdb_id.in_(numbers))
        query = select(Movie.tmdb_id, Movie.imdb_id).where(Movie.tmdb_id.in_(twice))
        with querying(self._engine) as connection:
            rows = connection.execute(query.order_by(Movie.tmdb_id, Movie.id)).all()
        films: dict[int, list[str]] = defaultdict(list)
        for tmdb_id, imdb_id in rows:
            if tmdb_id is not None:
                films[tmdb_id].append(imdb_id)
        found = []
        for tmdb_id, ids in films.items():
            known = [each for each in ids if not each.startswith(WITHOUT_IMDB)]
            found.append(FilmClash(tmdb_id, tuple(ids), known[0] if len(known) == 1 else None))
        return found

    def mend(self, clash: FilmClash) -> set[int]:
        """Make one film of a clash that names which, and return the rows of all its films; leave
        another clash alone. Raises `CatalogError` where that film was removed meanwhile."""
        if clash.merged_into is None:
            return set()
        others = [film for film in clash.films if film != clash.merged_into]
        return self._merge(clash.merged_into, others)

    def _merge(self, kept: str, others: Sequence[str]) -> set[int]:
        """Give a film the posters of others, and remove those. Posters keep their ids, by which an
        index and shared collections know them; only of a picture that both have one must go."""
        with writing(self._engine) as session:
            found = select(Movie).where(Movie.imdb_id.in_([kept, *others]))
            movies = {movie.imdb_id: movie for movie in session.scalars(found)}
            if kept not in movies:
                raise CatalogError(f"{kept} was removed meanwhile; check again.")
            film = movies.pop(kept)
            there = {poster.content_hash for poster in film.posters}
            for poster in [each for movie in movies.values() for each in movie.posters]:
                if poster.content_hash in there:
                    self._forget(session, poster)
                else:
                    there.add(poster.content_hash)
                    poster.movie = film
            session.flush()  # a film takes with it what still is its own
            now = later_moment(session)  # than of those that go, too: one may be the latest
            for movie in movies.values():
                _fill(film, movie)
                session.delete(movie)
            film.changed = now
            return {film.id, *(movie.id for movie in movies.values())}

    def _forget(self, session: Session, poster: Poster) -> None:
        if self._follower is not None:
            self._follower.removed(session, [poster.id])


def _fill(film: Movie, other: Movie) -> None:
    """Let a film have the facts that only the other one knows; an id in a title's place is none."""
    if film.title in _own_ids(film) and other.title not in _own_ids(other):
        film.title = other.title
    for name in ("year", "rating", "votes", "genres"):
        if getattr(film, name) in (None, ()):
            setattr(film, name, getattr(other, name))
    film.adult = film.adult or other.adult
    if film.adult_by_operator is None:
        film.adult_by_operator = other.adult_by_operator


def _own_ids(film: Movie) -> tuple[str, str]:
    return film.imdb_id, f"tmdb-{film.tmdb_id}"
