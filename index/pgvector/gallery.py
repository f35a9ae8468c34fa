"""Vectors in a table, searched by pgvector: by its graphs, or one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg import sql
from psycopg.errors import UndefinedTable

from index.folder import IndexFolderError
from index.gallery import FoundRows
from index.metric import Metric
from index.pgvector.arrays import SentArray, take_arrays
from index.pgvector.places import AT, RowPlaces
from index.pgvector.table import GRAPH_WIDTHS, OPERATORS, Lend, PgConnection, VectorTable
from index.search.graph import MEASURED_FOR, MORE_FAR_AWAY, enough_for, walk_length
from index.search.kinds import MARGIN

_SPARE: Final = 8
"""Rows fetched beyond those wanted, so that most ties at the edge come with the first answer."""
_ROUNDING: Final = 2.0**-22
"""Of pgvector's distances, for each dimension: it adds up in float32."""
_READ_AT_ONCE: Final = 20_000
_SHARE: Final = 20
"""Of the rows one in how many is looked up by its number, where all that pass are compared; of more
the whole table is read."""
_EACH_MORE, _EACH_MORE_BY_ANOTHER = 4, 10
"""Candidates held for each neighbour beyond those that a graph's width is measured for, by a graph
of the metric's own and by another's."""
_ROWS_A_CANDIDATE: Final = 10
"""Rows compared one by one in the time in which a walk holds one more candidate."""
_LEFT_OUT: Final = 2
"""Where fewer of a walk's candidates pass than one in so many of those that ought to, a filter
leaves out just what is near."""
_PATIENCE: Final = 10_000
"""Candidates that a walk is sent to look at, at most: at twice as many pgvector gives up and brings
the nearest that it came by, which may be strangers."""

# The graph alone, however small the table: the planner does not know what a comparison costs. In a
# loose order, since whoever asked settles it.
_BY_GRAPH: Final = (
    "SELECT set_config('enable_seqscan', 'off', true),"
    " set_config('hnsw.iterative_scan', 'relaxed_order', true),"
    " set_config('hnsw.ef_search', %s, true)"
)
_WALK: Final = (
    "SELECT row, embedding, count(*) OVER () FROM (SELECT row, embedding FROM {table} {within}"
    " ORDER BY {order} LIMIT %(held)s) AS held {where}"
    " ORDER BY embedding {apart} %(query)s::{type} LIMIT %(most)s"
)
# What is added to the distance keeps PostgreSQL from the graph, which would answer approximately.
_COMPARE: Final = (
    "SELECT row, embedding, (embedding {apart} %(query)s::{type}) + 0 AS apart"
    " FROM {table} {where} ORDER BY apart LIMIT %(most)s"
)
_AMONG: Final = "WHERE row = ANY(%(rows)s::integer[])"
_VECTORS_OF: Final = "SELECT row, embedding FROM {table} {where} ORDER BY row"
_PASSING: Final = "WHERE get_bit(%(passing)s, row) = 1"
_ALL: Final = ""


@dataclass(frozen=True)
class _Search:
    """One query under one metric, and the rows of a table that may be found."""

    query: NDArray[np.float32]
    metric: Metric
    k: int
    passing: NDArray[np.bool_] | None
    count: int

    @cached_property
    def left(self) -> int:
        """How many rows pass."""
        return self.count if self.passing is None else int(np.count_nonzero(self.passing))

    @cached_property
    def bits(self) -> bytes | None:
        """A bit a row, as PostgreSQL's get_bit counts them."""
        if self.passing is None:
            return None
        return np.packbits(self.passing, bitorder="little").tobytes()


class TableGallery:
    """A `VectorGallery` in a table. Keeps nothing but what the table is."""

    def __init__(
        self,
        lend: Lend,
        table: VectorTable,
        width: Mapping[str, int] | None = None,
        places: RowPlaces | None = None,
    ) -> None:
        """width: candidates that each metric's graph must hold for the MEASURED_FOR nearest; None
        where there are no graphs. places: of the rows, where they are known."""
        self._lend = lend
        self._table = table
        self._width = width
        self._places = places

    @property
    def dimensions(self) -> int:
        return self._table.dimensions

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.floating[Any]]:
        wanted, places = np.unique(rows, return_inverse=True)
        parts = [self._table.received([])]
        with self._lend() as connection:
            for start in range(0, len(wanted), _READ_AT_ONCE):
                part = SentArray.of_rows(wanted[start : start + _READ_AT_ONCE])
                found, _ = self._answer(connection, _VECTORS_OF, where=_AMONG, rows=part)
                parts.append(found.vectors)
        return np.asarray(np.concatenate(parts)[places])

    def candidates(
        self,
        queries: NDArray[np.float32],
        metric: Metric,
        k: int,
        passing: NDArray[np.bool_] | None = None,
    ) -> Iterator[FoundRows]:
        with self._lend() as connection:
            searches = [_Search(each, metric, k, passing, self._table.count) for each in queries]
            found = [
                self._walked(connection, each) or self._compared(connection, each)
                for each in searches
            ]
        yield from found

    def nearest(
        self, connection: PgConnection, queries: NDArray[np.float32], metric: Metric, width: int
    ) -> NDArray[np.int64]:
        """Rows int64[B, M] nearest to `queries` float32[B, D] by a graph that holds `width`
        candidates while walking; -1 where it found fewer."""
        most = 2 * MEASURED_FOR + _SPARE
        found = np.full((len(queries), most), -1)
        for each, query in zip(found, queries, strict=True):
            search = _Search(query, metric, MEASURED_FOR, None, self._table.count)
            rows = self._by_graph(connection, search, most, width)[0].rows
            each[: len(rows)] = rows
        return found

    def _walked(self, connection: PgConnection, search: _Search) -> FoundRows | None:
        """By the graph; None where there is none, where so few pass that comparing them takes no
        longer, and where it finds too few."""
        if self._width is None or search.left == 0:
            return None
        measured = round(MARGIN * self._width[search.metric])
        another = self._table.led_by_another(search.metric)
        each_more = _EACH_MORE_BY_ANOTHER if another else _EACH_MORE
        width = walk_length(measured, search.k, search.left / search.count, each_more)
        most = 2 * search.k + _SPARE
        if search.left <= max(_ROWS_A_CANDIDATE * width, most * search.count / _PATIENCE):
            return None
        width = max(most, min(width, GRAPH_WIDTHS[-1]))  # more would take twice as long
        found, passing = self._by_graph(connection, search, most, width)
        ought = width * search.left / search.count
        if passing < most or _LEFT_OUT * passing < ought:
            held = max(most, enough_for(search.k, another=another) + MORE_FAR_AWAY)
            farther = _LEFT_OUT * held * search.count / search.left
            if search.left <= _ROWS_A_CANDIDATE * farther or farther > _PATIENCE:
                return None
            found, _ = self._by_graph(connection, search, most, width, held)
        return found if len(found.rows) == min(most, search.left) else None

    def _by_graph(
        self,
        connection: PgConnection,
        search: _Search,
        most: int,
        width: int,
        held: int | None = None,
    ) -> tuple[FoundRows, int]:
        """The `most` nearest of the rows that pass among `width` candidates, and how many pass; of
        so many that pass as are `held`, however far that leads, where this is given."""
        passing = _ALL if search.passing is None else _PASSING
        within, where = (_ALL, passing) if held is None else (passing, _ALL)
        led = self._table.led(search.query, search.metric)
        said = {"most": most, "held": held or width, "led": led}
        with connection.pipeline(), connection.transaction():
            connection.execute(_BY_GRAPH, [str(min(width, GRAPH_WIDTHS[-1]))])
            found, counts = self._answer(connection, _WALK, search, where, within=within, **said)
        return found, int(counts[0]) if counts else 0

    def _compared(self, connection: PgConnection, search: _Search) -> FoundRows:
        """The k nearest and all that tie, by comparing all that pass."""
        if search.passing is None:
            return self._nearest_of(connection, search, _ALL)
        if search.left > search.count / _SHARE:
            return self._nearest_of(connection, search, _PASSING)
        rows = np.flatnonzero(search.passing)
        if self._places is not None and len(rows):
            found = self._nearest_of(connection, search, AT, **self._places.said(rows))
            if len(found.rows) >= min(search.k + _SPARE, search.left):
                return found
        return self._nearest_of(connection, search, _AMONG, rows=SentArray.of_rows(rows))

    def _nearest_of(
        self, connection: PgConnection, search: _Search, where: str, **said: Any
    ) -> FoundRows:
        most = search.k + _SPARE
        while True:
            found, apart = self._answer(connection, _COMPARE, search, where, most=most, **said)
            if len(apart) < most or apart[-1] > self._edge(apart[search.k - 1], search.metric):
                return found
            most *= 4

    def _edge(self, apart: float, metric: Metric) -> float:
        """Up to where another distance may be no farther than this one, but for rounding."""
        rounding = _ROUNDING * self.dimensions
        return apart + rounding * (1 if metric is Metric.COSINE else apart)

    def _answer(
        self,
        connection: PgConnection,
        statement: str,
        search: _Search | None = None,
        where: str = _ALL,
        within: str = _ALL,
        **said: Any,
    ) -> tuple[FoundRows, Sequence[float]]:
        """Rows with their vectors, and the third number of each, if it has one."""
        parts: dict[str, Any] = {"type": self._table.type, "where": where, "within": within}
        if search is not None:
            parts["apart"] = OPERATORS[search.metric]
            parts["order"] = self._table.order_of_walks(search.metric)
            said |= {"query": self._table.sent(search.query), "passing": search.bits}
        names: dict[str, sql.Composable] = {"table": sql.Identifier(self._table.name)}
        names |= {name: sql.SQL(part) for name, part in parts.items()}
        written: Any = statement  # psycopg wants literals; these are, but for names of ours
        with connection.cursor(binary=True) as cursor:
            take_arrays(cursor)
            try:
                rows = cursor.execute(sql.SQL(written).format(**names), said).fetchall()
            except UndefinedTable as error:
                raise IndexFolderError("this index was replaced, and dropped") from error
        numbers = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        vectors = self._table.received([row[1] for row in rows])
        return FoundRows(numbers, vectors), [row[2] for row in rows if len(row) > 2]
