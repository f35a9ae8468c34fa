"""PostgreSQL beside the SQLite file: ratings at once and through kills, rows moved, and how well
pgvector would find neighbours.

    python -m benchmarks.scale postgresql://onesheet@/scale --home HOME [--metric cosine]

The database must be empty but for pgvector, which a superuser puts there with `CREATE EXTENSION
vector`; what is made there stays. HOME is an instance with an index, which is only read. Nothing of
Onesheet searches by pgvector yet: this is to tell whether it should. Writes
docs/benchmarks/scale.md.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlalchemy import Engine, make_url

from benchmarks.attacks.votes import RACERS, killed, raced
from benchmarks.instruments.measuring import Row, each, timed
from benchmarks.instruments.reporting import busy, machine, table, write_document
from benchmarks.scale.vector_table import GRAPH_CANDIDATES, NEAREST_ASKED, VectorTable
from catalog.catalog import Catalog
from catalog.database import connect
from index import Metric, PosterIndex
from onesheet.storage import schema
from onesheet.storage.transfer import copy_database

DECADE_SHARES = (0.2, 0.03)
"""Of the posters, roughly, that a wide and a narrow decade has."""


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


def decade_recall(
    vectors: VectorTable,
    index: PosterIndex,
    metric: Metric,
    decades: NDArray[np.int64],
    decade: int | None,
    posters: Sequence[int],
) -> Row:
    within = None if decade is None else index.poster_ids[decades == decade]
    found: list[list[int]] = []
    exact: list[list[int]] = []

    def ask(poster: int) -> None:
        found.append(vectors.five(metric, poster, decade))

    def ask_faiss(poster: int) -> None:
        (query,) = index.embeddings(np.array([poster]))
        near = index.search(query, metric, NEAREST_ASKED, within=within, exclude=[poster])
        exact.append([each.poster_id for each in near])

    times, own = each(ask, posters), each(ask_faiss, posters)
    right = [len({*one} & {*other}) / len(other) for one, other in zip(found, exact, strict=True)]
    p50, p95 = np.percentile(times, [50, 95])
    recall = float(np.mean(right))
    part = "all" if within is None else f"a decade with {len(within)}"
    return Row(
        f"{metric}, {part}",
        f"recall@5 {recall:.3f}; p50 {p50:.1f} ms, p95 {p95:.1f} ms; "
        f"FAISS, exact: p95 {np.percentile(own, 95):.1f} ms",
        "recall@5 >= .99, p95 <= 25 ms",
        bool(recall >= 0.99 and p95 <= 25),
    )


def of_vectors(
    url: str, index: PosterIndex, catalog: Catalog, metrics: Sequence[Metric], queries: int
) -> Iterator[Row]:
    facets = catalog.facets()
    by_poster = dict(zip(facets.poster_ids.tolist(), facets.decades.tolist(), strict=True))
    decades = np.array([by_poster.get(number, -1) for number in index.poster_ids.tolist()])
    sizes = {each: np.count_nonzero(decades == each) for each in np.unique(decades[decades > 0])}
    chosen = [
        int(min(sizes, key=lambda each: abs(sizes[each] - share * len(decades))))
        for share in DECADE_SHARES
    ]
    posters = random.Random(0).sample(index.poster_ids.tolist(), min(queries, len(index)))
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        vectors = VectorTable(connection, index)
        vectors.fill(decades)
        for metric in metrics:
            yield vectors.build(metric)
            connection.execute(f"SET hnsw.ef_search = {GRAPH_CANDIDATES}".encode())
            connection.execute("SET hnsw.iterative_scan = strict_order")
            for decade in (None, *chosen):
                yield decade_recall(vectors, index, metric, decades, decade, posters)


@click.command()
@click.argument("postgres")
@click.option("--home", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--rated", default=250, show_default=True, help="Ratings of each process.")
@click.option("--kills", default=10, show_default=True)
@click.option("--queries", default=200, show_default=True)
@click.option("--metric", "metrics", type=click.Choice(list(Metric)), multiple=True)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/scale.md")
def main(
    postgres: str,
    home: Path,
    rated: int,
    kills: int,
    queries: int,
    metrics: tuple[Metric, ...],
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
        measured = of_vectors(postgres, index, catalog, metrics or tuple(Metric), queries)
        found = list(measured)
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
            "## Vectors by pgvector, as halves",
            "Graphs (HNSW) as pgvector builds them unless told otherwise, "
            f"{GRAPH_CANDIDATES} candidates "
            "at least, iterative scans in strict order; asked about posters of the index, each "
            "without itself. PostgreSQL chooses how: all posters by the graph, a narrow decade by "
            "that decade's own index, exactly. **Onesheet does not search by pgvector yet.**",
            table(header, (row.cells() for row in found)),
        ],
    )


if __name__ == "__main__":
    main()
