"""The embeddings of an index in PostgreSQL, searched by pgvector."""

from __future__ import annotations

import numpy as np
import psycopg
from numpy.typing import NDArray

from benchmarks.instruments.measuring import Row, timed
from index import Metric, PosterIndex

OPERATORS = {
    Metric.COSINE: ("<=>", "halfvec_cosine_ops"),
    Metric.EUCLIDEAN: ("<->", "halfvec_l2_ops"),
    Metric.MANHATTAN: ("<+>", "halfvec_l1_ops"),
}
"""pgvector's distance, and what its index is built with."""
GRAPH_CANDIDATES = 100
"""What a search of the graph looks at, at least (hnsw.ef_search)."""
NEAREST_ASKED = 5


class VectorTable:
    """The embeddings of an index in PostgreSQL, as halves, with the decade of each."""

    def __init__(self, connection: psycopg.Connection, index: PosterIndex) -> None:
        self._connection, self._index = connection, index

    def fill(self, decades: NDArray[np.int64]) -> None:
        ids = self._index.poster_ids
        run = self._connection.execute
        run("CREATE EXTENSION IF NOT EXISTS vector")
        run(
            f"CREATE TABLE scale_vector (poster_id integer PRIMARY KEY, decade integer,"
            f" embedding halfvec({self._index.manifest.d}))".encode()
        )
        with self._connection.cursor() as cursor:
            copy = "COPY scale_vector (poster_id, decade, embedding) FROM STDIN"
            with cursor.copy(copy) as rows:
                vectors = self._index.embeddings(ids)
                for number, decade, vector in zip(ids, decades, vectors, strict=True):
                    rows.write_row((int(number), int(decade), str(vector.tolist())))
        run("CREATE INDEX ON scale_vector (decade)")
        run("ANALYZE scale_vector")

    def build(self, metric: Metric) -> Row:
        run = self._connection.execute
        run("SET max_parallel_maintenance_workers = 0")
        run("SET maintenance_work_mem = '512MB'")
        kind = OPERATORS[metric][1]
        with timed() as seconds:
            run(f"CREATE INDEX {metric} ON scale_vector USING hnsw (embedding {kind})".encode())
        found = run("SELECT pg_relation_size(%s::regclass)", (metric.value,)).fetchone()
        bytes_each = (found or (0,))[0] / len(self._index)
        return Row(
            f"{metric}: graph of {len(self._index)} vectors, by one core",
            f"{seconds[0]:.0f} s, {bytes_each:.0f} bytes a poster",
        )

    def five(self, metric: Metric, poster: int, decade: int | None) -> list[int]:
        """The nearest to a poster, without itself; of one decade where one is given."""
        (near,) = self._index.embeddings(np.array([poster]))
        where = "" if decade is None else "AND decade = %(decade)s"
        query = (
            f"SELECT poster_id FROM scale_vector WHERE poster_id <> %(poster)s {where}"  # noqa: S608
            f" ORDER BY embedding {OPERATORS[metric][0]} %(near)s::halfvec LIMIT {NEAREST_ASKED}"
        )
        said = {"poster": poster, "decade": decade, "near": str(near.tolist())}
        rows = self._connection.execute(query.encode(), said)
        return [row[0] for row in rows]
