"""A bandit played against rewards that are known, to see what learning costs."""

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bandit.policy import ArmStats, Policy
from bandit.recommendation import Rating


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


ArmCredits = tuple[int, int, int]
"""Ratings that count for an arm: good, okay and bad."""
RatedAnswer = Mapping[str, Mapping[str, ArmCredits]]
"""For each arm that may be shown, what then counts, and for which arms."""


@dataclass(frozen=True)
class ReplayedStep:
    """One choice among answers that were rated before; `stats` is what is known after it."""

    number: int  # 1 for the first
    arm: str
    stats: tuple[ArmStats, ...]


def simulate(
    policy: Policy,
    means: Mapping[str, float],
    steps: int,
    rng: random.Random,
    *,
    agreement: float = 0.0,
    shared: bool = False,
) -> Iterator[SimulatedStep]:
    """Play `steps` choices, each rated at once with a reward of -1, 0 or 1.

    `means` gives every arm's true mean reward, from -1 to 1. A reward is the number of heads in
    two throws of one biased coin, less one, so its mean is the arm's and all three ratings occur.

    With probability `agreement` a query is one on which all arms would show the same: its mean
    reward is then the mean of `means` whatever is picked, nothing is lost by any choice, and with
    `shared` credit its rating counts for every arm.

    Raises ValueError, before the first step, for means that do not fit the arms.
    """
    _check(means)
    if set(means) != set(policy.arms):
        raise ValueError(f"means of {list(means)} do not match the arms {list(policy.arms)}")
    if steps < 0:
        raise ValueError(f"steps must not be negative, got {steps}")
    if not 0 <= agreement <= 1:
        raise ValueError(f"agreement must lie between 0 and 1, got {agreement}")
    return _play(policy, means, steps, rng, agreement, shared)


def replay(
    policy: Policy, answers: Sequence[RatedAnswer], steps: int, rng: random.Random
) -> Iterator[ReplayedStep]:
    """Play `steps` choices, each of one of the `answers`, drawn at random with replacement.

    Unlike in `simulate`, what an arm earns belongs to the question asked, and one answer may count
    several times, or for several arms: of every film in it, say.

    Raises ValueError, before the first step, without answers, or where one is of other arms.
    """
    if steps < 0 or not answers:
        raise ValueError(f"replaying {steps} steps needs answers, and no fewer than 0 steps")
    arms = set(policy.arms)
    if any(each.keys() != arms or set().union(*each.values()) - arms for each in answers):
        raise ValueError(f"every answer must be of the arms {list(policy.arms)}")
    return _replayed(policy, answers, steps, rng)


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
    policy: Policy,
    means: Mapping[str, float],
    steps: int,
    rng: random.Random,
    agreement: float,
    shared: bool,
) -> Iterator[SimulatedStep]:
    stats = {arm: ArmStats(arm) for arm in policy.arms}
    best, common, lost = max(means.values()), sum(means.values()) / len(means), 0.0
    for number in range(1, steps + 1):
        agreed = agreement > 0 and rng.random() < agreement
        choice = policy.choose(tuple(stats.values()), rng)
        rating = _rating(common if agreed else means[choice.arm], rng)
        for arm in policy.arms if agreed and shared else (choice.arm,):
            stats[arm] = _rated(stats[arm], rating, own=arm == choice.arm)
        lost += 0.0 if agreed else best - means[choice.arm]
        yield SimulatedStep(
            number=number,
            arm=choice.arm,
            explored=choice.explored,
            epsilon=choice.epsilon,
            propensity=choice.propensity,
            reward=rating.reward,
            regret=lost,
            stats=tuple(stats.values()),
        )


def _replayed(
    policy: Policy, answers: Sequence[RatedAnswer], steps: int, rng: random.Random
) -> Iterator[ReplayedStep]:
    stats = {arm: ArmStats(arm) for arm in policy.arms}
    for number in range(1, steps + 1):
        shown = policy.choose(tuple(stats.values()), rng).arm
        credited = {shown: (0, 0, 0), **rng.choice(answers)[shown]}
        for arm, counts in credited.items():
            stats[arm] = _credited(stats[arm], counts, own=arm == shown)
        yield ReplayedStep(number, shown, tuple(stats.values()))


def _credited(known: ArmStats, counts: ArmCredits, *, own: bool) -> ArmStats:
    good, okay, bad = counts
    return ArmStats(
        known.arm,
        known.shown + own,
        known.rated + own,
        known.good + good,
        known.okay + okay,
        known.bad + bad,
    )


def _rated(known: ArmStats, rating: Rating, *, own: bool) -> ArmStats:
    counts = rating is Rating.GOOD, rating is Rating.OKAY, rating is Rating.BAD
    return _credited(known, counts, own=own)


def _rating(mean: float, rng: random.Random) -> Rating:
    chance = (1 + mean) / 2
    heads = (rng.random() < chance) + (rng.random() < chance)
    return (Rating.BAD, Rating.OKAY, Rating.GOOD)[heads]
