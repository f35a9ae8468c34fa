"""A table of vectors: how it is written, and its graphs measured."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from index.manifest import GraphFacts
from index.metric import Metric
from index.pgvector.guides import Guide, Guides
from index.search.graph import MEASURED_FOR
from index.search.kinds import Storage, joined_first, wide_enough
from index.search.nearest import nearest_of

PgConnection = psycopg.Connection[Any]
Lend = Callable[[], AbstractContextManager[PgConnection]]
"""Lends a connection without a transaction, which is taken back at the end of the context."""

OPERATORS: Final = {Metric.COSINE: "<=>", Metric.EUCLIDEAN: "<->", Metric.MANHATTAN: "<+>"}
"""pgvector's distances."""
TYPES: Final = {Storage.FLOAT32: ("vector", ">f4"), Storage.FLOAT16: ("halfvec", ">f2")}
"""pgvector's type, and how it sends and takes a number."""
AskGraph = Callable[[NDArray[np.float32], Metric, int], NDArray[np.int64]]
"""Rows int64[B, M] nearest to queries under a metric, by a graph that holds so many candidates."""
GRAPH_WIDTHS: Final = (40, 64, 100, 160, 250, 320, 400, 500, 640, 800, 1000)
"""Candidates held while walking (hnsw.ef_search) that are tried; pgvector holds no more."""
_COPIED_AT_ONCE: Final = 4096
_COPY_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END: Final = b"\xff\xff"


@dataclass(frozen=True)
class VectorTable:
    """A table with a row a poster, 0 to count - 1, and its raw vector.

    guides: what leads walks, where the table has graphs of shortened vectors.
    """

    name: str
    count: int
    dimensions: int
    storage: Storage
    guides: Guides = field(default_factory=dict)

    @property
    def type(self) -> str:
        """Of the vectors, in pgvector's terms."""
        return TYPES[self.storage][0]

    def write(self, connection: PgConnection, vectors: NDArray[np.float32]) -> None:
        """Make the table of `vectors` float32[N, D], compared one by one."""
        self._make(connection)
        self._copy(connection, vectors, 0)
        self._run(connection, "ANALYZE {table}")

    def write_with_graphs(
        self, connection: PgConnection, vectors: NDArray[np.float32], nearest: AskGraph
    ) -> GraphFacts:
        """Make the table of `vectors` float32[N, D] and a graph a guide.

        `nearest` asks them, before the last posters are joined, how well they find those.
        """
        self._check(vectors)
        first = joined_first(len(vectors))
        joined, queries = vectors[:first], vectors[first:]
        self._make(connection)
        self._copy(connection, joined, 0)
        for guide in self._guides:
            order = f"{guide.column} {self.type}_l2_ops"
            self._run(connection, f"CREATE INDEX ON {{table}} USING hnsw ({order})")
        self._run(connection, "ANALYZE {table}")
        width, recall = {}, {}
        for metric in Metric:
            true, _ = nearest_of(joined, queries, metric, MEASURED_FOR)
            ask = partial(nearest, queries, metric)
            width[metric.value], recall[metric.value] = wide_enough(true, ask, GRAPH_WIDTHS)
        self._copy(connection, queries, first)
        dimensions = {guide.metric.value: guide.dimensions for guide in self._guides}
        return GraphFacts(self.storage.value, dimensions, width, recall)

    def sent(self, vector: NDArray[np.float32]) -> str:
        """A query as pgvector reads it, of the type that the table has."""
        return f"[{','.join(map(repr, self._within(vector).tolist()))}]"

    def order_of_walks(self, metric: Metric) -> str:
        """By what a graph orders rows, for a query %(led)s of the table's type."""
        guide = self.guides.get(metric)
        column, apart = (guide.column, "<->") if guide else ("embedding", OPERATORS[metric])
        return f"{column} {apart} %(led)s::{self.type}"

    def led_by_another(self, metric: Metric) -> bool:
        """Whether a metric's walks go by the distances of another."""
        return metric in self.guides and self.guides[metric].metric is not metric

    def led(self, query: NDArray[np.float32], metric: Metric) -> str:
        """A query float32[D] as a metric's graph is asked."""
        guide = self.guides.get(metric)
        return self.sent(guide.shortened(query[None])[0] if guide else query)

    def received(self, vectors: list[bytes]) -> NDArray[np.floating[Any]]:
        """Vectors [M, D] out of pgvector's bytes: a header of four, then the numbers."""
        kind = np.dtype(TYPES[self.storage][1])
        sent = np.frombuffer(b"".join(vectors), np.uint8)
        sent = sent.reshape(len(vectors), 4 + kind.itemsize * self.dimensions)
        numbers = np.ascontiguousarray(sent[:, 4:]).view(kind)
        return numbers.astype(kind.newbyteorder("="))

    @property
    def _guides(self) -> list[Guide]:
        """Each once."""
        return list({each.column: each for each in self.guides.values()}.values())

    def _within(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """No larger than halves are, where the table has these."""
        if self.storage is Storage.FLOAT32:
            return vectors
        most = np.finfo(np.float16).max
        return vectors.clip(-most, most)

    def _make(self, connection: PgConnection) -> None:
        vectors = {"embedding": self.dimensions}
        vectors |= {guide.column: guide.dimensions for guide in self._guides}
        columns = [f"{name} {self.type}({count}) NOT NULL" for name, count in vectors.items()]
        made = ", ".join(["row integer PRIMARY KEY", *columns])
        # Vectors lie within their row as long as a page takes it: elsewhere each is a look more.
        self._run(connection, f"CREATE TABLE {{table}} ({made}) WITH (toast_tuple_target = 8160)")

    def _run(self, connection: PgConnection, statement: str) -> None:
        # psycopg types its SQL as literals; this is one, but for names of types and operators.
        written: Any = statement
        connection.execute(sql.SQL(written).format(table=sql.Identifier(self.name)))

    def _copy(self, connection: PgConnection, vectors: NDArray[np.float32], first: int) -> None:
        copy = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)")
        with (
            connection.cursor() as cursor,
            cursor.copy(copy.format(sql.Identifier(self.name))) as rows,
        ):
            rows.write(_COPY_HEADER)
            for start in range(0, len(vectors), _COPIED_AT_ONCE):
                part = vectors[start : start + _COPIED_AT_ONCE]
                rows.write(self._rows(part, first + start))
            rows.write(_COPY_END)

    def _rows(self, vectors: NDArray[np.float32], first: int) -> bytes:
        """Rows as COPY takes them: how many fields, then each behind its length in bytes."""
        columns = {"embedding": vectors}
        columns |= {each.column: self._within(each.shortened(vectors)) for each in self._guides}
        fields: list[tuple[str, Any]] = [("fields", ">i2"), ("row_bytes", ">i4"), ("row", ">i4")]
        fields += [(name, self._vector_field(each.shape[1])) for name, each in columns.items()]
        rows = np.zeros(len(vectors), np.dtype(fields))
        rows["fields"], rows["row_bytes"] = 1 + len(columns), 4
        rows["row"] = np.arange(first, first + len(vectors))
        for name, column in columns.items():
            sent = rows[name]
            sent["bytes"] = sent.dtype.itemsize - sent.dtype["bytes"].itemsize
            sent["dimensions"], sent["numbers"] = column.shape[1], column
        return rows.tobytes()

    def _vector_field(self, dimensions: int) -> np.dtype[Any]:
        """A vector of the table's type as pgvector takes it, behind its length in bytes."""
        numbers = ("numbers", TYPES[self.storage][1], (dimensions,))
        return np.dtype([("bytes", ">i4"), ("dimensions", ">i2"), ("unused", ">i2"), numbers])

    def _check(self, vectors: NDArray[np.float32]) -> None:
        if self.storage is Storage.FLOAT16:
            if np.abs(vectors).max() > np.finfo(np.float16).max:
                raise ValueError("these embeddings are too large for float16 storage")
            if not vectors.astype(np.float16).any(axis=1).all():
                raise ValueError("these embeddings are too small for float16 storage")
