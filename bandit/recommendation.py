"""The durable record in the bandit's own terms: ids, arm names, numbers and a payload."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

P = TypeVar("P")
"""Of a payload, which only whoever records it understands."""


class Rating(StrEnum):
    """A person's verdict on one recommendation."""

    GOOD = "good"
    OKAY = "okay"
    BAD = "bad"

    @property
    def reward(self) -> int:
        """+1, 0 or -1."""
        return _REWARDS[self]


_REWARDS = {Rating.GOOD: 1, Rating.OKAY: 0, Rating.BAD: -1}


class UnknownRecommendation(KeyError):  # noqa: N818 - reads as what it says
    """No recommendation has this id."""

    def __init__(self, recommendation_id: str) -> None:
        super().__init__(recommendation_id)
        self.recommendation_id = recommendation_id

    def __str__(self) -> str:
        return f"No recommendation has the id {self.recommendation_id!r}."


class RedactedRecommendation(KeyError):  # noqa: N818 - reads as what it says
    """The payload of this recommendation is redacted, or about to be."""

    def __init__(self, recommendation_id: str) -> None:
        super().__init__(recommendation_id)
        self.recommendation_id = recommendation_id


@dataclass(frozen=True)
class PayloadCodec(Generic[P]):
    """How a payload becomes what JSON can hold, and is read back from it."""

    encode: Callable[[P], Any]
    decode: Callable[[Any], P]


@dataclass(frozen=True)
class Recommendation(Generic[P]):
    """One answer given to one person, and their rating of it if any.

    `model` and `index` are fingerprints. `agreeing` are the other arms that would have shown the
    same. A `credited` one counts for its arm, so it carries
    the policy's choice; an arm that a person forced has `credited=False` and no choice, and a
    re-ranked view has `credited=False` whether or not the policy chose. `rated_at` is when the
    present rating was given; `expires` is when the payload has to be redacted, None for never.
    Times carry a time zone. Raises ValueError where these disagree.
    """

    id: str
    created: datetime
    arm: str
    explored: bool | None
    epsilon: float | None
    propensity: float | None
    credited: bool
    model: str
    index: str
    payload: P
    agreeing: tuple[str, ...] = ()
    rating: Rating | None = None
    rated_at: datetime | None = None
    expires: datetime | None = None

    def __post_init__(self) -> None:
        if not (self.id and self.arm):
            raise ValueError("a recommendation needs an id and an arm")
        if self.arm in self.agreeing or list(self.agreeing) != sorted(set(self.agreeing)):
            raise ValueError(f"agreeing must be other arms, in order, got {self.agreeing}")
        choice = (self.explored, self.epsilon, self.propensity)
        if None in choice and choice != (None, None, None):
            raise ValueError("explored, epsilon and propensity are given together or not at all")
        if self.credited and self.propensity is None:
            raise ValueError("a credited recommendation needs explored, epsilon and propensity")
        if self.propensity is not None and not 0 < self.propensity <= 1:
            raise ValueError(f"propensity must lie in (0, 1], got {self.propensity}")
        if (self.rating is None) != (self.rated_at is None):
            raise ValueError("rating and rated_at are given together or not at all")
        times = (self.created, self.rated_at, self.expires)
        if any(time.utcoffset() is None for time in times if time):
            raise ValueError("created, rated_at and expires need a time zone")
