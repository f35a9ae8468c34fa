"""A million vectors by pgvector, beside a folder's FAISS over the same.

    python -m benchmarks.scale.many_vectors URL --home HOME [--vectors 1000000] [--storage float16]

The database must be empty but for pgvector; what is made there stays. HOME is an instance with an
index, which is only read; FAISS's graphs are kept in WORK. Takes an hour or more, an idle machine
and 12 GB of memory. Writes docs/benchmarks/many_vectors.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import click
import numpy as np
from sqlalchemy import Engine

from benchmarks.index.graph_searches import BUILT, graphs, searched_for
from benchmarks.index.multiplied import multiplied
from benchmarks.index.searches import FILTER_SHARES, K, Vectors, recall_of, some
from benchmarks.instruments.measuring import Row, timed
from benchmarks.instruments.reporting import busy, machine, table, write_document
from benchmarks.scale.vector_searches import P95_MOST, RECALL_LEAST, sizes_told
from catalog.database import connect, driver_connection
from index import Metric, Options, PosterIndex, Storage
from index.pgvector import PostgresStore
from index.search.kinds import joined_first
from index.search.nearest import nearest_of

SHUFFLED = 6
"""The seed of what is asked about, and of the vectors that are made."""
SET = (
    "shared_buffers",
    "huge_pages_status",  # since PostgreSQL 17
    "maintenance_work_mem",
    "max_parallel_maintenance_workers",
)
"""What of PostgreSQL's settings a build's and a search's time hang on."""


def _built(engine: Engine, vectors: Vectors, storage: Storage) -> tuple[PosterIndex, Row]:
    with timed() as seconds:
        there = PostgresStore(partial(driver_connection, engine)).build(
            np.arange(len(vectors)),
            vectors,
            model="benchmark",
            with_map=False,
            duplicates=None,
            options=Options(exact_up_to=0, storage=storage),
        )
    return there, Row(
        "pgvector: building, calibration and recall included",
        f"{seconds[0]:.0f} s; {sizes_told(engine, len(vectors))}",
    )


def _graph_facts(index: PosterIndex, name: str) -> Row:
    """The candidates that reach the recall which a build asks of its graphs."""
    facts = index.manifest.graph
    assert facts is not None, "built with graphs however few"
    said = [f"{each} {facts.width[each]} ({facts.recall[each]:.4f})" for each in Metric]
    return Row(f"{name}: candidates that the build measured, and their recall", ", ".join(said))


def _searches(
    there: PosterIndex, own: PosterIndex, vectors: Vectors, queries: Vectors
) -> Iterator[Row]:
    for metric in Metric:
        for share in (None, *FILTER_SHARES):
            within = None if share is None else some(np.arange(len(vectors)), share)
            among = vectors if within is None else vectors[within]
            truth, _ = nearest_of(among, queries, metric, K)
            if within is not None:
                truth = within[truth]
            told, kept = [], True
            for name, index in (("", there), ("FAISS: ", own)):
                times, found = searched_for(index, metric, queries, within)
                recall, (p50, p95) = recall_of(found, truth), np.percentile(times, [50, 95])
                told.append(f"{name}recall@{K} {recall:.4f}; p50 {p50:.1f} ms, p95 {p95:.1f} ms")
                if index is there:
                    kept = bool(recall >= RECALL_LEAST and p95 <= P95_MOST)
            part = "all" if share is None else f"{share:.1%} pass"
            target = f"recall@{K} >= {RECALL_LEAST}, p95 <= {P95_MOST} ms"
            yield Row(f"{metric}, {part}", "; ".join(told), target, kept)


def _settings(engine: Engine) -> str:
    with driver_connection(engine) as connection:
        said = [
            f"{name} {connection.execute('SELECT current_setting(%s, true)', [name]).fetchone()[0]}"
            for name in ("server_version", *SET)
        ]
    return f"PostgreSQL: {', '.join(said)}."


@click.command()
@click.argument("postgres")
@click.option("--home", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--vectors", "count", default=1_000_000, show_default=True)
@click.option("--queries", default=200, show_default=True)
@click.option("--storage", type=click.Choice(list(Storage)), default=Storage.FLOAT16)
@click.option("--work", type=click.Path(path_type=Path), default="build/many-vectors")
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/many_vectors.md")
def main(
    postgres: str, home: Path, count: int, queries: int, storage: str, work: Path, out: Path
) -> None:
    """Measure and write the document."""
    warning, kind = busy(), Storage(storage)
    index = PosterIndex.load(home / "index")
    real = index.embeddings(index.poster_ids)
    real = real[np.random.default_rng(SHUFFLED).permutation(len(real))]
    # The posters joined last, by which a build measures its graphs, are like those asked about:
    # what has made ones about it is found by a shorter walk.
    strangers = queries + count - joined_first(count)
    asked, last, parents = np.split(real, [queries, strangers])
    vectors = np.concatenate([multiplied(parents, count - len(last), SHUFFLED), last])
    engine = connect(postgres)
    settings = _settings(engine)
    place = work / f"{kind}-{count}"
    own = graphs(place, vectors, kind)
    took = Row("FAISS: building, the same included", (place / BUILT).read_text("ascii"))
    rows = _echoed([took, _graph_facts(own, "FAISS")])
    there, built = _built(engine, vectors, kind)
    rows += _echoed([built, _graph_facts(there, "pgvector")])
    rows += _echoed(_searches(there, own, vectors, asked))
    engine.dispose()
    write_document(
        out,
        [
            "# A million vectors in PostgreSQL",
            f"Made by `python -m benchmarks.scale.many_vectors`: {count:,} vectors of "
            f"{vectors.shape[1]} numbers as {kind}, the real posters' and such as lie between "
            f"them (`benchmarks.index.multiplied`). Last are {len(last)} real posters between "
            "which nothing was made, and a build measures its graphs with these; asked about "
            f"{queries} more of that kind, which are not in the index. "
            "Through Onesheet, on one machine, over a socket: a search includes the checks of a "
            "connection, the filter as it is sent, and the order by definition. "
            "Recall is told against all compared as float32. FAISS's graphs, in a folder, were "
            "asked the same within the same minute.",
            machine(),
            settings,
            *([warning] if warning else []),
            table(["what", "measured", "target", ""], (row.cells() for row in rows)),
        ],
    )


def _echoed(rows: Iterable[Row]) -> list[Row]:
    """The rows, each shown as it comes: a run takes an hour."""
    told = []
    for row in rows:
        click.echo(" | ".join(row.cells()), err=True)
        told.append(row)
    return told


if __name__ == "__main__":
    main()
