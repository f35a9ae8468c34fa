"""The same vectors by pgvector on one PostgreSQL server and spread over several.

    python -m benchmarks.scale.spread_searches URL --server URL --server URL --home HOME

All databases must be empty but for pgvector; what is made there stays. HOME is an instance with an
index, which is only read. Writes docs/benchmarks/scale_servers.md.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.instruments.measuring import Row, each, percentiles, timed
from benchmarks.instruments.reporting import busy, machine, table, write_document
from benchmarks.scale.vector_searches import NEAREST_ASKED
from catalog.database import connect, driver_connection
from index import Metric, Options, PosterIndex
from index.pgvector import PostgresStore, SeveralServers
from onesheet.recommending.answers import NEIGHBOURHOOD
from onesheet.recommending.neighbourhood import SPARE

NARROW = 1_000
"""Posters that a narrow filter lets pass."""
NearPosters = set[tuple[Metric, int]]
"""Posters, each with the metric that it is near under."""


def _rows(
    one: PostgresStore, spread: PostgresStore, exact: PosterIndex, queries: int
) -> Iterator[Row]:
    ids = exact.poster_ids
    vectors = exact.embeddings(ids)
    indexes = []
    for name, store in (("one server", one), ("spread", spread)):
        with timed() as seconds:
            index = store.build(
                ids,
                vectors,
                model=exact.manifest.model,
                with_map=False,
                duplicates=None,
                options=Options(exact_up_to=0),
            )
        yield Row(f"{name}: {len(ids)} vectors of {index.manifest.d} built", f"{seconds[0]:.0f} s")
        indexes.append(index)
    posters = random.Random(0).sample(ids.tolist(), min(queries, len(ids)))
    few = np.sort(np.random.default_rng(0).choice(ids, min(NARROW, len(ids)), replace=False))
    for metric in Metric:
        for part, within in (("all", None), (f"{len(few)} pass", few)):
            ask = partial(_five, exact, metric, within)
            yield _compared(f"{metric}, {part}", indexes, exact, posters, ask)
    counts = dict.fromkeys(Metric, NEIGHBOURHOOD + SPARE)
    name = f"a neighbourhood, {NEIGHBOURHOOD + SPARE} by each metric"
    yield _compared(name, indexes, exact, posters, partial(_around, exact, counts))


def _five(
    exact: PosterIndex,
    metric: Metric,
    within: NDArray[np.int64] | None,
    index: PosterIndex,
    poster: int,
) -> NearPosters:
    (query,) = exact.embeddings([poster])
    near = index.search(query, metric, NEAREST_ASKED, within=within, exclude=[poster])
    return {(metric, one.poster_id) for one in near}


def _around(
    exact: PosterIndex, counts: dict[Metric, int], index: PosterIndex, poster: int
) -> NearPosters:
    (query,) = exact.embeddings([poster])
    near = index.search_each(query, counts, exclude=[poster])
    return {(metric, one.poster_id) for metric in Metric for one in near[metric]}


def _compared(
    name: str,
    indexes: Sequence[PosterIndex],
    exact: PosterIndex,
    posters: Sequence[int],
    ask: Callable[[PosterIndex, int], NearPosters],
) -> Row:
    true = [ask(exact, poster) for poster in posters]
    said = []
    for index in indexes:
        found: list[NearPosters] = []

        def once(poster: int, index: PosterIndex = index, found: list[NearPosters] = found) -> None:
            found.append(ask(index, poster))

        times = each(once, posters)
        recall = np.mean([len(a & b) / len(b) for a, b in zip(found, true, strict=True)])
        said.append(f"recall {recall:.3f}, {percentiles(times)}")
    return Row(name, f"one: {said[0]}; spread: {said[1]}")


@click.command()
@click.argument("postgres")
@click.option("--server", "servers", multiple=True, required=True)
@click.option("--home", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--queries", default=200, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/scale_servers.md")
def main(postgres: str, servers: tuple[str, ...], home: Path, queries: int, out: Path) -> None:
    """Measure and write the document."""
    warning = busy()
    engines = [connect(url) for url in (postgres, *servers)]
    lend, *lends = (partial(driver_connection, engine) for engine in engines)
    spread = PostgresStore(lend, None, SeveralServers(lend, lends))
    rows = list(_rows(PostgresStore(lend), spread, PosterIndex.load(home / "index"), queries))
    for engine in engines:
        engine.dispose()
    write_document(
        out,
        [
            "# Vectors on several PostgreSQL servers",
            f"Made by `python -m benchmarks.scale.spread_searches` with {len(servers)} servers. "
            "They and whoever asks share one machine, over sockets: so this is what asking several "
            "costs, and not what several machines gain. Recall is of the five nearest, of the "
            "neighbourhood's all, against FAISS, exact; with graphs though there are few enough to "
            "compare each. The one and the several were asked one after the other in each line.",
            machine(),
            *([warning] if warning else []),
            table(["what", "measured"], (row.cells()[:2] for row in rows)),
        ],
    )


if __name__ == "__main__":
    main()
