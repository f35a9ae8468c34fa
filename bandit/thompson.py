"""Thompson sampling: pick each arm as often as it is likely to be the best."""

import random
from collections.abc import Sequence

from bandit.policy import ArmStats, Choice, PolicyName, in_order, named_once, picked_to_learn
from bandit.posterior import chances_of_best, winner

CHOICE_DRAWS = 200
"""Posterior draws for one choice; more make its propensity finer, not the choice better."""


class ThompsonSampling:
    """Draws every arm's mean from its posterior and picks the highest (Thompson, Biometrika 1933),
    with the posterior of `bandit.posterior`.

    The probability of a pick has no closed form, and what is recorded must be exact, so a choice
    makes `draws` draws and picks the winner of one of them: that is the same distribution, and the
    share of draws an arm wins is exactly the probability with which it is picked given the draws.
    """

    name = PolicyName.THOMPSON

    def __init__(self, arms: Sequence[str], draws: int = CHOICE_DRAWS) -> None:
        if draws < 1:
            raise ValueError(f"draws must be at least 1, got {draws}")
        self.arms = named_once(arms)
        self.draws = draws

    def choose(self, stats: Sequence[ArmStats], rng: random.Random) -> Choice:
        known = in_order(stats, self.arms)
        winners = [winner(known, rng) for _ in range(self.draws)]
        arm = rng.choice(winners)
        return Choice(arm, picked_to_learn(arm, known), 0.0, winners.count(arm) / self.draws)

    def propensities(self, stats: Sequence[ArmStats]) -> dict[str, float]:
        """The chance that each arm is best."""
        return chances_of_best(in_order(stats, self.arms))
