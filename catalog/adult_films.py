"""Films for adults: marked so by their source, or by the operator, whose word counts more."""

from typing import Final

from sqlalchemy import Engine, select

from catalog.database import querying, writing
from catalog.models import ADULT, Movie, Poster
from catalog.records import CatalogError
from catalog.state import State, later_moment, state

_POSTERS: Final = select(Poster.content_hash).join(Poster.movie).where(ADULT)


class AdultFilms:
    """Tells whose posters are of films for adults. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held: tuple[State, frozenset[str]] | None = None

    def has(self, content_hash: str) -> bool:
        """Return whether a poster is one of a film for adults: quick enough for every picture."""
        with querying(self._engine) as connection:
            now = state(connection)
            held = self._held
            if held is None or held[0] != now:
                held = now, frozenset(connection.scalars(_POSTERS))
                self._held = held  # one assignment: another thread sees the old pair or the new one
        return content_hash in held[1]

    def mark(self, imdb_id: str, adult: bool | None) -> None:
        """Say whether a film is for adults, whatever its source says; None leaves it to the source.

        Raises `CatalogError` for an unknown film."""
        with writing(self._engine) as session:
            movie = session.scalar(select(Movie).where(Movie.imdb_id == imdb_id))
            if movie is None:
                raise CatalogError(f"The catalogue has no film {imdb_id}.")
            movie.adult_by_operator = adult
            movie.changed = later_moment(session)
