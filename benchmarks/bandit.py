"""What each way of choosing loses while it learns: regret over many simulated plays.

    python -m benchmarks.bandit [--seeds N] [--ratings N]

Needs neither posters nor a model. Writes docs/benchmarks/bandit.md, the same on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev

import click

from bandit import UCB1, EpsilonGreedy, Policy, ThompsonSampling, simulate
from benchmarks.instruments.reporting import table, write_document

_ARMS = ("cosine", "euclidean", "manhattan")
AGREEMENT = 0.2
"""Of the searches all arms show the same five in so many."""
EARLY = 100
"""Ratings after which regret is told as well as at the end."""


@dataclass(frozen=True)
class World:
    """True mean rewards of the three arms, in their order."""

    name: str
    means: tuple[float, float, float]


@dataclass(frozen=True)
class Player:
    name: str
    policy: Policy
    shared: bool = False


@dataclass(frozen=True)
class Loss:
    """Regret of many plays, and how often the best arm was picked in the last tenth of each."""

    early: list[float]
    final: list[float]
    best: list[float]


WORLDS = (
    World("one is clearly better", (0.1, 0.2, 0.6)),
    World("they differ a little", (0.1, 0.2, 0.3)),
    World("one is bad, two are near", (-0.4, 0.3, 0.35)),
)
PLAYERS = tuple(
    Player(f"{name}{', shared credit' if shared else ''}", policy, shared)
    for name, policy in (
        ("epsilon-greedy, decay 50 (the default)", EpsilonGreedy(_ARMS)),
        ("epsilon-greedy, decay 10", EpsilonGreedy(_ARMS, decay=10)),
        ("epsilon-greedy, decay 200", EpsilonGreedy(_ARMS, decay=200)),
        ("UCB1", UCB1(_ARMS)),
        ("Thompson sampling", ThompsonSampling(_ARMS, draws=1)),
    )
    for shared in (False, True)
)


@click.command()
@click.option("--seeds", type=click.IntRange(min=2), default=100, show_default=True)
@click.option("--ratings", type=click.IntRange(min=EARLY), default=500, show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("docs/benchmarks/bandit.md"),
    show_default=True,
)
def main(seeds: int, ratings: int, out: Path) -> None:
    """Play every policy in every world and write what it lost."""
    write_document(out, report(seeds, ratings))


def report(seeds: int, ratings: int) -> Iterator[str]:
    yield "# What each way of choosing loses"
    yield (
        f"Command: `python -m benchmarks.bandit --seeds {seeds} --ratings {ratings}`. Each policy "
        f"plays {seeds} times (seeds 0 to {seeds - 1}) against arms whose true mean rewards are "
        f"known. In {AGREEMENT:.0%} of the searches all arms show the same five; nothing can be "
        "lost there. Regret is the sum of what the best arm would have earned more on average; "
        "± is the standard error of the mean over plays."
    )
    for world in WORLDS:
        means = ", ".join(f"{mean:+.2f}" for mean in world.means)
        yield f"## {world.name.capitalize()}: {means}"
        rows = [row(player, world, seeds, ratings) for player in PLAYERS]
        gap = (1 - AGREEMENT) * (max(world.means) - fmean(world.means))
        rows.append(["always at random", f"{EARLY * gap:.1f}", f"{ratings * gap:.1f}", "33%"])
        best = "Best arm in the last tenth"
        yield table(["", f"Regret after {EARLY}", f"Regret after {ratings}", best], rows)


def row(player: Player, world: World, seeds: int, ratings: int) -> list[str]:
    lost = play(player, world, seeds, ratings)
    return [player.name, _told(lost.early), _told(lost.final), f"{fmean(lost.best):.0%}"]


def play(player: Player, world: World, seeds: int, ratings: int) -> Loss:
    means = dict(zip(_ARMS, world.means, strict=True))
    best = [arm for arm in _ARMS if means[arm] == max(world.means)]
    lost = Loss([], [], [])
    for seed in range(seeds):
        rng = random.Random(seed)
        steps = list(
            simulate(player.policy, means, ratings, rng, agreement=AGREEMENT, shared=player.shared)
        )
        lost.early.append(steps[EARLY - 1].regret)
        lost.final.append(steps[-1].regret)
        lost.best.append(fmean(step.arm in best for step in steps[-ratings // 10 :]))
    return lost


def _told(values: list[float]) -> str:
    return f"{fmean(values):.1f} ± {stdev(values) / len(values) ** 0.5:.1f}"


if __name__ == "__main__":
    main()
