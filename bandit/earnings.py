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
    """What `ratings` rewards say. `uniform` is None where some choice may have left an arm without
    a chance. `first` and `last` are the mean rewards of the first and of the last STRETCH; None
    where they would overlap."""

    ratings: int
    earned: Estimate
    uniform: Estimate | None
    first: float | None
    last: float | None

    @property
    def enough(self) -> bool:
        """Whether the estimates may be told: rewards that are all alike leave no width either."""
        interval = self.uniform.interval if self.uniform else None
        return self.ratings >= FEWEST and (interval is None or interval.low < interval.high)

    @property
    def all_alike(self) -> bool:
        """Whether there are ratings enough, but so alike that the estimates may not be told."""
        return self.ratings >= FEWEST and not self.enough


def recorded_earnings(session: Session, model: str, arms: int) -> Earnings | None:
    """Of the credited ratings under `model`; one SQL statement."""
    row = RecommendationRow
    query = (
        select(row.rating, row.propensity, row.epsilon)
        .where(row.model == model, row.credited.is_(True), row.rated_at.is_not(None))
        .order_by(row.rated_at, row.id)
    )
    found = [
        (Rating(rating).reward, chance or 1.0, epsilon or 0.0)
        for rating, chance, epsilon in session.execute(query)
        if rating
    ]
    return earnings(
        [reward for reward, _, _ in found],
        [chance for _, chance, _ in found],
        [epsilon for _, _, epsilon in found],
        arms,
    )


def earnings(
    rewards: Sequence[int], propensities: Sequence[float], epsilons: Sequence[float], arms: int
) -> Earnings | None:
    """Of credited rewards in the order of rating, each with the chance that its arm had to be
    picked, and the chance that any arm was picked at random; None without any.

    A uniform policy's mean reward is estimated off policy, by importance weights
    (1 / arms) / propensity that are normalised to sum to one (Hesterberg, 1995); the standard error
    is that of a ratio of sums. That needs every arm to have had a chance each time, of which an
    epsilon alone is sure: UCB1 leaves most arms none, and Thompson sampling those that win no draw.

    >>> found = earnings([1, 1, 0, -1], [0.9, 0.9, 0.1, 0.1], [0.2] * 4, 2)
    >>> round(found.earned.mean, 2), round(found.uniform.mean, 2)
    (0.25, -0.35)
    """
    if not rewards:
        return None
    weights = [1 / (arms * each) for each in propensities]
    chanceless = arms > 1 and min(epsilons) <= 0
    apart = len(rewards) >= 2 * STRETCH
    return Earnings(
        ratings=len(rewards),
        earned=_weighted(rewards, [1.0] * len(rewards)),
        uniform=None if chanceless else _weighted(rewards, weights),
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
