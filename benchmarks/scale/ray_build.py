"""How fast Ray reads and imports posters, with one worker and with two, beside threads.

    python -m benchmarks.scale.ray_build POSTERS [--posters 5000] [--rounds 3]

POSTERS (or the environment's ONESHEET_POSTERS) holds movies.csv and images/. Ray is started on this
machine, or is the one of RAY_ADDRESS. Writes docs/benchmarks/ray_build.md.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import click

# Ray has its workers yield to everybody else, which on a busy machine would compare unequals.
os.environ.setdefault("RAY_worker_niceness", "0")

from benchmarks.instruments.measuring import Row, timed
from benchmarks.instruments.real_posters import part_of
from benchmarks.instruments.reporting import busy, machine, table, write_document
from catalog.files import PosterFiles
from catalog.importer import StoreAll
from catalog.sources.detection import source_at
from catalog.sources.importing import import_films
from embedder.batches import BATCH
from onesheet.base.home import Home
from onesheet.cluster.connection import RayCluster, connected
from onesheet.cluster.pictures import RayPictures
from onesheet.cluster.storing import RayStoring
from onesheet.indexing.picture_reading import PictureBatch, read_pictures
from onesheet.instance import Instance
from onesheet.storage import schema as database

EFFICIENCY = 0.85
"""Of two workers, as a share of twice one's rate."""


@dataclass(frozen=True)
class Pace:
    """How long the first posters took to come, in seconds; posters a second from then on; and
    milliseconds of processor that the command's own process took for each poster, and that Ray's
    workers on this machine took from then on."""

    first: float
    rate: float
    own: float
    workers: float


def pace(batches: Iterator[PictureBatch]) -> Pace:
    began, used, moments, counts = time.monotonic(), time.process_time(), [], []
    at_first = at_last = 0.0
    for batch in batches:
        moments.append(time.monotonic())
        counts.append(len(batch.rows))
        looking = time.thread_time()
        at_last = workers_seconds()
        at_first = at_first or at_last
        used += time.thread_time() - looking
    until_first = [moment - moments[0] < 0.05 for moment in moments]  # a task's come at once
    later = sum(count for count, early in zip(counts, until_first, strict=True) if not early)
    own = 1000 * (time.process_time() - used) / sum(counts)
    first, seconds = moments[0] - began, moments[-1] - moments[0]
    if not later:  # too few to tell
        return Pace(first, sum(counts) / (moments[-1] - began), own, 0)
    return Pace(first, later / seconds, own, 1000 * (at_last - at_first) / later)


def workers_seconds() -> float:
    """Seconds of processor that the actors of Ray on this machine have taken until now."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended
            _, _, rest = path.read_text().partition("(ray::MapWorker")
            if rest:
                fields = rest.rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def by_threads(instance: Instance, hashes: list[str], threads: int) -> Iterator[PictureBatch]:
    """As the ordinary engine reads, which has a thread for each core."""
    files, embedder = PosterFiles(instance.poster_files), instance.embedder()
    read = partial(read_pictures, files, embedder, hashes, {*hashes})
    starts = range(0, len(hashes), BATCH)
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(
            lambda start: read(range(start, min(start + BATCH, len(hashes)))), starts
        )


def by_ray(instance: Instance, hashes: list[str], workers: int) -> Iterator[PictureBatch]:
    engine = RayPictures(RayCluster(workers, 1), instance.home)
    yield from engine.read(instance.embedder(), hashes, {*hashes})


WAYS_OF_READING: dict[str, Callable[[Instance, list[str]], Iterator[PictureBatch]]] = {
    "threads, 1": partial(by_threads, threads=1),
    "threads, 2": partial(by_threads, threads=2),
    "Ray, 1 worker": partial(by_ray, workers=1),
    "Ray, 2 workers": partial(by_ray, workers=2),
}


def import_rate(films: Path, home: Path, workers: int | None) -> float:
    """Posters a second of an import into an empty instance; by threads without `workers`."""
    instance = Instance.at(home)
    database.migrate(instance.engine)
    store_all: StoreAll | None = None
    if workers:
        store_all = RayStoring(RayCluster(workers, 1), instance.home)
    with timed() as seconds:
        report = import_films(instance.catalog, source_at(films), store_all=store_all)
    instance.close()
    return report.added / seconds[0]


def reading_rows(paces: dict[str, list[Pace]]) -> Iterator[Row]:
    rates = {name: [each.rate for each in found] for name, found in paces.items()}
    for name, measured in rates.items():
        first = median(each.first for each in paces[name])
        yield Row(
            f"reading: {name}",
            f"{median(measured):.0f} posters/s (median; {min(measured):.0f} to "
            f"{max(measured):.0f}), the first after {first:.1f} s",
        )
        own = median(each.own for each in paces[name])
        workers = median(each.workers for each in paces[name])
        beside = f" in the command, {workers:.1f} ms in workers" if name.startswith("Ray") else ""
        yield Row(f"processor for each poster: {name}", f"{own:.1f} ms{beside}")
    for kind, one, two, target in (
        ("threads", "threads, 1", "threads, 2", False),
        ("Ray", "Ray, 1 worker", "Ray, 2 workers", True),
    ):
        shares = [b / (2 * a) for a, b in zip(rates[one], rates[two], strict=True)]
        middle = median(shares)
        yield Row(
            f"efficiency of two, {kind}",
            f"{middle:.2f} (median of rounds; {min(shares):.2f} to {max(shares):.2f})",
            *((f">= {EFFICIENCY}", middle >= EFFICIENCY) if target else ()),
        )
    of_threads = [b / a for a, b in zip(rates["threads, 2"], rates["Ray, 2 workers"], strict=True)]
    yield Row("Ray's two workers beside two threads", f"{median(of_threads):.2f} of their rate")


@click.command()
@click.argument(
    "posters",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="ONESHEET_POSTERS",
)
@click.option("--posters", "count", type=click.IntRange(20), default=5000, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/ray_build.md")
def main(posters: Path, count: int, rounds: int, out: Path) -> None:
    """Measure and write the document."""
    warning = busy()
    paces: dict[str, list[Pace]] = {name: [] for name in WAYS_OF_READING}
    imports: dict[str, list[float]] = {"threads": [], "Ray, 2 workers": []}
    with tempfile.TemporaryDirectory() as scratch, connected(workers=2):
        films = part_of(posters, count, count // 10, Path(scratch) / "films")
        for number in range(rounds):
            for name, found in imports.items():
                home = Path(scratch) / f"{name}-{number}"
                found.append(import_rate(films, home, None if name == "threads" else 2))
        instance = Instance(Home(Path(scratch) / "threads-0"))
        hashes = [card.content_hash for card in instance.catalog.all_cards()]
        for _ in range(rounds):
            for name, read in WAYS_OF_READING.items():
                paces[name].append(pace(read(instance, hashes)))
                click.echo(f"{name}: {paces[name][-1]}", err=True)
        instance.close()
    rows = [
        *reading_rows(paces),
        *(
            Row(
                f"importing: {name}",
                f"{median(found):.0f} posters/s (median; {min(found):.0f} to {max(found):.0f})",
            )
            for name, found in imports.items()
        ),
    ]
    write_document(
        out,
        [
            "# Building on Ray",
            machine(),
            f"Command: `python -m benchmarks.scale.ray_build POSTERS --posters {count} --rounds "
            f"{rounds}`. {len(hashes):,} real posters, read from their files with the packaged "
            "model, impressions known; each way once a round, one after another. Rates of reading "
            "are from the first posters on: until then processes start, which is told beside. "
            "Imports are of WebP files into an empty instance, rows and all. Threads are those of "
            "the ordinary engine, which has as many as cores. Ray's own processes, and the "
            "command that gathers what its workers send, share the machine's cores with them. "
            "Workers ran at the command's own priority (`RAY_worker_niceness=0`), not below it "
            "as is Ray's way.",
            *([warning] if warning else []),
            table(["what", "measured", "target", ""], [row.cells() for row in rows]),
        ],
    )


if __name__ == "__main__":
    main()
