"""A bandit played against rewards that are known, to see what learning costs."""

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bandit.policy import ArmStats, Policy


@dataclass(frozen=True)
class SimulatedStep:
    """One choice and its rating; `stats` is what the policy knows after it.

    `regret` is the total so far of (best arm's mean - chosen arm's mean).
    """

    number: int  # 1 for the first
    arm: str
    explored: bool
    epsilon: float
    propensity: float
    reward: int
    regret: float
    stats: tuple[ArmStats, ...]


def simulate(
    policy: Policy, means: Mapping[str, float], steps: int, rng: random.Random
) -> Iterator[SimulatedStep]:
    """Play `steps` choices, each rated at once with a reward of -1, 0 or 1.

    `means` gives every arm's true mean reward, from -1 to 1. A reward is the number of heads in
    two throws of one biased coin, less one, so its mean is the arm's and all three ratings occur.
    Raises ValueError, before the first step, for means that do not fit the arms.
    """
    _check(means)
    if set(means) != set(policy.arms):
        raise ValueError(f"means of {list(means)} do not match the arms {list(policy.arms)}")
    if steps < 0:
        raise ValueError(f"steps must not be negative, got {steps}")
    return _play(policy, means, steps, rng)


def regret(means: Mapping[str, float], arms: Iterable[str]) -> Iterator[float]:
    """Cumulative expected regret of having chosen `arms`, one number a choice.

    >>> list(regret({"a": 0.5, "b": 0.0}, ["b", "a", "b"]))
    [0.5, 0.5, 1.0]
    """
    _check(means)
    best = max(means.values())
    return itertools.accumulate(best - means[arm] for arm in arms)


def _check(means: Mapping[str, float]) -> None:
    if not means or not all(-1 <= mean <= 1 for mean in means.values()):
        raise ValueError(f"means must lie between -1 and 1, got {dict(means)}")


def _play(
    policy: Policy, means: Mapping[str, float], steps: int, rng: random.Random
) -> Iterator[SimulatedStep]:
    stats = {arm: ArmStats(arm, 0, 0, 0.0) for arm in policy.arms}
    totals = dict.fromkeys(policy.arms, 0)  # integers, so that equal means stay exactly equal
    best, lost = max(means.values()), 0.0
    for number in range(1, steps + 1):
        choice = policy.choose(tuple(stats.values()), rng)
        arm, reward = choice.arm, _reward(means[choice.arm], rng)
        totals[arm] += reward
        rated = stats[arm].rated + 1
        stats[arm] = ArmStats(arm, shown=rated, rated=rated, value=totals[arm] / rated)
        lost += best - means[arm]
        yield SimulatedStep(
            number=number,
            arm=arm,
            explored=choice.explored,
            epsilon=choice.epsilon,
            propensity=choice.propensity,
            reward=reward,
            regret=lost,
            stats=tuple(stats.values()),
        )


def _reward(mean: float, rng: random.Random) -> int:
    heads = (1 + mean) / 2
    return (rng.random() < heads) + (rng.random() < heads) - 1
