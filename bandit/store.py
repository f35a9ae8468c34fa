"""Recommendations and ratings: the bandit's state, kept in the database and nowhere else."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine, case, func, select
from sqlalchemy.exc import IntegrityError

from bandit.history import Pick, Step, replay
from bandit.models import RecommendationRow
from bandit.policy import DECAY, ArmStats
from bandit.recommendation import Rating, Recommendation, UnknownRecommendation
from catalog.database import reading, writing


def _now() -> datetime:
    return datetime.now(UTC)


class FeedbackStore:
    """Records recommendations, takes ratings, and tells what each arm has earned.

    Safe for several threads and processes at once: every method is one transaction, and
    writing ones lock the database first. `clock` gives an aware time for new ratings.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._clock = clock

    def record(self, recommendation: Recommendation) -> None:
        """Keep a recommendation. ValueError where its id is taken."""
        try:
            with writing(self._engine) as session:
                session.add(_row(recommendation))
                session.flush()
        except IntegrityError as error:
            raise ValueError(f"cannot record {recommendation.id!r}: {error.orig}") from error

    def get(self, recommendation_id: str) -> Recommendation | None:
        """The recommendation with its present rating, or None where the id is unknown."""
        with reading(self._engine) as session:
            row = session.get(RecommendationRow, recommendation_id)
            return _recommendation(row) if row else None

    def rate(self, recommendation_id: str, rating: Rating | None) -> Recommendation:
        """Give, change or (None) withdraw a rating; the same again changes nothing.

        Returns the recommendation as it is now. UnknownRecommendation where there is none.
        """
        rating = None if rating is None else Rating(rating)
        with writing(self._engine) as session:
            row = session.get(RecommendationRow, recommendation_id, with_for_update=True)
            if row is None:
                raise UnknownRecommendation(recommendation_id)
            if row.rating != rating:
                row.rating = rating.value if rating else None
                row.rated_at = self._clock() if rating else None
            return _recommendation(row)

    def stats(self, arms: Sequence[str], model: str) -> list[ArmStats]:
        """What each arm earned under `model`, in the order of `arms`, by one aggregate.

        Only credited recommendations count; an arm without ratings has value 0.
        """
        rating = RecommendationRow.rating
        reward = case({each.value: each.reward for each in Rating}, value=rating)
        query = (
            select(RecommendationRow.arm, func.count(), func.count(rating), func.sum(reward))
            .where(RecommendationRow.model == model, RecommendationRow.credited.is_(True))
            .group_by(RecommendationRow.arm)
        )
        with reading(self._engine) as session:
            found = {
                arm: (shown, rated, total) for arm, shown, rated, total in session.execute(query)
            }
        counts = [(arm, *found.get(arm, (0, 0, None))) for arm in arms]
        return [
            ArmStats(arm, shown, rated, int(total) / rated if rated else 0.0)
            for arm, shown, rated, total in counts
        ]

    def history(self, model: str | None = None, *, decay: float = DECAY) -> list[Step]:
        """The credited ratings as they stand, in order of rating, and the bandit after each.

        A changed rating stands where it was changed; a withdrawn one is gone. So the last
        step of a model agrees with `stats`. `model=None` gives the steps of every model, each
        with its own model's counts. `decay` is the policy's.
        """
        row = RecommendationRow
        query = select(
            row.id, row.model, row.arm, row.explored, row.created, row.rating, row.rated_at
        ).where(row.credited.is_(True))
        if model is not None:
            query = query.where(row.model == model)
        with reading(self._engine) as session:
            rows = session.execute(query).all()
        picks = [
            Pick(id_, model_, arm, bool(explored), created, Rating(rating) if rating else None, at)
            for id_, model_, arm, explored, created, rating, at in rows
        ]
        return list(replay(picks, decay))

    def latest(self, limit: int) -> list[Recommendation]:
        """The most recently rated recommendations, newest first, credited or not."""
        if limit < 0:
            raise ValueError(f"limit must not be negative, got {limit}")
        rated_at = RecommendationRow.rated_at
        query = (
            select(RecommendationRow)
            .where(rated_at.is_not(None))
            .order_by(rated_at.desc(), RecommendationRow.id.desc())
            .limit(limit)
        )
        with reading(self._engine) as session:
            return [_recommendation(row) for row in session.scalars(query)]


def _row(recommendation: Recommendation) -> RecommendationRow:
    return RecommendationRow(
        id=recommendation.id,
        created=recommendation.created,
        arm=recommendation.arm,
        explored=recommendation.explored,
        epsilon=recommendation.epsilon,
        propensity=recommendation.propensity,
        credited=recommendation.credited,
        model=recommendation.model,
        index_fingerprint=recommendation.index,
        payload=recommendation.payload,
        rating=recommendation.rating.value if recommendation.rating else None,
        rated_at=recommendation.rated_at,
    )


def _recommendation(row: RecommendationRow) -> Recommendation:
    return Recommendation(
        id=row.id,
        created=row.created,
        arm=row.arm,
        explored=row.explored,
        epsilon=row.epsilon,
        propensity=row.propensity,
        credited=row.credited,
        model=row.model,
        index=row.index_fingerprint,
        payload=row.payload,
        rating=Rating(row.rating) if row.rating else None,
        rated_at=row.rated_at,
    )
