"""How the bandit came to know what it knows, in few points however many ratings there are."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bandit.models import RecommendationRow
from bandit.policy import ArmStats
from bandit.recommendation import Rating

MOST_POINTS = 120
"""Points of a curve; up to so many ratings there is one for each."""
GROUPS = 20
"""Groups into which the searches are counted."""


@dataclass(frozen=True)
class LearningPoint:
    """The bandit after its first `rated` ratings, in the order in which they were given.

    `stats` hold what counted for each arm; times shown are not known at a rating, so they are 0.
    `reward` is the sum of all rewards so far.
    """

    rated: int
    stats: tuple[ArmStats, ...]
    reward: int


@dataclass(frozen=True)
class Group:
    """Consecutive credited recommendations, by number from 1, and how often each arm was picked."""

    first: int
    last: int
    picks: dict[str, int]


def learning_points(
    session: Session, model: str, arms: Sequence[str], shared: bool
) -> Iterator[LearningPoint]:
    """A changed rating stands where it was changed, a withdrawn one is gone."""
    row = RecommendationRow
    credited = select(row).where(
        row.model == model, row.credited.is_(True), row.rated_at.is_not(None)
    )
    bucket, ordered = _numbered(session, credited, (row.rated_at, row.id), MOST_POINTS)
    facts = (ordered.c.arm, ordered.c.rating, ordered.c.agreeing)
    query = select(bucket, *facts, func.count()).group_by(bucket, *facts).order_by(bucket)
    own: Counter[str] = Counter()
    counted: Counter[tuple[str, str]] = Counter()
    reward, previous = 0, None
    for number, arm, rating, agreeing, count in session.execute(query):
        if previous not in (None, number):
            yield _point(arms, own, counted, reward)
        previous = number
        own[arm] += count
        reward += count * Rating(rating).reward
        for each in (arm, *(agreeing if shared else ())):
            counted[each, rating] += count
    if previous is not None:
        yield _point(arms, own, counted, reward)


def choice_groups(session: Session, model: str, arms: Sequence[str]) -> Iterator[Group]:
    """The searches under a model in the order in which they came."""
    row = RecommendationRow
    credited = select(row).where(row.model == model, row.credited.is_(True))
    bucket, ordered = _numbered(session, credited, (row.created, row.id), GROUPS)
    query = select(bucket, ordered.c.arm, func.count()).group_by(bucket, ordered.c.arm)
    counts: dict[int, Counter[str]] = {}
    for number, arm, count in session.execute(query.order_by(bucket)):
        counts.setdefault(number, Counter())[arm] = count
    first = 1
    for picks in counts.values():
        last = first + picks.total() - 1
        yield Group(first, last, {arm: picks[arm] for arm in arms})
        first = last + 1


def _numbered(
    session: Session, rows: Select[Any], order: Sequence[InstrumentedAttribute[Any]], most: int
) -> tuple[ColumnElement[int], FromClause]:
    """Rows in order, dealt into `most` buckets of consecutive ones; one a bucket where they fit.

    They are counted first: counted as a window beside the other, all of them would be sorted once
    more, which come in order."""
    row = RecommendationRow
    total = session.scalar(rows.with_only_columns(func.count())) or 0
    place = (func.row_number().over(order_by=order) - 1).label("place")
    ordered = rows.with_only_columns(row.arm, row.rating, row.agreeing, place).subquery()
    return ordered.c.place * most // max(total, most), ordered


def _point(
    arms: Sequence[str], own: Counter[str], counted: Counter[tuple[str, str]], reward: int
) -> LearningPoint:
    stats = tuple(
        ArmStats(arm, rated=own[arm], **{each.value: counted[arm, each] for each in Rating})
        for arm in arms
    )
    return LearningPoint(own.total(), stats, reward)


class RecordVersion(NamedTuple):
    """What differs after every recommendation and every rating, merged ones too.

    `last` is the moment of the last rating. What is merged may be older than that, so `ratings`
    counts them by kind too: rating, whether it is credited, how many.
    """

    recommendations: int
    last: datetime | None
    ratings: tuple[tuple[str, bool, int], ...]


def record_version(session: Session) -> RecordVersion:
    """The record's version as of now; it looks at every row of an index."""
    row = RecommendationRow
    shown = session.scalar(select(func.count()).select_from(row)) or 0
    last = session.scalar(select(func.max(row.rated_at)))
    kinds = (row.rating, row.credited)
    counts = select(*kinds, func.count()).where(row.rating.is_not(None))
    rated = session.execute(counts.group_by(*kinds).order_by(*kinds))
    found = tuple((rating, credited, count) for rating, credited, count in rated if rating)
    return RecordVersion(shown, last, found)
