"""The same searches by FAISS, by pgvector, and by a machine's copy of what pgvector has."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from benchmarks.instruments.measuring import Row, each, timed
from catalog.catalog import Catalog
from catalog.database import driver_connection
from index import Metric, Options, PosterIndex, Storage
from index.copies import IndexCopies
from index.pgvector import PostgresStore
from onesheet.recommending.answers import NEIGHBOURHOOD
from onesheet.recommending.neighbourhood import SPARE

DECADE_SHARES = (0.2, 0.03)
"""Of the posters, roughly, that a wide and a narrow decade has."""
NEAREST_ASKED = 5
P95_MOST, RECALL_LEAST = 25, 0.99
SIZES = """
SELECT pg_relation_size(indrelid), pg_relation_size(indexrelid) FROM pg_index
JOIN vector_index ON indrelid = vectors::regclass AND NOT indisprimary
WHERE number = (SELECT max(number) FROM vector_index)
"""


def vector_rows(
    engine: Engine,
    index: PosterIndex,
    catalog: Catalog,
    metrics: Sequence[Metric],
    queries: int,
    storage: Storage,
) -> Iterator[Row]:
    """`index` is FAISS's, exact."""
    ids = index.poster_ids
    embeddings = index.embeddings(ids)
    with timed() as seconds:
        there = PostgresStore(partial(driver_connection, engine)).build(
            ids,
            embeddings,
            model=index.manifest.model,
            with_map=False,
            duplicates=None,
            options=Options(exact_up_to=0, storage=storage),
        )
    yield Row(
        f"{storage}: {len(ids)} vectors of {index.manifest.d}, three graphs, calibration, recall",
        f"{seconds[0]:.0f} s; {sizes_told(engine, len(ids))}",
    )
    with tempfile.TemporaryDirectory() as folder:
        copies = IndexCopies(Path(folder))
        copied = PostgresStore(partial(driver_connection, engine), copies).load()
        yield _copying(copies, copied, storage)
        yield from _searching(there, copied, index, catalog, metrics, queries, storage)


def _copying(copies: IndexCopies, copied: PosterIndex, storage: Storage) -> Row:
    with timed() as making:
        copies.make()
    with timed() as opening:
        assert copies.take_up()
    taken = sum(path.stat().st_size for path in copies.folder.rglob("*") if path.is_file())
    return Row(
        f"{storage}: the copy made",
        f"{making[0]:.1f} s, and checked and opened in {opening[0]:.2f} s; "
        f"{taken / len(copied):.0f} bytes a poster",
    )


def _searching(
    there: PosterIndex,
    copied: PosterIndex,
    index: PosterIndex,
    catalog: Catalog,
    metrics: Sequence[Metric],
    queries: int,
    storage: Storage,
) -> Iterator[Row]:
    ids = index.poster_ids
    posters = random.Random(0).sample(ids.tolist(), min(queries, len(ids)))
    decades, chosen = _decades(index, catalog)
    for metric in metrics:
        for decade in (None, *chosen):
            within = None if decade is None else ids[decades == decade]
            yield _five((there, copied, index), metric, within, posters, storage)
    counts = dict.fromkeys(Metric, NEIGHBOURHOOD + SPARE)
    whole = _times(
        posters,
        *(partial(_neighbourhood, each_index, counts) for each_index in (there, copied, index)),
    )
    yield Row(f"{storage}: a neighbourhood, {NEIGHBOURHOOD + SPARE} by each metric", whole)
    with timed() as far:
        there.embeddings(ids)
    with timed() as near:
        copied.embeddings(ids)
    read = f"{far[0]:.2f} s; the copy's: {near[0]:.2f} s"
    yield Row(f"{storage}: all embeddings read", read)


def _five(
    indexes: tuple[PosterIndex, PosterIndex, PosterIndex],
    metric: Metric,
    within: NDArray[np.int64] | None,
    posters: Sequence[int],
    storage: Storage,
) -> Row:
    found: list[list[list[int]]] = [[], [], []]

    def ask(number: int, poster: int) -> None:
        (query,) = indexes[-1].embeddings([poster])
        near = indexes[number].search(query, metric, NEAREST_ASKED, within=within, exclude=[poster])
        found[number].append([each.poster_id for each in near])

    times, copied, own = (each(partial(ask, number), posters) for number in range(3))
    recalls = [
        [len({*near} & {*exact}) / len(exact) for near, exact in zip(one, found[-1], strict=True)]
        for one in found
    ]
    recall, of_copy = float(np.mean(recalls[0])), float(np.mean(recalls[1]))
    p95 = float(np.percentile(times, 95))
    part = "all" if within is None else f"a decade with {len(within)}"
    return Row(
        f"{storage}: {metric}, {part}",
        f"recall@5 {recall:.3f}; {_percentiles(times)}; the copy: recall@5 {of_copy:.3f}; "
        f"{_percentiles(copied)}; a folder's FAISS: {_percentiles(own)}",
        f"recall@5 >= {RECALL_LEAST}, p95 <= {P95_MOST} ms",
        recall >= RECALL_LEAST and p95 <= P95_MOST,
    )


def _neighbourhood(index: PosterIndex, counts: dict[Metric, int], poster: int) -> None:
    index.search_each(index.embeddings([poster])[0], counts, exclude=[poster])


def _times(posters: Sequence[int], *asks: partial[None]) -> str:
    there, copied, own = (_percentiles(each(ask, posters)) for ask in asks)
    return f"{there}; the copy: {copied}; a folder's FAISS: {own}"


def _percentiles(times: Sequence[float]) -> str:
    p50, p95 = np.percentile(times, [50, 95])
    return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms"


def _decades(index: PosterIndex, catalog: Catalog) -> tuple[NDArray[np.int64], list[int]]:
    """The decade of each of the index's posters, -1 for none, and one decade for each share."""
    facets = catalog.facets()
    by_poster = dict(zip(facets.poster_ids.tolist(), facets.decades.tolist(), strict=True))
    decades = np.array([by_poster.get(number, -1) for number in index.poster_ids.tolist()])
    sizes = {each: np.count_nonzero(decades == each) for each in np.unique(decades[decades > 0])}
    chosen = [
        int(min(sizes, key=lambda each: abs(sizes[each] - share * len(decades))))
        for share in DECADE_SHARES
    ]
    return decades, chosen


def sizes_told(engine: Engine, count: int) -> str:
    """What the newest index's `count` vectors take in the database."""
    with driver_connection(engine) as connection:
        found = connection.execute(SIZES).fetchall()
    table, graphs = found[0][0], sum(graph for _, graph in found)
    return f"{table / count:.0f} bytes a poster in the table, {graphs / count:.0f} in the graphs"
