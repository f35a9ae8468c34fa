"""The same searches by FAISS, by pgvector, and by a machine's copy of what pgvector has."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from benchmarks.instruments.measuring import Row, each, percentiles, timed
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


@dataclass(frozen=True)
class _Indexes:
    """The same vectors in PostgreSQL, in a copy of that, and in a folder, searched exactly."""

    there: PosterIndex
    copied: PosterIndex
    own: PosterIndex
    storage: Storage

    def all(self) -> tuple[PosterIndex, PosterIndex, PosterIndex]:
        return self.there, self.copied, self.own


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
        f"{storage}: {len(ids)} vectors of {index.manifest.d}, graphs, calibration, recall",
        f"{seconds[0]:.0f} s; {sizes_told(engine, len(ids))}",
    )
    posters = random.Random(0).sample(ids.tolist(), min(queries, len(ids)))
    decades, chosen = _decades(index, catalog)
    filters = [None, *(ids[decades == decade] for decade in chosen)]
    with tempfile.TemporaryDirectory() as folder:
        copies = IndexCopies(Path(folder))
        copied = PostgresStore(partial(driver_connection, engine), copies).load()
        yield _copying(copies, copied, storage)
        indexes = _Indexes(there, copied, index, storage)
        for metric in metrics:
            for within in filters:
                yield _five(indexes, metric, within, posters)
        yield from _many(indexes, posters)


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


def _five(
    indexes: _Indexes,
    metric: Metric,
    within: NDArray[np.int64] | None,
    posters: Sequence[int],
) -> Row:
    times: list[list[float]] = []
    found: list[list[list[int]]] = []

    def ask(index: PosterIndex, poster: int) -> None:
        (query,) = indexes.own.embeddings([poster])
        near = index.search(query, metric, NEAREST_ASKED, within=within, exclude=[poster])
        found[-1].append([each.poster_id for each in near])

    for index in indexes.all():
        found.append([])
        times.append(each(partial(ask, index), posters))
    recalls = [
        [len({*near} & {*exact}) / len(exact) for near, exact in zip(one, found[-1], strict=True)]
        for one in found
    ]
    recall, of_copy = float(np.mean(recalls[0])), float(np.mean(recalls[1]))
    p95 = float(np.percentile(times[0], 95))
    said, copied, own = map(percentiles, times)
    part = "all" if within is None else f"a decade with {len(within)}"
    return Row(
        f"{indexes.storage}: {metric}, {part}",
        f"recall@5 {recall:.3f}; {said}; the copy: recall@5 {of_copy:.3f}; {copied}; "
        f"a folder's FAISS: {own}",
        f"recall@5 >= {RECALL_LEAST}, p95 <= {P95_MOST} ms",
        recall >= RECALL_LEAST and p95 <= P95_MOST,
    )


def _many(indexes: _Indexes, posters: Sequence[int]) -> Iterator[Row]:
    """As many neighbours as an answer asks for, and all embeddings."""
    counts = dict.fromkeys(Metric, NEIGHBOURHOOD + SPARE)

    def ask(index: PosterIndex, poster: int) -> None:
        index.search_each(index.embeddings([poster])[0], counts, exclude=[poster])

    said = [percentiles(each(partial(ask, index), posters)) for index in indexes.all()]
    yield Row(
        f"{indexes.storage}: a neighbourhood, {NEIGHBOURHOOD + SPARE} by each metric",
        f"{said[0]}; the copy: {said[1]}; a folder's FAISS: {said[2]}",
    )
    ids = indexes.own.poster_ids
    with timed() as far:
        indexes.there.embeddings(ids)
    with timed() as near:
        indexes.copied.embeddings(ids)
    read = f"{far[0]:.2f} s; the copy's: {near[0]:.2f} s"
    yield Row(f"{indexes.storage}: all embeddings read", read)


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
