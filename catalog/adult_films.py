"""Films for adults: marked so by their source, or by the operator, whose word counts more."""

from sqlalchemy import Engine, select

from catalog.database import writing
from catalog.models import Movie
from catalog.records import CatalogError
from catalog.state import later_moment


class AdultFilms:
    """What the operator says of films; each poster's card tells what counts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def mark(self, imdb_id: str, adult: bool | None) -> None:
        """Say whether a film is for adults, whatever its source says; None leaves it to the source.

        Raises `CatalogError` for an unknown film."""
        with writing(self._engine) as session:
            movie = session.scalar(select(Movie).where(Movie.imdb_id == imdb_id))
            if movie is None:
                raise CatalogError(f"The catalogue has no film {imdb_id}.")
            movie.adult_by_operator = adult
            movie.changed = later_moment(session)
