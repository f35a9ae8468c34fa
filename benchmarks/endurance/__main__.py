"""What Onesheet withstands for long, and of the disk: losses of power, and a steady load.

    python -m benchmarks.endurance instance --minutes 60 --out docs/benchmarks/endurance.md

`make soak` is a shorter one that fails where something is lost, fails or grows; times depend on
what else the machine does, so they are told and fail nothing. Works on copies in a temporary
folder, over loopback. Losses of power need Linux and a C compiler.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

import click

from benchmarks.endurance.power_cuts import compiler, cut_often
from benchmarks.endurance.soak import SOAK_PARTS, SoakOutcome, soaked
from benchmarks.instruments.live_server import serving
from benchmarks.instruments.reporting import MISSED, busy, machine, met, table, write_document

MOST_GROWTH = 0.05
STEADY = 1.5
"""By how much the last part's 99th percentile may exceed the first's."""


@click.command()
@click.argument("home", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cuts", default=100, show_default=True, help="Losses of power.")
@click.option("--minutes", default=60.0, show_default=True, help="Of steady load.")
@click.option("--check", is_flag=True, help="End with 1 for losses, failures or growth.")
@click.option("--note", multiple=True, help="A paragraph on how it was run; may be repeated.")
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(
    home: Path,
    cuts: int,
    minutes: float,
    check: bool,
    note: tuple[str, ...],
    out: Path,
) -> None:
    """Put a copy of an instance to the test and write down what came of it."""
    warning = busy()
    pictures = sorted((home / "posters").rglob("*.webp"))[:40]
    with tempfile.TemporaryDirectory() as folder:
        of_cuts = _of_cuts(home, pictures[0], Path(folder), cuts)
        copy = Path(shutil.copytree(home, Path(folder) / "instance"))
        with serving(copy) as server:
            load = soaked(server, [path.read_bytes() for path in pictures], 60 * minutes)
    sure = [of_cuts, *_of_load(load, minutes)]
    rows = [*sure, _of_times(load)]
    write_document(
        out,
        [
            "# What Onesheet endures",
            "Made by `python -m benchmarks.endurance`. At a loss of power the program is killed, "
            "and its files are the bytes and names that it had flushed to the disk, and no others. "
            "The steady load is of pages, pictures and uploads, each at a quarter of what the "
            f"server takes of it alone; its time is parted into {SOAK_PARTS}.",
            machine(),
            *([warning] if warning else []),
            *note,
            table(["trial", "what came of it", "promised", ""], rows),
        ],
    )
    if check and any(MISSED in row for row in sure):
        raise click.ClickException(f"A promise is not kept: {out} says which.")


def _of_cuts(home: Path, poster: Path, scratch: Path, cuts: int) -> list[str]:
    promised = "no acknowledged upload or rating lost, the database whole"
    if compiler() is None:
        return ["losses of power", "not tried: no C compiler, or not Linux", promised, ""]
    found = cut_often(home, poster, scratch, cuts, random.Random(20))
    said = f"{len(found.lost)} of {found.acknowledged} acknowledgements lost; the database is whole"
    return [f"{found.cuts} losses of power", said, promised, met(not found.lost)]


def _of_load(found: SoakOutcome, minutes: float) -> list[list[str]]:
    failed = f"{found.failed} of {found.answered + found.failed} requests failed"
    if found.failures:
        kinds = ", ".join(f"{count} {kind}" for kind, count in found.failures.most_common())
        failed += f" ({kinds})"
    grown = f"memory grew by {found.growth:.1%}"
    promised = f"under {MOST_GROWTH:.0%} more"
    return [
        [f"{minutes:g} minutes of steady load", failed, "none", met(not found.failed)],
        ["the same, memory", grown, promised, met(found.growth < MOST_GROWTH)],
    ]


def _of_times(found: SoakOutcome) -> list[str]:
    first, last = found.late[0], found.late[-1]
    said = f"uploads' 99th percentile {first:.0f} ms in the first part, {last:.0f} ms in the last"
    promised = f"at most {STEADY:g} times as long"
    return ["the same, times", said, promised, met(last <= STEADY * first)]


if __name__ == "__main__":
    main()
