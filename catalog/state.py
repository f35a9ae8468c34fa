"""Whether what was read of the catalogue still holds."""

from typing import Final

from sqlalchemy import func, select

from catalog.database import Reader
from catalog.models import Movie, Poster

State = tuple[int | None, int | None]

_LATEST: Final = select(
    *(select(func.max(last)).scalar_subquery() for last in (Movie.changed, Poster.id))
)


def state(reader: Reader) -> State:
    """Return a value that changes whenever a film or a poster is added or changed.

    SQLite answers it from the ends of two indexes; counting rows would take a millisecond. It says
    nothing of removals.
    """
    changed, newest = reader.execute(_LATEST).one()
    return changed, newest
