"""What a policy knows, what it decides, and what every policy checks."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class PolicyName(StrEnum):
    EPSILON_GREEDY = "epsilon-greedy"
    UCB1 = "ucb1"
    THOMPSON = "thompson"


@dataclass(frozen=True)
class ArmStats:
    """What is known of one arm: times shown, how many of these are rated, and what counts for it.

    `good`, `okay` and `bad` are the ratings that count: the arm's own, and where credit is shared
    also those of recommendations that would have been the same under this arm. Without sharing
    they sum to `rated`.
    """

    arm: str
    shown: int = 0
    rated: int = 0
    good: int = 0
    okay: int = 0
    bad: int = 0

    def __post_init__(self) -> None:
        if min(self.shown, self.rated, self.good, self.okay, self.bad) < 0:
            raise ValueError(f"counts must not be negative, got {self}")

    @property
    def credits(self) -> int:
        """Ratings that count for the arm."""
        return self.good + self.okay + self.bad

    @property
    def value(self) -> float:
        """Mean reward of the ratings that count, -1 to 1; 0 without any."""
        return (self.good - self.bad) / self.credits if self.credits else 0.0


@dataclass(frozen=True)
class Choice:
    """One decision of a policy.

    `explored`: whether the arm was picked to learn rather than for its value: at random, as
    another than a best one, or without ratings. `epsilon` is the chance of picking at random
    regardless of the ratings, 0 for policies that never do. `propensity` is the probability with
    which the policy picks this arm, in whatever way.
    """

    arm: str
    explored: bool
    epsilon: float
    propensity: float


class Policy(Protocol):
    """Anything that picks one of its arms from their statistics. Holds no state: the record does.

    Both methods take each of the arms' statistics once, in any order, and raise ValueError where
    they are not those of the arms.
    """

    @property
    def name(self) -> PolicyName: ...

    @property
    def arms(self) -> tuple[str, ...]: ...

    def choose(self, stats: Sequence[ArmStats], rng: random.Random) -> Choice: ...

    def propensities(self, stats: Sequence[ArmStats]) -> dict[str, float]:
        """Every arm's chance to be chosen next."""
        ...


def named_once(arms: Sequence[str]) -> tuple[str, ...]:
    """The arms of a new policy. ValueError where there are none or a name comes twice."""
    if isinstance(arms, str) or not arms:
        raise ValueError("arms must be a sequence of at least one name")
    if len(set(arms)) != len(arms):
        raise ValueError(f"arms must differ, got {list(arms)}")
    return tuple(arms)


def in_order(stats: Sequence[ArmStats], arms: tuple[str, ...]) -> list[ArmStats]:
    """The statistics in the order of the arms. ValueError where they are of others."""
    named = [each.arm for each in stats]
    if named == list(arms):
        return list(stats)
    if sorted(named) != sorted(arms):
        raise ValueError(f"statistics of {named} do not match the arms {arms}")
    return sorted(stats, key=lambda each: arms.index(each.arm))


def best_by_value(stats: Sequence[ArmStats]) -> list[str]:
    """The arms with the highest value; without ratings all of them."""
    highest = max(each.value for each in stats)
    return [each.arm for each in stats if each.value == highest]


def picked_to_learn(arm: str, stats: Sequence[ArmStats]) -> bool:
    """Whether its value cannot be why the arm was picked: it is not the highest, or there are no
    ratings that it comes from."""
    rated = {each.arm for each in stats if each.credits}
    return arm not in rated or arm not in best_by_value(stats)
