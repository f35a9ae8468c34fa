"""Everything the page of what was learned shows, read from the record once a change."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from operator import attrgetter
from typing import TYPE_CHECKING

from cachetools import LRUCache, cachedmethod

from bandit import (
    ArmStats,
    Earnings,
    Group,
    Interval,
    LearningPoint,
    Rating,
    RecordVersion,
    credible_interval,
)
from bandit.kept_counts import KeptCounts
from catalog.catalog import Catalog, PosterCard
from catalog.state import State
from index import Metric
from onesheet.base.film_thumbs import ThumbCounts, Thumbs
from onesheet.base.payload import RecordStore
from onesheet.recommending.answers import BanditState
from onesheet.recommending.recommender import ARMS, SHOWN, Recommender

if TYPE_CHECKING:
    from index import PosterIndex

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


@dataclass(frozen=True)
class LatestRating:
    """One row of the table of ratings; an upload's address stays with whoever has it."""

    recommendation_id: str | None
    card: PosterCard | None
    """The film asked about; None for an upload, and for a film that is gone."""
    arm: str
    explored: bool | None
    credited: bool
    draft: bool
    """Whether it was asked to be compared: its distance is the first draft's, which may still wait
    for a rating."""
    rating: Rating
    rated_at: datetime


@dataclass(frozen=True)
class Dashboard:
    version: RecordVersion
    films: State
    thumbs: Mapping[str, ThumbCounts]
    """By the arm that chose the answers; arms without are left out."""
    state: BanditState
    points: list[LearningPoint]
    groups: list[Group]
    earnings: Earnings | None
    """None before the first rating."""
    latest: list[LatestRating]

    @property
    def made_of(self) -> str:
        """A text that is the same only where all of it is, under one model and one policy."""
        return str((self.version, self.films, self.thumbs))

    def arms(self) -> list[ArmView]:
        state = self.state
        return [
            ArmView(each, credible_interval(each), state.best[each.arm], state.chances[each.arm])
            for each in state.arms
        ]


class Dashboards:
    """What the record says, read anew only where it changed, or a film did; a large record is
    looked at as seldom as KeptCounts has it."""

    def __init__(
        self, catalog: Catalog, feedback: RecordStore, thumbs: Thumbs, recommender: Recommender
    ) -> None:
        self._catalog = catalog
        self._feedback = feedback
        self._thumbs = thumbs
        self._recommender = recommender
        self._counts: KeptCounts[Dashboard] = KeptCounts(
            lambda found: found.version.recommendations
        )
        self._lock = threading.Lock()
        self._kept: LRUCache[tuple[object, ...], Dashboard] = LRUCache(2)

    def read(self, model: str) -> Dashboard:
        """What stands there under the model of this fingerprint."""
        return self._counts.get(model, lambda: self._read_now(model))

    def _read_now(self, model: str) -> Dashboard:
        version, films = self._feedback.version(), self._catalog.state()
        thumbs = tuple(self._thumbs.by_arm(model).items())
        return self._read_of(model, version, films, thumbs)

    @cachedmethod(attrgetter("_kept"), lock=attrgetter("_lock"))
    def _read_of(
        self,
        model: str,
        version: RecordVersion,
        films: State,
        thumbs: tuple[tuple[str, ThumbCounts], ...],
    ) -> Dashboard:
        state = self._recommender.bandit(exact=True)  # kept ones may be older than the version
        return Dashboard(
            version=version,
            films=films,
            thumbs=dict(thumbs),
            state=state,
            points=self._feedback.points(ARMS, model, shared=state.shared),
            groups=self._feedback.groups(ARMS, model),
            earnings=self._feedback.earnings(ARMS, model),
            latest=self._latest(),
        )

    def _latest(self) -> list[LatestRating]:
        found = self._feedback.latest(LATEST)
        films = {each.id: number for each in found if (number := each.payload.query.poster_id)}
        cards = self._catalog.cards(list(films.values()))
        return [
            LatestRating(
                recommendation_id=each.id if each.id in films else None,
                card=cards.get(films[each.id]) if each.id in films else None,
                arm=each.arm,
                explored=each.explored,
                credited=each.credited,
                draft=each.payload.draft,
                rating=each.rating,
                rated_at=each.rated_at,
            )
            for each in found
            if each.rating and each.rated_at
        ]


def overlaps(index: PosterIndex) -> Overlaps:
    """How many of five posters each pair of arms has in common on average, as measured when the
    index was built."""
    shares = index.manifest.overlap
    names = [metric.value for metric in Metric]
    return {frozenset(pair): SHOWN * shares["-".join(pair)] for pair in combinations(names, 2)}
