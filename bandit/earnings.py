"""What choosing has earned, beside what picking uniformly would have over the same ratings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
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


@dataclass(frozen=True)
class _Share:
    """The ratings of one reward: how many, and the sums of their weights and of the squares."""

    ratings: int
    weights: float
    squares: float


def recorded_earnings(session: Session, model: str, arms: int) -> Earnings | None:
    """Of the credited ratings under `model`, summed by the database: there may be millions."""
    row = RecommendationRow
    chance = func.coalesce(func.nullif(row.propensity, 0), 1.0)
    weight = 1.0 / (arms * chance)
    sums = (func.count(), func.sum(weight), func.sum(weight * weight))
    credited = (row.model == model, row.credited.is_(True))
    rated = (*credited, row.rated_at.is_not(None))
    # Worded as the index of what is rated is, which has all that is summed.
    summed = (*credited, row.rating.is_not(None))
    query = select(row.rating, func.min(row.epsilon), *sums).where(*summed).group_by(row.rating)
    shares: dict[int, _Share] = {}
    least: list[float] = []
    found: Sequence[Any] = session.execute(query).all()
    for rating, epsilon, *share in found:
        shares[Rating(rating).reward] = _Share(*share)
        least.append(epsilon)

    def stretch(*order: ColumnElement[Any]) -> list[int]:
        ratings = select(row.rating).where(*rated).order_by(*order).limit(STRETCH)
        return [Rating(rating).reward for rating in session.scalars(ratings) if rating]

    first = stretch(row.rated_at.asc(), row.id.asc())
    last = stretch(row.rated_at.desc(), row.id.desc())
    return _earnings(shares, min(least, default=0.0), arms, first, last)


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
    shares: dict[int, _Share] = {}
    for reward in set(rewards):
        chances = [
            chance for each, chance in zip(rewards, propensities, strict=True) if each == reward
        ]
        weights = [1 / (arms * chance) for chance in chances]
        shares[reward] = _Share(len(weights), sum(weights), sum(each**2 for each in weights))
    first, last = rewards[:STRETCH], rewards[-STRETCH:]
    return _earnings(shares, min(epsilons, default=0.0), arms, first, last)


def _earnings(
    shares: Mapping[int, _Share],
    epsilon: float,
    arms: int,
    first: Sequence[int],
    last: Sequence[int],
) -> Earnings | None:
    """Of shares by their reward; `epsilon` is the least, `first` and `last` rewards of each end."""
    ratings = sum(each.ratings for each in shares.values())
    if not ratings:
        return None
    alone = {reward: _Share(n.ratings, n.ratings, n.ratings) for reward, n in shares.items()}
    apart = ratings >= 2 * STRETCH
    return Earnings(
        ratings=ratings,
        earned=_weighted(alone),
        uniform=None if arms > 1 and epsilon <= 0 else _weighted(shares),
        first=sum(first) / STRETCH if apart else None,
        last=sum(last) / STRETCH if apart else None,
    )


def _weighted(shares: Mapping[int, _Share]) -> Estimate:
    whole = sum(each.weights for each in shares.values())
    mean = sum(reward * each.weights for reward, each in shares.items()) / whole
    squares = sum((reward - mean) ** 2 * each.squares for reward, each in shares.items())
    reach = NORMAL_95 * math.sqrt(squares) / whole
    return Estimate(mean, Interval(max(-1.0, mean - reach), min(1.0, mean + reach)))
