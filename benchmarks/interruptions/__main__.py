"""Imports that are killed at random moments: no film may be lost, or come twice.

    python -m benchmarks.interruptions POSTERS [--films 10000] [--kills 50]

Films of POSTERS (movies.csv and images/) are laid out in a temporary folder. Into one instance
`onesheet import` runs to its end; into another it is killed (SIGKILL) again and again, each time at
a random moment of the seconds after it has put a new poster in place, and begun anew. The last
import runs to its end. Writes docs/benchmarks/interruptions.md.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import click

from benchmarks.instruments.measuring import Row
from benchmarks.instruments.reporting import busy, machine, table, write_document
from benchmarks.sources.imports import CatalogFacts, differing, facts_in, imported
from benchmarks.sources.poster_layouts import films_of, lay_as_ours
from catalog.checkup import CatalogFlaws
from onesheet.base.home import Home
from onesheet.instance import Instance

KILLED_WITHIN = 4.0
"""Seconds after the first new poster; an import commits every two, or every 500 films."""
LOOKED_EVERY = 0.05


@dataclass
class Killed:
    """What the kills met: how many imports were killed and how many had ended by themselves, and
    the films there were after each."""

    kills: int = 0
    ended: int = 0
    films: list[int] = field(default_factory=list)


def killed_imports(home: Path, folder: Path, kills: int, seed: int) -> Killed:
    """Kill imports of a folder, one after the other."""
    rng, found = random.Random(seed), Killed()
    command = [sys.executable, "-m", "cli", "--home", str(home), "import", str(folder)]
    for _ in range(kills):
        before = posters_in(home)
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            while process.poll() is None and posters_in(home) <= before:
                time.sleep(LOOKED_EVERY)
            if process.poll() is None:
                time.sleep(rng.uniform(0, KILLED_WITHIN))
            process.kill()
        found.kills += process.returncode == -signal.SIGKILL
        found.ended += process.returncode == 0
        found.films.append(len(facts_in(home)))
    return found


def posters_in(home: Path) -> int:
    """How many files of posters an instance has."""
    return sum(1 for _ in (home / "posters").glob("??/*.webp"))


def progress_cells(found: Killed, kills: int) -> list[list[str]]:
    """What the kills met, a row each."""
    grew = sum(one < two for one, two in zip([0, *found.films], found.films, strict=False))
    figures = {
        "runs killed": f"{found.kills} of {kills}; {found.ended} had ended before",
        "runs that left more films than they met": f"{grew}",
        "films after the last kill": f"{found.films[-1]:,}",
    }
    return [[what, figure, "", ""] for what, figure in figures.items()]


def verdicts(expected: CatalogFacts, there: CatalogFacts, flaws: CatalogFlaws) -> list[Row]:
    """Whether the catalogue is that of one import to its end, and fits its files."""
    films, other = f"{len(there):,} of {len(expected):,}", differing(expected, there)
    return [
        Row("films after one more import", films, "all, once", there.keys() == expected.keys()),
        Row("films other than by one import without a kill", f"{other}", "0", other == 0),
        Row("posters without their file", f"{len(flaws.lost)}", "0", not flaws.lost),
        Row("films that are two", f"{len(flaws.clashes)}", "0", not flaws.clashes),
    ]


@click.command()
@click.argument("posters", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--films", "most", type=click.IntRange(min=1), default=10_000, show_default=True)
@click.option("--kills", type=click.IntRange(min=1), default=50, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/interruptions.md")
def main(posters: Path, most: int, kills: int, seed: int, out: Path) -> None:
    """Kill, compare, and write the document."""
    warning, films = busy(), films_of(posters, most)
    with tempfile.TemporaryDirectory() as place:
        folder, whole, home = (Path(place) / name for name in ("films", "whole", "killed"))
        lay_as_ours(films, posters, folder)
        imported(whole, folder)
        found = killed_imports(home, folder, kills, seed)
        imported(home, folder)
        expected, there = facts_in(whole), facts_in(home)
        instance = Instance(Home(home))
        flaws = instance.catalog.flaws()
        instance.close()
    parts = [
        "# Interrupted imports",
        machine(),
        *([warning] if warning else []),
        f"Command: `python -m benchmarks.interruptions POSTERS`, of {len(films):,} films "
        f"with a poster each. Each of {kills} runs of `onesheet import` was killed (SIGKILL) at a "
        f"moment drawn from the {KILLED_WITHIN:g} seconds after it had put a new poster in place, "
        "unless it had ended before. "
        "One more ran to its end. Two catalogues are the same where each film has the same ids, "
        "title, year, rating, votes, genres and posters.",
        table(
            ["", "figure", "target", ""],
            [*progress_cells(found, kills), *(r.cells() for r in verdicts(expected, there, flaws))],
        ),
    ]
    write_document(out, parts)


if __name__ == "__main__":
    main()
