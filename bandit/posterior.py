"""What the ratings say of an arm's true mean reward, in probabilities.

An arm's ratings are draws of good, okay and bad with unknown shares. Before any rating all shares
are equally plausible, a Dirichlet(1, 1, 1); after g good, o okay and b bad ones the posterior is a
Dirichlet(1 + g, 1 + o, 1 + b). The mean reward is the share of good less the share of bad.
"""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bandit.policy import ArmStats

PRIOR = 1.0
"""Imagined ratings of each kind before the first."""
DRAWS = 4000
"""The standard error of a chance estimated from so many is below 0.8 points."""
NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


def credible_interval(arm: ArmStats) -> Interval:
    """Where the arm's true mean reward lies with 95% probability, within -1 to 1.

    The posterior's mean and standard deviation are exact; between them it is taken to be normal.
    The prior pulls towards 0, so the interval is widened to hold the observed mean, which one or
    two ratings could else leave outside.

    >>> found = credible_interval(ArmStats("a", 8, 8, good=6, okay=1, bad=1))
    >>> f"{found.low:.2f} to {found.high:.2f}"
    '0.01 to 0.90'
    """
    good, bad = PRIOR + arm.good, PRIOR + arm.bad
    total = 3 * PRIOR + arm.credits
    mean = (good - bad) / total
    deviation = math.sqrt(((good + bad) / total - mean**2) / (total + 1))
    low, high = mean - NORMAL_95 * deviation, mean + NORMAL_95 * deviation
    observed = arm.value if arm.credits else mean
    return Interval(max(-1.0, min(low, observed)), min(1.0, max(high, observed)))


def posterior_draw(arm: ArmStats, rng: random.Random) -> float:
    """One mean reward from the arm's posterior."""
    good = rng.gammavariate(PRIOR + arm.good, 1)
    okay = rng.gammavariate(PRIOR + arm.okay, 1)
    bad = rng.gammavariate(PRIOR + arm.bad, 1)
    return (good - bad) / (good + okay + bad)


def winner(stats: Sequence[ArmStats], rng: random.Random) -> str:
    """The arm that is best in one draw from all posteriors."""
    return max((posterior_draw(arm, rng), arm.arm) for arm in stats)[1]


def chances_of_best(
    stats: Sequence[ArmStats], rng: random.Random, draws: int = DRAWS
) -> dict[str, float]:
    """The probability that each arm has the highest true mean, from `draws` posterior draws.

    To its wins each arm gets half a one (Krichevsky and Trofimov, 1981): draws that all agree leave
    a chance near 1, since only more of them could tell how near.
    """
    if draws < 1:
        raise ValueError(f"draws must be at least 1, got {draws}")
    wins = Counter(winner(stats, rng) for _ in range(draws))
    return {arm.arm: (wins[arm.arm] + 1 / 2) / (draws + len(stats) / 2) for arm in stats}
