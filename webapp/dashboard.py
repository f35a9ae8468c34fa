"""Everything the page of what was learned shows, read from the record once a change."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import combinations

from bandit import ArmStats, Group, Interval, Point, Rating, interval
from catalog.catalog import PosterCard
from index import IndexFolderError, Metric
from webapp.answers import BanditState
from webapp.instance import Instance
from webapp.learning import reason
from webapp.recommender import ARMS, SHOWN

Overlaps = Mapping[frozenset[str], float]
"""Posters of five that two arms have in common on average."""
LATEST = 20
"""Ratings in the table."""


@dataclass(frozen=True)
class ArmView:
    """One arm's row."""

    stats: ArmStats
    interval: Interval
    """Where its true mean reward lies with 95% probability."""
    best: float
    """The chance that it is truly the best."""
    chance: float
    """The chance that the next search picks it."""
    why: str


@dataclass(frozen=True)
class LatestRating:
    """One row of the table of ratings; an upload's address stays with whoever has it."""

    recommendation_id: str | None
    card: PosterCard | None
    """The film asked about; None for an upload, and for a film that is gone."""
    arm: str
    explored: bool | None
    credited: bool
    rating: Rating
    rated_at: datetime


@dataclass(frozen=True)
class Dashboard:
    state: BanditState
    points: list[Point]
    groups: list[Group]
    latest: list[LatestRating]

    def arms(self) -> list[ArmView]:
        state = self.state
        return [
            ArmView(
                each,
                interval(each),
                state.best[each.arm],
                state.chances[each.arm],
                reason(state, each.arm),
            )
            for each in state.arms
        ]


def dashboard(instance: Instance, version: str) -> Dashboard:
    """`version` is that of the record; equal ones are read once a process."""
    return _read(instance, instance.embedder().fingerprint, version)


@lru_cache(maxsize=2)
def _read(instance: Instance, model: str, version: str) -> Dashboard:
    feedback, shared = instance.feedback, instance.bandit.shared_credit
    return Dashboard(
        state=instance.recommender.bandit(),
        points=feedback.points(ARMS, model, shared=shared),
        groups=feedback.groups(ARMS, model),
        latest=_latest(instance),
    )


def _latest(instance: Instance) -> list[LatestRating]:
    found = instance.feedback.latest(LATEST)
    asked = {each.id: each.payload["query"]["poster_id"] for each in found}
    cards = instance.catalog.cards([number for number in asked.values() if number is not None])
    return [
        LatestRating(
            recommendation_id=each.id if asked[each.id] is not None else None,
            card=cards.get(asked[each.id]),
            arm=each.arm,
            explored=each.explored,
            credited=each.credited,
            rating=each.rating,
            rated_at=each.rated_at,
        )
        for each in found
        if each.rating and each.rated_at
    ]


def overlaps(instance: Instance) -> Overlaps | None:
    """How many of five posters each pair of arms has in common on average, as measured when the
    index was built; None without an index."""
    with suppress(IndexFolderError):
        shares = instance.index().manifest.overlap
        names = [metric.value for metric in Metric]
        return {frozenset(pair): SHOWN * shares["-".join(pair)] for pair in combinations(names, 2)}
    return None
