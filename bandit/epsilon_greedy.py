"""Epsilon-greedy over the arms' running mean rewards, with an epsilon that falls."""

import math
import random
from collections.abc import Sequence

from bandit.policy import ArmStats, Choice, PolicyName, best_by_value, in_order, named_once

DECAY = 50.0
"""Ratings after which half of all choices still explore."""


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

    Epsilon falls with the number of rated recommendations over all arms (`epsilon_after`), so an
    unrated bandit explores always and a well-rated one hardly.
    """

    name = PolicyName.EPSILON_GREEDY

    def __init__(self, arms: Sequence[str], decay: float = DECAY) -> None:
        epsilon_after(0, decay)  # refuses an unusable decay now rather than at the first choice
        self.arms = named_once(arms)
        self.decay = decay

    def epsilon(self, rated: int) -> float:
        """The chance to explore once `rated` recommendations have a rating."""
        return epsilon_after(rated, self.decay)

    def choose(self, stats: Sequence[ArmStats], rng: random.Random) -> Choice:
        best = best_by_value(in_order(stats, self.arms))
        epsilon = self.epsilon(sum(each.rated for each in stats))
        explored = rng.random() < epsilon
        arm = rng.choice(self.arms if explored else best)
        return Choice(arm, explored, epsilon, self._chances(epsilon, best)[arm])

    def propensities(self, stats: Sequence[ArmStats]) -> dict[str, float]:
        best = best_by_value(in_order(stats, self.arms))
        return self._chances(self.epsilon(sum(each.rated for each in stats)), best)

    def _chances(self, epsilon: float, best: Sequence[str]) -> dict[str, float]:
        """Epsilon is shared by all arms, the rest by the best ones."""
        greedy = (1 - epsilon) / len(best)
        return {arm: epsilon / len(self.arms) + greedy * (arm in best) for arm in self.arms}
