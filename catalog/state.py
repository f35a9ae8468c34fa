"""Whether what was read of the catalogue still holds."""

import time
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, func, select, update
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


_CHANGED_LAST: Final = select(Movie.id).order_by(Movie.changed.desc()).limit(1)


def state(reader: Reader) -> State:
    """Return a value that changes whenever a film or a poster is added, changed or removed.

    A database answers it from the ends of two indexes; counting a million rows would take it a
    twentieth of a second.
    """
    changed, newest = single_row(reader, _LATEST)
    return changed, newest


def later_moment(session: Session) -> int:
    """Return a stamp for what changes now: microseconds since 1970, and later than any before it,
    whatever the clock says."""
    latest = session.scalar(select(func.max(Movie.changed))) or 0
    return max(latest + 1, time.time_ns() // 1000)


def note_removal(session: Session, movie: int) -> None:
    """Let the state change with a film that is about to be removed, which leaves no row to tell it:
    the one that was changed last of the others counts as changed again."""
    last = session.scalar(_CHANGED_LAST.where(Movie.id != movie))
    changed = update(Movie).where(Movie.id == last)
    session.execute(changed.values(changed=later_moment(session)))


def posters_changed(reader: Reader, before: State) -> NDArray[np.int64]:
    """Return the posters, ascending, of films that changed since the state was `before`."""
    after = -1 if before[0] is None else before[0]
    return np.array(reader.scalars(_CHANGED, {"after": after}).all(), np.int64)
