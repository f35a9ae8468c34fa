"""PostgreSQL beside the SQLite file: ratings at once and through kills, rows moved, and how well
pgvector finds neighbours.

    python -m benchmarks.scale postgresql://onesheet@/scale --home HOME [--metric cosine]

The database must be empty but for pgvector, which a superuser puts there with `CREATE EXTENSION
vector`; what is made there stays. HOME is an instance with an index, which is only read. Writes
docs/benchmarks/scale.md.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
from sqlalchemy import Engine

from benchmarks.attacks.votes import RACERS, killed, raced
from benchmarks.instruments.measuring import Row, timed
from benchmarks.instruments.reporting import busy, machine, table, write_document
from benchmarks.scale.vector_searches import vector_rows
from catalog.catalog import Catalog
from catalog.database import connect
from index import Metric, PosterIndex, Storage
from onesheet.storage import schema
from onesheet.storage.transfer import copy_database


def rating_rows(name: str, url: str, rated: int, kills: int) -> Iterator[Row]:
    with timed() as seconds:
        lost, times = raced(url, rated)
    p50, p99 = np.percentile(times, [50, 99])
    yield Row(
        f"{name}: {RACERS} processes record and rate {rated} answers each",
        f"{lost} lost; {RACERS * rated / seconds[0]:.0f} answers/s with the processes' start; "
        f"a rating p50 {p50:.1f} ms, p99 {p99:.1f} ms",
        "none lost",
        not lost,
    )
    known, lost = killed(url, kills, random.Random(0))
    yield Row(
        f"{name}: {kills} kills of a process that rates",
        f"{lost} of {known} acknowledged ratings lost",
        "none lost",
        not lost,
    )


def moving(source: Engine, target: Engine) -> Row:
    with timed() as seconds:
        copied = copy_database(source, target)
    return Row("all rows moved", f"{sum(copied.values())} rows in {seconds[0]:.1f} s")


@click.command()
@click.argument("postgres")
@click.option("--home", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--rated", default=250, show_default=True, help="Ratings of each process.")
@click.option("--kills", default=10, show_default=True)
@click.option("--queries", default=200, show_default=True)
@click.option("--metric", "metrics", type=click.Choice(list(Metric)), multiple=True)
@click.option("--storage", "storages", type=click.Choice(list(Storage)), multiple=True)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/scale.md")
def main(
    postgres: str,
    home: Path,
    rated: int,
    kills: int,
    queries: int,
    metrics: tuple[Metric, ...],
    storages: tuple[Storage, ...],
    out: Path,
) -> None:
    """Measure and write the document."""
    warning = busy()
    target = connect(postgres)
    index = PosterIndex.load(home / "index")
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(home / "onesheet.db", folder)
        source = connect(f"sqlite:///{copy}")
        schema.migrate(source)
        rows = [moving(source, target)]
        rows += rating_rows("SQLite", f"sqlite:///{Path(folder) / 'ratings.db'}", rated, kills)
        rows += rating_rows("PostgreSQL", postgres, rated, kills)
        catalog = Catalog(source, home / "posters")
        asked = metrics or tuple(Metric)
        found = [
            row
            for storage in storages or tuple(Storage)
            for row in vector_rows(target, index, catalog, asked, queries, Storage(storage))
        ]
        source.dispose()
    target.dispose()
    header = ["what", "measured", "target", ""]
    write_document(
        out,
        [
            "# PostgreSQL beside the SQLite file",
            "Made by `python -m benchmarks.scale`. Server and clients share one machine, over a "
            "socket, so a network's round trips are not in it.",
            machine(),
            *([warning] if warning else []),
            "## Rows",
            table(header, (row.cells() for row in rows)),
            "## Vectors by pgvector",
            "Through Onesheet, as `ONESHEET_VECTORS=pgvector` has it, with graphs though there are "
            "few enough to compare each; asked about posters of the index, each without itself. "
            "What a search takes includes the checks of a connection, the filter as it is sent, "
            "and the order by definition. float16 halves what is stored. The copy is what "
            "`ONESHEET_VECTORS_COPY=on` searches; recall is told against the folder's FAISS, which "
            "is exact over float32, so that what float16 rounds away counts as lost.",
            table(header, (row.cells() for row in found)),
        ],
    )


if __name__ == "__main__":
    main()
