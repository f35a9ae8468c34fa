"""UCB1: pick the arm that could still be the best."""

import math
import random
from collections.abc import Sequence

from bandit.policy import ArmStats, Choice, PolicyName, in_order, named_once, picked_to_learn

RANGE = 2
"""From the worst reward to the best."""


class UCB1:
    """Optimism under uncertainty (Auer, Cesa-Bianchi, Fischer, "Finite-time Analysis of the
    Multiarmed Bandit Problem", Machine Learning 2002).

    Picks the arm with the highest value + 2 sqrt(2 ln t / n), for t rated recommendations and n
    ratings that count for the arm; the 2 before the root is the range of the rewards, which the
    paper takes to be 1. An arm without ratings comes first. Ties break at random.
    """

    name = PolicyName.UCB1

    def __init__(self, arms: Sequence[str]) -> None:
        self.arms = named_once(arms)

    def bounds(self, stats: Sequence[ArmStats]) -> dict[str, float]:
        """How good each arm could be, in the order of the arms; infinite without ratings."""
        known = in_order(stats, self.arms)
        rated = sum(each.rated for each in known)
        return {each.arm: each.value + _doubt(rated, each.credits) for each in known}

    def choose(self, stats: Sequence[ArmStats], rng: random.Random) -> Choice:
        hopeful = self._hopeful(stats)
        arm = rng.choice(hopeful)
        return Choice(arm, picked_to_learn(arm, stats), 0.0, 1 / len(hopeful))

    def propensities(self, stats: Sequence[ArmStats]) -> dict[str, float]:
        """1 for the arm with the highest bound, shared where several have it."""
        hopeful = self._hopeful(stats)
        return {arm: (arm in hopeful) / len(hopeful) for arm in self.arms}

    def _hopeful(self, stats: Sequence[ArmStats]) -> list[str]:
        bounds = self.bounds(stats)
        highest = max(bounds.values())
        return [arm for arm, bound in bounds.items() if bound == highest]


def _doubt(rated: int, credits: int) -> float:
    if not credits:
        return math.inf
    return RANGE * math.sqrt(2 * math.log(max(rated, 1)) / credits)
