"""Whether what was read of the catalogue still holds."""

import time
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from catalog.database import Reader, single_row
from catalog.models import Movie, Poster

State = tuple[int | None, int | None]

_LATEST: Final = select(
    *(select(func.max(last)).scalar_subquery() for last in (Movie.changed, Poster.id))
)

_CHANGED: Final = (
    select(Poster.id)
    .join(Poster.movie)
    .where(Movie.changed > bindparam("after"))
    .order_by(Poster.id)
)


def state(reader: Reader) -> State:
    """Return a value that changes whenever a film or a poster is added or changed.

    SQLite answers it from the ends of two indexes; counting rows would take a millisecond. It says
    nothing of removals.
    """
    changed, newest = single_row(reader, _LATEST)
    return changed, newest


def later_moment(session: Session) -> int:
    """Return a stamp for what changes now: microseconds since 1970, and later than any before it,
    whatever the clock says."""
    latest = session.scalar(select(func.max(Movie.changed))) or 0
    return max(latest + 1, time.time_ns() // 1000)


def posters_changed(reader: Reader, before: State) -> NDArray[np.int64]:
    """Return the posters, ascending, of films that changed since the state was `before`."""
    after = -1 if before[0] is None else before[0]
    return np.array(reader.scalars(_CHANGED, {"after": after}).all(), np.int64)
