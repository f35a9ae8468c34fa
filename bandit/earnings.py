"""What choosing has earned, beside what picking uniformly would have over the same ratings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bandit.models import RecommendationRow
from bandit.posterior import NORMAL_95, Interval
from bandit.recommendation import Rating

STRETCH = 50
"""Ratings at the beginning and at the end whose averages stand beside each other."""

FEWEST = 10
"""Ratings below which a normal interval says nothing: it has no width around one rating."""


@dataclass(frozen=True)
class Estimate:
    """A mean reward, and where the true one lies with 95% probability, within -1 to 1."""

    mean: float
    interval: Interval


@dataclass(frozen=True)
class Earnings:
    """What `ratings` rewards say. `uniform` is None where some choice left one arm alone a chance.
    `first` and `last` are the mean rewards of the first and of the last STRETCH; None where they
    would overlap."""

    ratings: int
    earned: Estimate
    uniform: Estimate | None
    first: float | None
    last: float | None

    @property
    def enough(self) -> bool:
        """Whether the estimates may be told."""
        return self.ratings >= FEWEST


def recorded_earnings(session: Session, model: str, arms: int) -> Earnings | None:
    """Of the credited ratings under `model`; one SQL statement."""
    row = RecommendationRow
    query = (
        select(row.rating, row.propensity)
        .where(row.model == model, row.credited.is_(True), row.rated_at.is_not(None))
        .order_by(row.rated_at, row.id)
    )
    found = [
        (Rating(rating).reward, chance or 1.0)
        for rating, chance in session.execute(query)
        if rating
    ]
    return earnings([reward for reward, _ in found], [chance for _, chance in found], arms)


def earnings(rewards: Sequence[int], propensities: Sequence[float], arms: int) -> Earnings | None:
    """Of credited rewards in the order of rating, each with the chance that its arm had to be
    picked; None without any.

    A uniform policy's mean reward is estimated off policy, by importance weights
    (1 / arms) / propensity that are normalised to sum to one (Hesterberg, 1995); the standard error
    is that of a ratio of sums. That needs every arm to have had a chance each time, which a
    propensity of 1 denies: nearly all of UCB1, and those of Thompson sampling whose draws agreed.

    >>> found = earnings([1, 1, 0, -1], [0.8, 0.8, 0.1, 0.1], 2)
    >>> round(found.earned.mean, 2), round(found.uniform.mean, 2)
    (0.25, -0.33)
    """
    if not rewards:
        return None
    weights = [1 / (arms * each) for each in propensities]
    certain = arms > 1 and max(propensities) >= 1
    apart = len(rewards) >= 2 * STRETCH
    return Earnings(
        ratings=len(rewards),
        earned=_weighted(rewards, [1.0] * len(rewards)),
        uniform=None if certain else _weighted(rewards, weights),
        first=sum(rewards[:STRETCH]) / STRETCH if apart else None,
        last=sum(rewards[-STRETCH:]) / STRETCH if apart else None,
    )


def _weighted(rewards: Sequence[int], weights: Sequence[float]) -> Estimate:
    whole = sum(weights)
    mean = sum(weight * reward for weight, reward in zip(weights, rewards, strict=True)) / whole
    squares = sum(
        (weight * (reward - mean)) ** 2 for weight, reward in zip(weights, rewards, strict=True)
    )
    reach = NORMAL_95 * math.sqrt(squares) / whole
    return Estimate(mean, Interval(max(-1.0, mean - reach), min(1.0, mean + reach)))
