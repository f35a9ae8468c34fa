"""Recommendations and ratings: the bandit's state, kept in the database and nowhere else."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Generic

from sqlalchemy import Engine, Row, Text, bindparam, cast, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bandit import bursts, progress
from bandit.earnings import Earnings, recorded_earnings
from bandit.models import RecommendationRow, paged, recommendation_of, row_values
from bandit.policy import ArmStats
from bandit.recommendation import (
    P,
    PayloadCodec,
    Rating,
    Recommendation,
    RedactedRecommendation,
    UnknownRecommendation,
)
from catalog.database import flush, querying, reading, settle, writing

# Built once: building a query takes longer than SQLite needs to answer it.
_INSERT = insert(RecommendationRow)
_BY_ID = select(RecommendationRow.__table__).where(RecommendationRow.id == bindparam("id"))
_EXPIRES = select(RecommendationRow.expires).where(RecommendationRow.id == bindparam("id"))
_FACTS = (RecommendationRow.arm, RecommendationRow.rating, RecommendationRow.agreeing)
_SHOWN = (
    select(*_FACTS, func.count())
    .where(RecommendationRow.model == bindparam("model"), RecommendationRow.credited.is_(True))
    .group_by(*_FACTS)
)
_AS_IT_IS: PayloadCodec[str] = PayloadCodec(lambda text: text, lambda text: text)
_RATED = _SHOWN.where(RecommendationRow.rating.is_not(None))


class FeedbackStore(Generic[P]):
    """Records recommendations, takes ratings, and tells what each arm has earned.

    Safe for several threads and processes at once: every method is one transaction, and writing
    ones lock the database first. Ratings, and what expires, outlast a loss of power. `codec` reads
    and writes payloads; `clock` gives an aware time for new ratings.
    """

    def __init__(
        self,
        engine: Engine,
        codec: PayloadCodec[P],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._codec = codec
        self._clock = clock

    def record(self, recommendation: Recommendation[P], beside: str | None = None) -> None:
        """Keep a recommendation. ValueError where its id is taken.

        `beside`: the id of another with whose payload this one's goes. Where that is redacted, or
        gone, meanwhile, nothing is kept and RedactedRecommendation raised.
        """
        try:
            # Somebody waits for this one: without a session it takes half as long.
            kept = recommendation.expires is not None  # what can be asked again need not be flushed
            with self._engine.begin() as connection:
                named = {"id": beside}
                if beside is not None and connection.execute(_EXPIRES, named).scalar() is None:
                    raise RedactedRecommendation(beside)
                connection.execute(_INSERT, row_values(recommendation, self._codec))
            if kept:
                flush(self._engine)
        except IntegrityError as error:
            raise ValueError(f"cannot record {recommendation.id!r}: {error.orig}") from error

    def get(self, recommendation_id: str) -> Recommendation[P] | None:
        """The recommendation with its present rating, or None where the id is unknown."""
        if "\0" in recommendation_id:  # PostgreSQL refuses to look for what no text of it holds
            return None
        with querying(self._engine) as connection:
            row = connection.execute(_BY_ID, {"id": recommendation_id}).one_or_none()
            return self._recommendation(row) if row else None

    def rate(
        self,
        recommendation_id: str,
        rating: Rating | None,
        *,
        by: str | None = None,
        most: int | None = None,
    ) -> Recommendation[P]:
        """Give, change or (None) withdraw a rating; the same again changes nothing.

        `by` is a trace of who rates. More than `most` recommendations that it rates within a
        minute are a burst: all of its last minute's are set aside, credited to no arm from then on.
        Returns the recommendation as it is now. UnknownRecommendation where there is none.
        """
        rating = None if rating is None else Rating(rating)
        with writing(self._engine, flushed=True) as session:
            row = session.get(RecommendationRow, recommendation_id, with_for_update=True)
            if row is None:
                raise UnknownRecommendation(recommendation_id)
            if row.rating != rating:
                row.rating_changed = now = self._clock()
                row.rating, row.rated_at = (rating.value, now) if rating else (None, None)
                row.rated_by = by if rating else None
                if row.rated_at and by is not None and most is not None:
                    bursts.set_aside(session, by, row.rated_at, most)
            return self._recommendation(row)

    def expiring(
        self,
        until: datetime,
        page: int = 100,
        *,
        unreadable: Callable[[ValueError], None] | None = None,
    ) -> Iterator[Recommendation[P]]:
        """Those whose payload has to be redacted at `until` at the latest, the earliest first, read
        as `ratings` are: there may be many thousands. What the codec raises of one ends it, unless
        `unreadable` takes that: then that one is left out."""
        row = RecommendationRow
        query = select(row.__table__).where(row.expires <= until)
        for each in paged(self._engine, query, (row.expires, row.id), page):
            try:
                found = self._recommendation(each)
            except ValueError as error:
                if unreadable is None:
                    raise
                unreadable(error)
            else:
                yield found

    def expiring_among(self, ids: Sequence[str]) -> set[str]:
        """Those of these ids whose payload has to be redacted one day; no payload is read."""
        query = select(RecommendationRow.id).where(RecommendationRow.expires.is_not(None))
        with querying(self._engine) as connection:
            return {*connection.scalars(query.where(RecommendationRow.id.in_(ids)))}

    def redact(self, recommendation_id: str, payload: P) -> None:
        """Replace a payload for good, not its rating. UnknownRecommendation where there is none."""
        with writing(self._engine, flushed=True) as session:
            row = session.get(RecommendationRow, recommendation_id, with_for_update=True)
            if row is None:
                raise UnknownRecommendation(recommendation_id)
            row.payload, row.expires = self._codec.encode(payload), None

    def redact_together(
        self,
        expires: datetime,
        redacted: Callable[[Recommendation[P]], P | None],
        also: Callable[[Session, Sequence[str]], None],
    ) -> list[str]:
        """Replace for good the payloads of those that expire at one moment, where `redacted` gives
        another, and do what `also` does by their ids, all in one transaction; return the ids.
        Whoever records one `beside` them does so before it, and is among them, or not at all."""
        query = select(RecommendationRow).where(RecommendationRow.expires == expires)
        with writing(self._engine, flushed=True) as session:
            gone = []
            for row in session.scalars(query.with_for_update()).all():
                payload = redacted(self._recommendation(row))
                if payload is not None:
                    row.payload, row.expires = self._codec.encode(payload), None
                    gone.append(row.id)
            also(session, gone)
        return gone

    def settle(self) -> bool:
        """Leave nothing of what was redacted in the database's files, as `database.settle`."""
        return settle(self._engine)

    def stats(
        self, arms: Sequence[str], model: str, *, shared: bool = False, rated_alone: bool = False
    ) -> list[ArmStats]:
        """What each arm earned under `model`, in the order of `arms`, by one aggregate.

        Only credited recommendations count, and with `shared` credit a rating for every arm that
        would have shown the same. With `rated_alone` only those with a rating are counted as shown:
        all that a policy asks, in the time of ratings and not of recommendations.
        """
        query = _RATED if rated_alone else _SHOWN
        shown: Counter[str] = Counter()
        rated: Counter[str] = Counter()
        counted: Counter[tuple[str, str]] = Counter()
        with querying(self._engine) as connection:
            for arm, rating, agreeing, count in connection.execute(query, {"model": model}):
                shown[arm] += count
                if rating is None:
                    continue
                rated[arm] += count
                for each in (arm, *(agreeing if shared else ())):
                    counted[each, rating] += count
        return [
            ArmStats(arm, shown[arm], rated[arm], **{r.value: counted[arm, r] for r in Rating})
            for arm in arms
        ]

    def points(
        self, arms: Sequence[str], model: str, *, shared: bool = False
    ) -> list[progress.LearningPoint]:
        """How the ratings under `model` added up, in at most progress.MOST_POINTS points."""
        with reading(self._engine) as session:
            return list(progress.learning_points(session, model, arms, shared))

    def earnings(self, arms: Sequence[str], model: str) -> Earnings | None:
        """What the ratings under `model` earned, beside uniform picking; None without any."""
        with reading(self._engine) as session:
            return recorded_earnings(session, model, len(arms))

    def groups(self, arms: Sequence[str], model: str) -> list[progress.Group]:
        """How often each arm was picked under `model`, in at most progress.GROUPS groups."""
        with reading(self._engine) as session:
            return list(progress.choice_groups(session, model, arms))

    def version(self) -> progress.RecordVersion:
        """What differs after every recommendation and every rating."""
        with reading(self._engine) as session:
            return progress.record_version(session)

    def ratings(self, page: int = 500) -> Iterator[Recommendation[str]]:
        """Every rated recommendation, credited or not, of every model, in order of rating, read
        `page` at a time, each in a transaction of its own, so that a slow reader holds none. The
        payload is its JSON as it is kept: decoding it would take several times as long as all else.
        """
        row = RecommendationRow
        others = [each for each in row.__table__.columns if each.name != "payload"]
        query = select(*others, cast(row.payload, Text).label("payload"))
        query = query.where(row.rated_at.is_not(None))
        for each in paged(self._engine, query, (row.rated_at, row.id), page):
            yield recommendation_of(each, _AS_IT_IS)

    def latest(self, limit: int) -> list[Recommendation[P]]:
        """The most recently rated recommendations, newest first, credited or not."""
        if limit < 0:
            raise ValueError(f"limit must not be negative, got {limit}")
        row = RecommendationRow
        newest_first = select(row).order_by(row.rated_at.desc(), row.id.desc())
        query = newest_first.where(row.rated_at.is_not(None)).limit(limit)
        with reading(self._engine) as session:
            return [self._recommendation(each) for each in session.scalars(query)]

    def _recommendation(self, row: RecommendationRow | Row[Any]) -> Recommendation[P]:
        return recommendation_of(row, self._codec)
