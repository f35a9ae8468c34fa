"""Ratings that came faster than people rate: kept, and credited to no arm."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bandit.models import RecommendationRow
from catalog.database import querying, writing

BURST = timedelta(minutes=1)
"""The time in which ratings are counted to tell a burst."""
REMEMBERED = timedelta(hours=1)


class Bursts:
    """What is known of bursts in one database. `clock` gives an aware time."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine, self._clock = engine, clock

    def count(self) -> int:
        """How many recommendations were set aside."""
        row = RecommendationRow
        with querying(self._engine) as connection:
            query = select(func.count()).select_from(row).where(row.set_aside.is_(True))
            return connection.scalar(query) or 0

    def forget(self) -> None:
        """Forget who rated what, but for the last hour, in which bursts are looked for."""
        row = RecommendationRow
        old = (row.rated_by.is_not(None), row.rated_at < self._clock() - REMEMBERED)
        with writing(self._engine) as session:
            session.execute(update(row).where(*old).values(rated_by=None))


def set_aside(session: Session, by: str, now: datetime, most: int) -> None:
    """Credit no arm with what this trace rated in the last minute, if that is more than `most`.

    What seems to be rated later than now is left out: the clock was set back since."""
    row = RecommendationRow
    lately = (row.rated_by == by, row.rated_at > now - BURST, row.rated_at <= now)
    session.flush()
    if (session.scalar(select(func.count()).select_from(row).where(*lately)) or 0) > most:
        session.execute(update(row).where(*lately).values(set_aside=True, credited=False))
