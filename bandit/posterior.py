"""What the ratings say of an arm's true mean reward, in probabilities.

An arm's ratings are draws of good, okay and bad with unknown shares. Before any rating all shares
are equally plausible, a Dirichlet(1, 1, 1); after g good, o okay and b bad ones the posterior is a
Dirichlet(1 + g, 1 + o, 1 + b). The mean reward is the share of good less the share of bad.
"""

import math
import operator
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from bandit.policy import ArmStats

PRIOR = 1.0
"""Imagined ratings of each kind before the first."""
GRID_CELLS = 96
"""Into how many a posterior is cut to be integrated: chances are then right to 0.1 points."""
GRID_REACH = 10.0
"""Standard deviations on either side of the mean that are integrated."""
LEAST = 1e-6
"""What an arm's chance is taken to be at least: less is lost beyond GRID_REACH."""
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
    mean, deviation = _moments(arm)
    low, high = mean - NORMAL_95 * deviation, mean + NORMAL_95 * deviation
    observed = arm.value if arm.credits else mean
    return Interval(max(-1.0, min(low, observed)), min(1.0, max(high, observed)))


def _moments(arm: ArmStats) -> tuple[float, float]:
    """The posterior's mean and standard deviation."""
    good, bad = PRIOR + arm.good, PRIOR + arm.bad
    total = 3 * PRIOR + arm.credits
    mean = (good - bad) / total
    return mean, math.sqrt(((good + bad) / total - mean**2) / (total + 1))


def posterior_draw(arm: ArmStats, rng: random.Random) -> float:
    """One mean reward from the arm's posterior."""
    good = rng.gammavariate(PRIOR + arm.good, 1)
    okay = rng.gammavariate(PRIOR + arm.okay, 1)
    bad = rng.gammavariate(PRIOR + arm.bad, 1)
    return (good - bad) / (good + okay + bad)


def winner(stats: Sequence[ArmStats], rng: random.Random) -> str:
    """The arm that is best in one draw from all posteriors."""
    return max((posterior_draw(arm, rng), arm.arm) for arm in stats)[1]


def chances_of_best(stats: Sequence[ArmStats]) -> dict[str, float]:
    """The probability that each arm has the highest true mean: the integral of the density of its
    mean times the probabilities that the others lie below."""
    posteriors = [_Posterior(arm) for arm in stats]
    grid = sorted({mean for each in posteriors for mean in each.grid()})
    below = [[each.below(mean) for mean in grid] for each in posteriors]
    chances = []
    for arm, own in enumerate(below):
        others = [known for place, known in enumerate(below) if place != arm]
        won = [math.prod(known[cell] for known in others) for cell in range(len(grid))]
        masses = (high - low for low, high in pairwise(own))
        middles = ((low + high) / 2 for low, high in pairwise(won))
        chances.append(LEAST + sum(map(operator.mul, masses, middles)))
    total = sum(chances)
    return {arm.arm: chance / total for arm, chance in zip(stats, chances, strict=True)}


class _Posterior:
    """The distribution of an arm's mean reward. The share of good and bad is a beta, what of it is
    good another, and they are independent: a mean is `told` (2 `liked` - 1)."""

    def __init__(self, arm: ArmStats) -> None:
        good, okay, bad = PRIOR + arm.good, PRIOR + arm.okay, PRIOR + arm.bad
        self._told = _Beta(good + bad, okay)
        self._liked = _Beta(good, bad)
        self._moments = _moments(arm)

    def grid(self) -> list[float]:
        """Means of equal distance, between which nearly all of it lies."""
        mean, deviation = self._moments
        return _ends(mean, deviation, -1.0)

    def below(self, mean: float) -> float:
        """The probability that it is less."""
        told = zip(self._told.middles, self._told.masses, strict=True)
        return sum(mass * self._liked.below((mean / share + 1) / 2) for share, mass in told)


class _Beta:
    """A beta distribution as GRID_CELLS masses, each spread evenly over its cell."""

    def __init__(self, a: float, b: float) -> None:
        mean = a / (a + b)
        ends = _ends(mean, math.sqrt(mean * (1 - mean) / (a + b + 1)), 0.0)
        self.middles = [(low + high) / 2 for low, high in pairwise(ends)]
        logs = [(a - 1) * math.log(x) + (b - 1) * math.log1p(-x) for x in self.middles]
        highest = max(logs)
        heights = [math.exp(each - highest) for each in logs]
        total = sum(heights)
        self.masses = [each / total for each in heights]
        self._below = [0.0, *accumulate(self.masses)]
        self._low, self._width = ends[0], (ends[-1] - ends[0]) / GRID_CELLS

    def below(self, share: float) -> float:
        place = (share - self._low) / self._width
        if place <= 0:
            return 0.0
        if place >= GRID_CELLS:
            return 1.0
        cell = int(place)
        return self._below[cell] + (place - cell) * self.masses[cell]


def _ends(mean: float, deviation: float, least: float) -> list[float]:
    """The ends of GRID_CELLS cells of equal width around the mean, within `least` to 1."""
    low, high = max(least, mean - GRID_REACH * deviation), min(1.0, mean + GRID_REACH * deviation)
    return [low + (high - low) * cell / GRID_CELLS for cell in range(GRID_CELLS + 1)]
