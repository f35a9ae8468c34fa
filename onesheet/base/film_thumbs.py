"""Thumbs: what people say of single films beside the verdict on the five.

They teach no arm, whose reward is the verdict. They are rows beside the record, by the ids of a
recommendation and of a poster, and go when the recommendation's payload is redacted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, Index, MetaData, String, bindparam, delete, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bandit import RedactedRecommendation
from bandit.models import RecommendationRow, UTCDateTime
from catalog.database import querying, writing
from catalog.models import Base as CatalogBase

IDS_A_QUERY = 500


class Base(DeclarativeBase):
    """The table of thumbs; constraints are named as the catalogue's."""

    metadata = MetaData(naming_convention=CatalogBase.metadata.naming_convention)


class FilmThumb(Base):
    """One person's thumb on one poster of one answer: up, or down."""

    __tablename__ = "film_thumb"
    __table_args__ = (Index("ix_film_thumb_at", "at"),)

    recommendation_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    poster_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    up: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UTCDateTime)


# Built once: every page of an answer asks it.
_OF = (
    select(FilmThumb.poster_id, FilmThumb.up)
    .where(FilmThumb.recommendation_id == bindparam("id"))
    .order_by(FilmThumb.at)
)


@dataclass(frozen=True)
class Thumb:
    """A thumb as it is kept."""

    recommendation_id: str
    poster_id: int
    up: bool


@dataclass(frozen=True)
class ThumbCounts:
    """Thumbs given under one arm."""

    up: int = 0
    down: int = 0


class Thumbs:
    """Keeps thumbs. Safe for several threads and processes: every method is one transaction."""

    def __init__(
        self, engine: Engine, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine = engine
        self._clock = clock

    def give(
        self, recommendation_id: str, poster_id: int, up: bool | None, *, kept: bool = False
    ) -> None:
        """Give, change or (None) withdraw a thumb; the same again changes nothing.

        `kept`: an upload was kept behind the answer a moment ago. Where it is gone by now,
        bandit.RedactedRecommendation is raised: the thumb would outlast it.
        """
        with writing(self._engine) as session:
            expires = select(RecommendationRow.expires).where(
                RecommendationRow.id == recommendation_id
            )
            if kept and session.scalar(expires) is None:
                raise RedactedRecommendation(recommendation_id)
            row = session.get(FilmThumb, (recommendation_id, poster_id))
            if up is None:
                if row is not None:
                    session.delete(row)
            elif row is None:
                session.add(
                    FilmThumb(
                        recommendation_id=recommendation_id,
                        poster_id=poster_id,
                        up=up,
                        at=self._clock(),
                    )
                )
            elif row.up != up:
                row.up, row.at = up, self._clock()

    def of(self, recommendation_id: str) -> dict[int, bool]:
        """Of one answer: poster to whether its thumb is up, in the order of giving."""
        with querying(self._engine) as connection:
            rows = connection.execute(_OF, {"id": recommendation_id})
            return dict(rows.all())

    def of_each(self, recommendation_ids: Iterable[str]) -> dict[str, dict[int, bool]]:
        """The same of several answers; those without a thumb are left out."""
        found: dict[str, dict[int, bool]] = {}
        numbers = list(recommendation_ids)
        row = FilmThumb
        with querying(self._engine) as connection:
            for first in range(0, len(numbers), IDS_A_QUERY):
                part = row.recommendation_id.in_(numbers[first : first + IDS_A_QUERY])
                query = select(row.recommendation_id, row.poster_id, row.up).where(part)
                for number, poster, up in connection.execute(query.order_by(row.at)):
                    found.setdefault(number, {})[poster] = up
        return found

    def by_arm(self, model: str) -> dict[str, ThumbCounts]:
        """What was given on answers that each arm chose under a model, of those that are credited
        and have their verdict: before it, nothing tells of the arm. Arms without are left out."""
        row, record = FilmThumb, RecommendationRow
        # The outer join has the answers looked up that have a thumb. With what is asked of these in
        # a WHERE, SQLite would look up every rated one, of millions, and whether it has a thumb.
        facts = (record.model, record.credited, record.rating.is_not(None), record.arm, row.up)
        query = (
            select(*facts, func.count())
            .join(record, record.id == row.recommendation_id, isouter=True)
            .group_by(*facts)
        )
        counts: dict[str, dict[bool, int]] = {}
        with querying(self._engine) as connection:
            for of_model, credited, rated, arm, up, count in connection.execute(query):
                if of_model == model and credited and rated:
                    counts.setdefault(arm, {})[up] = count
        return {
            arm: ThumbCounts(each.get(True, 0), each.get(False, 0))
            for arm, each in sorted(counts.items())
        }

    def forget(self, recommendation_id: str) -> None:
        """Remove all thumbs of an answer that is redacted."""
        with writing(self._engine) as session:
            forget_thumbs(session, [recommendation_id])

    def all(self) -> Iterator[Thumb]:
        """Every thumb, in the order of giving."""
        row = FilmThumb
        query = select(row.recommendation_id, row.poster_id, row.up)
        with querying(self._engine) as connection:
            for number, poster, up in connection.execute(query.order_by(row.at)):
                yield Thumb(number, poster, up)


def forget_thumbs(session: Session, recommendation_ids: Sequence[str]) -> None:
    """Within a transaction: remove all thumbs of answers that it redacts."""
    for number in recommendation_ids:
        session.execute(delete(FilmThumb).where(FilmThumb.recommendation_id == number))
