"""What is answered about the bandit."""

from __future__ import annotations

from msgspec import Struct

from onesheet.learning.simulator import Scenario
from webapp.schemas.poster_answers import Probability


class ArmAnswer(Struct, frozen=True, kw_only=True):
    """What one arm earned; `value` is its mean reward, -1 to 1."""

    arm: str
    shown: int
    rated: int
    good: int
    okay: int
    bad: int
    value: float
    chance_to_be_best: Probability
    chance_to_be_picked: Probability


class BanditAnswer(Struct, frozen=True, kw_only=True):
    """The bandit's present state; `decay` is None for a policy without one."""

    arms: list[ArmAnswer]
    rated: int
    policy: str
    epsilon: Probability
    decay: float | None
    shared_credit: bool
    model: str


class CurveAnswer(Struct, frozen=True, kw_only=True):
    """One policy's mean regret after each number of `ratings`; `best_picked` is the share of picks
    that went to a best arm."""

    policy: str
    shared_credit: bool
    ratings: list[int]
    regret: list[float]
    standard_error: float
    best_picked: Probability


class SimulationAnswer(Struct, frozen=True, kw_only=True):
    """A scenario played `runs` times by every policy; `uniform` is the regret of picking at
    random."""

    scenario: Scenario
    runs: int
    uniform: float
    policies: list[CurveAnswer]
