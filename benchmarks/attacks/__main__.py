"""What Onesheet withstands: hostile pictures, slow clients, many votes at once and kills.

    python -m benchmarks.attacks instance --out docs/benchmarks/trust.md

Everything stays on this machine, is bounded in number and time, and works on copies in a
temporary folder.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

import click
import numpy as np

from benchmarks.attacks.hostile_clients import SLOW, beside, latencies
from benchmarks.attacks.hostile_uploads import sent
from benchmarks.attacks.posted_uploads import posted
from benchmarks.attacks.votes import RACERS, killed, raced
from benchmarks.instruments.live_server import serving
from benchmarks.instruments.reporting import busy, machine, met, table, write_document

LONGEST_PICTURE = 5.0
"""Seconds that a picture may take."""
MOST_MB = 500.0
"""Megabytes that a picture may take."""
SLOWEST_RATING = 50.0
"""Milliseconds within which 99 of 100 ratings are to be answered."""


@click.command()
@click.argument("home", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--pictures", default=10_000, show_default=True)
@click.option("--posted", "uploads", default=10_000, show_default=True, help="Over HTTP.")
@click.option("--ratings", default=1000, show_default=True, help="Of each of four processes.")
@click.option("--kills", default=100, show_default=True)
@click.option("--clients", default=200, show_default=True)
@click.option("--seconds", default=5.0, show_default=True, help="Of asking beside slow clients.")
@click.option("--note", multiple=True, help="A paragraph on how it was run; may be repeated.")
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(
    home: Path,
    pictures: int,
    uploads: int,
    ratings: int,
    kills: int,
    clients: int,
    seconds: float,
    note: tuple[str, ...],
    out: Path,
) -> None:
    """Attack a copy of an instance and write down what came of it."""
    rng, warning = random.Random(20), busy()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(home, Path(folder) / "instance"))
        rows = [
            _of_pictures(pictures, rng),
            _of_posted(copy, uploads, rng),
            _of_votes(copy, ratings),
            _of_kills(copy, kills, rng),
        ]
        slow = _beside_slow_clients(copy, clients, seconds)
    write_document(
        out,
        [
            "# What Onesheet withstands",
            "Made by `python -m benchmarks.attacks`. All of it ran on one machine, over loopback.",
            machine(),
            *([warning] if warning else []),
            *note,
            table(["attack", "what came of it", "promised", ""], rows),
            f"## {clients} slow clients beside an ordinary one",
            "An ordinary client asks for `/about` over and over. Milliseconds; a server of one "
            "worker of eight threads. The slow clients came three seconds before.",
            table(["they", "median", "99th percentile", "times the usual"], slow),
        ],
    )


def _of_pictures(count: int, rng: random.Random) -> list[str]:
    found = sent(count, rng)
    said = (
        f"{found.read} read, {found.refused} refused by a sentence ({found.ended} by ending the "
        f"decoder), {sum(found.unforeseen.values())} otherwise; the longest took "
        f"{found.longest:.2f} s"
    )
    well = not found.unforeseen and found.longest < LONGEST_PICTURE
    return [
        f"{count} damaged pictures",
        said,
        f"no crash, none over {LONGEST_PICTURE:.0f} s",
        met(well),
    ]


def _of_posted(home: Path, count: int, rng: random.Random) -> list[str]:
    found = posted(home, count, rng)
    statuses = ", ".join(
        f"{times} got {status}" for status, times in sorted(found.statuses.items())
    )
    said = (
        f"{statuses}; {found.unanswered} got no answer; the longest took {found.longest:.2f} s; no "
        f"process held more than {found.largest:.0f} MB; {len(found.left)} files are left that "
        "belong to no answer"
    )
    failed = found.unanswered or any(status >= 500 for status in found.statuses)
    well = not (failed or found.left) and found.longest < LONGEST_PICTURE
    return [
        f"{count} damaged pictures over HTTP",
        said,
        f"no 5xx, none over {LONGEST_PICTURE:.0f} s or {MOST_MB:.0f} MB more, nothing left",
        met(well and found.largest - found.before < MOST_MB),
    ]


def _of_votes(folder: Path, each: int) -> list[str]:
    lost, times = raced(f"sqlite:///{folder / 'raced.db'}", each)
    late = float(np.percentile(times, 99))
    said = f"{lost} lost; median {np.median(times):.1f} ms, 99th percentile {late:.1f} ms"
    promised = f"none lost, 99th percentile at most {SLOWEST_RATING:.0f} ms"
    well = not lost and late <= SLOWEST_RATING
    return [f"{RACERS} processes rate {each} times each", said, promised, met(well)]


def _of_kills(folder: Path, times: int, rng: random.Random) -> list[str]:
    acknowledged, lost = killed(f"sqlite:///{folder / 'killed.db'}", times, rng)
    said = f"{lost} of {acknowledged} acknowledged ratings lost; the database is whole"
    return [f"{times} kills while rating", said, "none lost", met(not lost)]


def _beside_slow_clients(home: Path, count: int, seconds: float) -> list[list[str]]:
    with serving(home, "--workers", "1") as server:
        usual = latencies(server.url, seconds)
        rows = [["are not there", *_figures(usual, usual)]]
        for name, said in SLOW.items():
            rows.append([name, *_figures(beside(server.url, said, count, seconds), usual)])
    return rows


def _figures(times: list[float], usual: list[float]) -> tuple[str, str, str]:
    late, before = (float(np.percentile(each, 99)) for each in (times, usual))
    return f"{np.median(times):.1f}", f"{late:.1f}", f"{late / before:.1f}"


if __name__ == "__main__":
    main()
