"""What it costs that ratings come late and in another order: two regions that hear of each other's
ratings after a while, or never.

    python -m benchmarks.scale.late_feedback [--seeds N] [--ratings N]

Needs neither posters nor a model. Writes docs/benchmarks/late_feedback.md, the same on every
machine.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, stdev

import click

from bandit import UCB1, ArmStats, EpsilonGreedy, Policy, Rating, ThompsonSampling
from benchmarks.bandit import AGREEMENT, WORLDS, World
from benchmarks.instruments.reporting import table, write_document

_ARMS = ("cosine", "euclidean", "manhattan")
DELAYS = (0, 10, 50, 200)
NEVER = math.inf
_POLICIES: dict[str, Policy] = {
    "epsilon-greedy": EpsilonGreedy(_ARMS),
    "UCB1": UCB1(_ARMS),
    "Thompson sampling": ThompsonSampling(_ARMS, draws=1),
}


@dataclass(frozen=True)
class Lateness:
    """After how many ratings of the whole site one is counted, on average: where it was given, and
    in the other region; NEVER for regions that count apart."""

    name: str
    own: float
    other: float


_SETTINGS = (
    Lateness("one record, at once", 0, 0),
    *(Lateness(f"the other region's after {late}", 0, late) for late in DELAYS[1:]),
    Lateness("each region counts its own alone", 0, NEVER),
    *(Lateness(f"everybody's after {late}", late, late) for late in DELAYS[1:]),
)


@click.command()
@click.option("--seeds", type=click.IntRange(min=2), default=100, show_default=True)
@click.option("--ratings", type=click.IntRange(min=2), default=500, show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("docs/benchmarks/late_feedback.md"),
    show_default=True,
)
def main(seeds: int, ratings: int, out: Path) -> None:
    """Play every policy in every world with every lateness and write what it lost."""
    write_document(out, late_report(seeds, ratings))


def late_report(seeds: int, ratings: int) -> Iterator[str]:
    yield "# What late ratings cost"
    yield (
        f"Command: `python -m benchmarks.scale.late_feedback --seeds {seeds} --ratings {ratings}`. "
        "Two regions take turns by chance. Each chooses by the ratings that it has heard of. How "
        "late one is heard of is drawn from an exponential distribution, so they come in another "
        "order than they were given in; it is counted in ratings of the whole site: where a site "
        "gets one a minute, 10 are ten minutes. Regret is the sum of what the best arm would have "
        f"earned more on average, in {ratings} ratings of both regions together; in "
        f"{AGREEMENT:.0%} of the searches all arms show the same, and nothing can be lost. ± is "
        f"the standard error of the mean over {seeds} plays."
    )
    for world in WORLDS:
        means = ", ".join(f"{mean:+.2f}" for mean in world.means)
        yield f"## {world.name.capitalize()}: {means}"
        rows = [
            [late.name, *(_mean_loss(policy, world, late, seeds, ratings) for policy in _POLICIES)]
            for late in _SETTINGS
        ]
        gap = (1 - AGREEMENT) * (max(world.means) - fmean(world.means))
        rows.append(["always at random", *(f"{ratings * gap:.1f}" for _ in _POLICIES)])
        yield table(["", *_POLICIES], rows)


def regret_of(
    policy: Policy, world: World, late: Lateness, ratings: int, rng: random.Random
) -> float:
    """What one play of so many `ratings` lost."""
    means = dict(zip(_ARMS, world.means, strict=True))
    known = [{arm: ArmStats(arm) for arm in _ARMS} for _ in range(2)]
    coming: list[tuple[float, int, int, str, Rating]] = []
    """When a rating is heard of, its number, by which region, its arm and what it says."""
    lost = 0.0
    for now in range(ratings):
        while coming and coming[0][0] <= now:
            _, _, region, arm, rating = heapq.heappop(coming)
            known[region][arm] = _with(known[region][arm], rating)
        here = rng.randrange(2)
        agreed = rng.random() < AGREEMENT
        arm = policy.choose(tuple(known[here].values()), rng).arm
        rating = _given(fmean(world.means) if agreed else means[arm], rng)
        lost += 0.0 if agreed else max(world.means) - means[arm]
        for region in range(2):
            mean = late.own if region == here else late.other
            if mean < NEVER:
                heard = now + 1 + (rng.expovariate(1 / mean) if mean else 0)
                heapq.heappush(coming, (heard, now, region, arm, rating))
    return lost


def _with(known: ArmStats, rating: Rating) -> ArmStats:
    said = rating.name.lower()
    return replace(
        known,
        shown=known.shown + 1,
        rated=known.rated + 1,
        **{said: getattr(known, said) + 1},
    )


def _given(mean: float, rng: random.Random) -> Rating:
    """Good, okay or bad, so that the mean reward is `mean`: two throws of a coin, less one."""
    heads = sum(rng.random() < (1 + mean) / 2 for _ in range(2))
    return (Rating.BAD, Rating.OKAY, Rating.GOOD)[heads]


def _mean_loss(policy: str, world: World, late: Lateness, seeds: int, ratings: int) -> str:
    values = [
        regret_of(_POLICIES[policy], world, late, ratings, random.Random(seed))
        for seed in range(seeds)
    ]
    return f"{fmean(values):.1f} ± {stdev(values) / len(values) ** 0.5:.1f}"


if __name__ == "__main__":
    main()
