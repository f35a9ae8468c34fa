"""Which arm to show next: epsilon-greedy over the arms' running mean rewards."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

DECAY = 50.0
"""Ratings after which half of all choices still explore."""


@dataclass(frozen=True)
class ArmStats:
    """What is known of one arm: times shown, times rated, mean reward (0 without ratings)."""

    arm: str
    shown: int
    rated: int
    value: float


@dataclass(frozen=True)
class Choice:
    """One decision of a policy.

    `propensity` is the probability with which the policy picks this arm, by either branch;
    `explored` tells which branch was taken. An exploring choice may land on a best arm.
    """

    arm: str
    explored: bool
    epsilon: float
    propensity: float


class Policy(Protocol):
    """Anything that picks one of its arms from their statistics."""

    @property
    def arms(self) -> tuple[str, ...]: ...

    def choose(self, stats: Sequence[ArmStats], rng: random.Random) -> Choice: ...


def epsilon_after(rated: int, decay: float = DECAY) -> float:
    """The chance to explore after `rated` ratings: decay / (rated + decay).

    >>> epsilon_after(0), epsilon_after(50), epsilon_after(150)
    (1.0, 0.5, 0.25)
    """
    if rated < 0:
        raise ValueError(f"rated must not be negative, got {rated}")
    if not (decay > 0 and math.isfinite(decay)):
        raise ValueError(f"decay must be a positive number, got {decay}")
    return decay / (rated + decay)


class EpsilonGreedy:
    """Explore uniformly with probability epsilon, else pick a best arm; ties at random.

    Epsilon falls with the number of ratings over all arms (`epsilon_after`), so an unrated
    bandit explores always and a well-rated one hardly. Holds no state: the record does.
    """

    def __init__(self, arms: Sequence[str], decay: float = DECAY) -> None:
        if isinstance(arms, str) or not arms:
            raise ValueError("arms must be a sequence of at least one name")
        if len(set(arms)) != len(arms):
            raise ValueError(f"arms must differ, got {list(arms)}")
        epsilon_after(0, decay)  # refuses an unusable decay now rather than at the first choice
        self._arms = tuple(arms)
        self.decay = decay

    @property
    def arms(self) -> tuple[str, ...]:
        return self._arms

    def epsilon(self, rated: int) -> float:
        """The chance to explore once `rated` recommendations have a rating."""
        return epsilon_after(rated, self.decay)

    def choose(self, stats: Sequence[ArmStats], rng: random.Random) -> Choice:
        """Pick an arm. `stats` holds each of the arms once, in any order.

        Raises ValueError where the statistics are not those of the arms.
        """
        values = self._values(stats)
        epsilon = self.epsilon(sum(arm.rated for arm in stats))
        highest = max(values.values())
        best = [arm for arm in self._arms if values[arm] == highest]
        explored = rng.random() < epsilon
        arm = rng.choice(self._arms if explored else best)
        greedy = (1 - epsilon) / len(best) if arm in best else 0.0
        return Choice(arm, explored, epsilon, epsilon / len(self._arms) + greedy)

    def _values(self, stats: Sequence[ArmStats]) -> dict[str, float]:
        if sorted(arm.arm for arm in stats) != sorted(self._arms):
            raise ValueError(
                f"statistics of {[arm.arm for arm in stats]} do not match the arms {self._arms}"
            )
        if not all(math.isfinite(arm.value) for arm in stats):
            raise ValueError("every arm's value must be a finite number")
        return {arm.arm: arm.value for arm in stats}
