"""The main job on real posters: import, embed, index, start, and upload to results.

    python -m benchmarks.main_job POSTERS

POSTERS (or the environment's ONESHEET_POSTERS) holds movies.csv and images/. Works in a temporary
instance folder and writes docs/benchmarks/main_job.md. For a quick trial:

    python -m benchmarks.main_job POSTERS --posters 500 --out trial.md

and to measure one stage again and again, keep the instance of the first time:

    python -m benchmarks.main_job POSTERS --home kept --stages import,index --out trial.md
    python -m benchmarks.main_job POSTERS --home kept --stages requests --out trial.md
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from benchmarks.instruments.live_server import ask, client_of, serving, upload
from benchmarks.instruments.measuring import Row, each, memory, timed, timing
from benchmarks.instruments.real_posters import enlarged, part_of, source
from benchmarks.instruments.reporting import busy, machine, model_note, table, write_document
from catalog.images import decode
from catalog.sources.folder import import_folder
from embedder import Embedder
from onesheet.base.machine_share import usable_cores
from onesheet.base.progress import progress_of
from onesheet.instance import Instance
from onesheet.storage import schema as database

STAGES = ("import", "index", "one", "start", "requests")

WHOLE = 30_000
"""Posters whose import is to take three minutes at most."""
_READ = 6_000
"""Posters whose embedding is timed by itself."""
QUERIES = 200
STARTS = 5
_WARMING = 5
LARGE = 1000
"""Pixels across of the enlarged uploads: about what people have."""


@dataclass(frozen=True)
class Job:
    """What to measure on: the folder, the instance, the posters to ask about, and the starts."""

    posters: Path
    instance: Instance
    queries: int

    def asked(self) -> list[bytes]:
        """The files of the first test posters that the instance holds, as their owner gave them."""
        cards = self.instance.catalog.all_cards("test")[: self.queries]
        return [source(self.posters, card.imdb_id) for card in cards]

    def others(self) -> list[bytes]:
        """Posters that warm a server up and are not asked about."""
        cards = self.instance.catalog.all_cards("train")[:_WARMING]
        return [source(self.posters, card.imdb_id) for card in cards]


def measure_import(job: Job) -> Iterator[Row]:
    with timed() as seconds, progress_of("Importing") as progress:
        report = import_folder(job.instance.catalog, job.posters, progress=progress)
    rate = report.added / seconds[0]
    yield Row(
        "import",
        f"{report.added:,} posters in {seconds[0]:.1f} s: {rate:.0f} posters/s "
        f"({len(report.skipped)} skipped)",
        f">= {WHOLE / 180:.0f} posters/s (30,000 in 3 minutes)",
        rate >= WHOLE / 180,
    )
    with timed() as seconds:
        again = import_folder(job.instance.catalog, job.posters)
    assert not again.added
    yield Row("the same import again", f"{seconds[0]:.1f} s, nothing changed")


def measure_index(job: Job) -> Iterator[Row]:
    embedder, cards = job.instance.embedder(), job.instance.catalog.all_cards()[:_READ]
    for what in ("decode and first impression", "decode"):  # impressions are made once
        with timed() as seconds:
            job.instance.posters.embeddings(embedder, cards)
        rate = len(cards) / seconds[0]
        yield Row(
            f"embedding, {usable_cores()} cores, {what} included",
            f"{len(cards):,} posters in {seconds[0]:.1f} s: {rate:.0f} posters/s",
            *((">= 300 posters/s", rate >= 300) if what == "decode" else ()),
        )
    with timed() as seconds:
        index = job.instance.builder.build(with_map=True)
    size = sum(file.stat().st_size for file in job.instance.home.indexes.rglob("*")) / 1e6
    yield Row(
        f"index of {len(index):,} posters with its map, from the posters' files",
        f"{seconds[0]:.1f} s, {size:.0f} MB on disk",
    )
    with timed() as seconds:
        job.instance.builder.build()
    yield Row(
        "the same again without map, from the embeddings",
        f"{seconds[0]:.1f} s",
        "<= 20 s",
        seconds[0] <= 20,
    )


def measure_one(job: Job) -> Iterator[Row]:
    embedder, files = Embedder.load(threads=1), job.asked()
    embedder.read([decode(data) for data in job.others()])
    images = [decode(data) for data in files]
    alone = each(lambda image: embedder.read([image]), images)
    with_decode = each(lambda data: embedder.read([decode(data)]), files)
    yield timing("embedding one poster, one thread, decode excluded", alone, 12)
    yield timing("embedding one poster, one thread, decode included", with_decode, 12)


def measure_start(job: Job) -> Iterator[Row]:
    """From the process's start, one process after another."""
    pages, results, poster = [], [], job.asked()[0]
    for _ in range(STARTS):
        with serving(job.instance.home.folder) as server:
            pages.append(server.first_page)
            with client_of(server) as client:
                upload(client, poster)
                results.append(server.since_start())
    for what, times in (("first page", pages), ("first results, upload included", results)):
        yield Row(
            f"start of `onesheet serve` to the {what}",
            f"median {np.median(times):.2f} s, worst of {STARTS} {max(times):.2f} s",
            "<= 3 s",
            max(times) <= 3,
        )


def measure_requests(job: Job) -> Iterator[Row]:
    files, others = job.asked(), job.others()
    large = [enlarged(data, LARGE) for data in files]
    alone = serving(job.instance.home.folder, "--workers", "1")
    with alone as server, client_of(server) as client:
        yield memory("memory of master and worker, before any upload", server.memory())
        for data in others:
            upload(client, data)
            ask(client, data)
        yield timing("upload to results page", each(lambda d: upload(client, d), files), 60)
        yield timing("upload to JSON", each(lambda d: ask(client, d), files), 60)
        what = f"upload to results page, enlarged to {LARGE} pixels across, JPEG"
        yield timing(what, each(lambda d: upload(client, d), large), 60)
        yield memory("memory of master and worker, after those uploads", server.memory())
    with serving(job.instance.home.folder, "--workers", "2") as server:
        some = files[:50]
        for data in some:  # on new connections, so that both workers get some
            with client_of(server) as client:
                upload(client, data)
        yield memory(
            f"memory of master and two workers, after {len(some)} uploads", server.memory(), None
        )


MEASURES: dict[str, Callable[[Job], Iterator[Row]]] = {
    "import": measure_import,
    "index": measure_index,
    "one": measure_one,
    "start": measure_start,
    "requests": measure_requests,
}


def _document(
    rows: Sequence[Row], job: Job, size: int, command: str, warning: str | None
) -> list[str]:
    """The parts of the page."""
    model = job.instance.embedder()
    return [
        "# The main job on real posters",
        machine(),
        f"Command: `{command}`. {size:,} real posters"
        + (", **a trial, not all of them**" if " --posters " in command else "")
        + f"; model `{model.fingerprint[:12]}`, {model.dimensions} dimensions. Uploads go one "
        "after another over loopback, on one kept connection, to `onesheet serve` as it comes (one "
        f"worker), after {_WARMING} others that do not count; they are posters of the split test. "
        "Starts find the files in the system's cache.",
        *model_note(model.fingerprint),
        *([warning] if warning else []),
        table(["what", "measured", "target", ""], [row.cells() for row in rows]),
    ]


@click.command()
@click.argument(
    "posters",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="ONESHEET_POSTERS",
)
@click.option(
    "--posters", "count", type=click.IntRange(20), help="How many to take; all unless given."
)
@click.option("--queries", type=click.IntRange(1), default=QUERIES, show_default=True)
@click.option("--stages", default=",".join(STAGES), show_default=True, help="Joined with commas.")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="Kept afterwards.")
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/main_job.md")
def main(
    posters: Path, count: int | None, queries: int, stages: str, home: Path | None, out: Path
) -> None:
    """Measure the main job and write the document."""
    chosen = [stage for stage in STAGES if stage in stages.split(",")]
    if unknown := set(stages.split(",")) - set(STAGES):
        raise click.UsageError(f"no stage is called {', '.join(sorted(unknown))}")
    if "import" not in chosen and home is None:
        raise click.UsageError("without the stage import, --home must name an instance kept before")
    warning = busy()
    with tempfile.TemporaryDirectory() as scratch:
        folder = part_of(posters, count, queries, Path(scratch) / "part") if count else posters
        instance = Instance.at(home or Path(scratch) / "home")
        database.migrate(instance.engine)
        job, rows = Job(folder, instance, queries), []
        for stage in chosen:
            for row in MEASURES[stage](job):
                rows.append(row)
                click.echo("  ".join(row.cells()), err=True)
        size = instance.catalog.counts().posters
        write_document(out, _document(rows, job, size, command(count, queries, stages), warning))
        instance.close()


def command(count: int | None, queries: int, stages: str) -> str:
    """What to type for the same again; the folder is everybody's own."""
    said = "python -m benchmarks.main_job POSTERS"
    said += f" --posters {count}" if count else ""
    said += f" --queries {queries}" if queries != QUERIES else ""
    return said + (f" --stages {stages}" if stages != ",".join(STAGES) else "")


if __name__ == "__main__":
    main()
