"""What Onesheet withstands for long, and of the disk: losses of power, and a steady load.

    python -m benchmarks.endurance instance --minutes 60 --out docs/benchmarks/endurance.md

`make soak` is a shorter one that fails where a promise is not kept. Works on copies in a temporary
folder, over loopback. Losses of power need Linux and a C compiler.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

import click

from benchmarks.endurance.power_cuts import compiler, cut_often
from benchmarks.endurance.soak import SOAK_PARTS, soaked
from benchmarks.instruments.live_server import serving
from benchmarks.instruments.reporting import MISSED, busy, machine, met, table, write_document

MOST_GROWTH = 0.05
STEADY = 1.5
"""By how much the last part's 99th percentile may exceed the first's."""


@click.command()
@click.argument("home", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cuts", default=100, show_default=True, help="Losses of power.")
@click.option("--minutes", default=60.0, show_default=True, help="Of steady load.")
@click.option("--check", is_flag=True, help="End with 1 where a promise is not kept.")
@click.option("--note", multiple=True, help="A paragraph on how it was run; may be repeated.")
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.pass_context
def main(
    context: click.Context,
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
        copy = Path(shutil.copytree(home, Path(folder) / "instance"))
        rows = [
            _of_cuts(copy, pictures[0], Path(folder), cuts),
            _of_load(copy, [path.read_bytes() for path in pictures], minutes),
        ]
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
    if check and any(MISSED in row for row in rows):
        context.exit(1)


def _of_cuts(home: Path, poster: Path, scratch: Path, cuts: int) -> list[str]:
    promised = "no acknowledged upload or rating lost, the database whole"
    if compiler() is None:
        return ["losses of power", "not tried: no C compiler, or not Linux", promised, ""]
    found = cut_often(home, poster, scratch, cuts, random.Random(20))
    said = f"{len(found.lost)} of {found.acknowledged} acknowledgements lost; the database is whole"
    return [f"{found.cuts} losses of power", said, promised, met(not found.lost)]


def _of_load(home: Path, posters: list[bytes], minutes: float) -> list[str]:
    with serving(home) as server:
        found = soaked(server, posters, 60 * minutes)
    first, last = found.late[0], found.late[-1]
    said = (
        f"{found.failed} of {found.answered} requests failed; uploads' 99th percentile "
        f"{first:.0f} ms in the first part, {last:.0f} ms in the last; memory grew by "
        f"{found.growth:.1%}"
    )
    well = not found.failed and found.growth < MOST_GROWTH and last <= STEADY * first
    promised = f"none failed, memory under {MOST_GROWTH:.0%} more, times steady"
    return [f"{minutes:g} minutes of steady load", said, promised, met(well)]


if __name__ == "__main__":
    main()
