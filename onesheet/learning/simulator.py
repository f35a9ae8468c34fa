"""The bandit played against rewards that a visitor sets, so that an empty record teaches too."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean, stdev

from bandit import DECAY, Policy, PolicyName, ThompsonSampling, policy, simulate
from onesheet.base.refusals import QueryError
from onesheet.recommending.recommender import ARMS

RUNS = 10
"""Plays of each policy, seeds 0, 1 and so on; what is shown is their mean."""
CURVE_POINTS = 40


@dataclass(frozen=True)
class Range:
    low: float
    high: float
    step: float


RANGES = {
    **dict.fromkeys(ARMS, Range(-1, 1, 0.05)),
    "decay": Range(1, 200, 1),
    "ratings": Range(20, 500, 20),
    "agreement": Range(0, 0.9, 0.05),
}
"""What each slider may say."""


@dataclass(frozen=True)
class Scenario:
    """`cosine`, `euclidean` and `manhattan` are true mean rewards, `decay` that of epsilon,
    `ratings` how many there are, `agreement` how often all arms show the same five."""

    cosine: float = 0.1
    euclidean: float = 0.2
    manhattan: float = 0.4
    decay: float = DECAY
    ratings: int = 200
    agreement: float = 0.2

    @classmethod
    def from_fields(cls, fields: Mapping[str, str]) -> Scenario:
        """From a form's fields, each as its slider could say it, so that scenarios that hardly
        differ are played once; raises QueryError. What is left out stays as it is by default."""
        values = {name: _number(name, fields[name]) for name in RANGES if fields.get(name)}
        ratings = round(values.pop("ratings", cls.ratings))
        return cls(**values, ratings=ratings)

    @property
    def means(self) -> dict[str, float]:
        return {arm: getattr(self, arm) for arm in ARMS}

    @property
    def uniform_regret(self) -> float:
        """What picking at random loses by the last rating."""
        means = self.means.values()
        return self.ratings * (1 - self.agreement) * (max(means) - fmean(means))


@dataclass(frozen=True)
class Curve:
    """One policy's regret: the mean over RUNS plays after each of `ratings`, and at the end with
    the standard error of that mean and the share of picks that went to a best arm."""

    policy: PolicyName
    shared: bool
    ratings: list[int]
    regret: list[float]
    error: float
    best: float

    @property
    def final(self) -> float:
        return self.regret[-1]


@lru_cache(maxsize=64)
def curves(scenario: Scenario) -> tuple[Curve, ...]:
    """Every policy with its own ratings alone, then with shared credit where that differs."""
    return tuple(
        _curve(scenario, name, shared)
        for name in PolicyName
        for shared in ((False, True) if scenario.agreement else (False,))
    )


def _curve(scenario: Scenario, name: PolicyName, shared: bool) -> Curve:
    places = sorted(
        {round(scenario.ratings * n / CURVE_POINTS) for n in range(1, CURVE_POINTS + 1)} - {0}
    )
    means = scenario.means
    best = [arm for arm in ARMS if means[arm] == max(means.values())]
    regrets, hits = [], []
    for seed in range(RUNS):
        steps = list(
            simulate(
                _player(name, scenario.decay),
                means,
                scenario.ratings,
                random.Random(seed),
                agreement=scenario.agreement,
                shared=shared,
            )
        )
        regrets.append([steps[place - 1].regret for place in places])
        hits.append(fmean(step.arm in best for step in steps))
    finals = [run[-1] for run in regrets]
    return Curve(
        policy=name,
        shared=shared,
        ratings=places,
        regret=[fmean(run) for run in zip(*regrets, strict=True)],
        error=stdev(finals) / RUNS**0.5,
        best=fmean(hits),
    )


def _player(name: PolicyName, decay: float) -> Policy:
    """One draw a choice is the same Thompson sampling, only its propensities are coarse."""
    return ThompsonSampling(ARMS, 1) if name is PolicyName.THOMPSON else policy(name, ARMS, decay)


def _number(name: str, text: str) -> float:
    allowed = RANGES[name]
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not allowed.low <= value <= allowed.high:
        raise QueryError(
            "%(field)s must be a number from %(low)s to %(high)s.",
            field=name,
            low=f"{allowed.low:g}",
            high=f"{allowed.high:g}",
        )
    steps = round((value - allowed.low) / allowed.step)
    return round(allowed.low + steps * allowed.step, 6)
