"""Where a table's rows lie, so that few of many are fetched without being looked up by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from index.pgvector.arrays import PLACE, SentArray, take_arrays
from index.pgvector.table import PgConnection
from index.search.kinds import joined_first

_MOST_ON_A_PAGE: Final = 300
"""Rows; PostgreSQL's pages of 8 kB have room for 291."""
_TRIED: Final = 1_000
"""Rows whose places are compared with what the rule says."""
AT: Final = (
    "WHERE ctid = ANY(%(places)s::tid[]) AND tableoid = %(table)s::oid"
    " AND pg_relation_filenode(%(table)s::oid) = %(file)s"
)
"""Rows by what `RowPlaces.said` says. None is there once it is another table or has another file,
where rows may lie elsewhere."""
_ASKED: Final = (
    "SELECT row, ctid, tableoid, pg_relation_filenode(tableoid) FROM {table}"
    " WHERE row = ANY(%(rows)s::integer[]) ORDER BY row"
)


@dataclass(frozen=True)
class RowPlaces:
    """The places (ctid) of a table's rows, which stay as long as it has the same file.

    table, file: their numbers. on_a_page: how many of the `first` rows, which were written one
    after another, lie on each page. last: PLACE[L], of those that came after the graphs.
    """

    table: int
    file: int
    on_a_page: int
    first: int
    last: NDArray[Any]

    @classmethod
    def found(cls, connection: PgConnection, table: str, count: int) -> RowPlaces | None:
        """Of a table's rows 0 to count - 1; None where they do not lie one after another, as they
        would not in one that was changed by hand."""
        first = joined_first(count)
        if first == 0:
            return None
        some = np.random.default_rng(0).integers(0, first, _TRIED)
        rows = np.unique([*range(min(_MOST_ON_A_PAGE, first)), *some, *range(first, count)])
        asked = sql.SQL(_ASKED).format(table=sql.Identifier(table))
        with connection.cursor(binary=True) as cursor:
            take_arrays(cursor)
            answer = cursor.execute(asked, {"rows": SentArray.of_rows(rows)}).fetchall()
        if [row[0] for row in answer] != rows.tolist():
            return None
        places = np.frombuffer(b"".join(row[1] for row in answer), PLACE)
        before = rows < first
        on_a_page = int(np.count_nonzero(places["page"][before] == places["page"][0]))
        lie = cls(answer[0][2], answer[0][3], on_a_page, first, places[~before])
        return lie if (lie.of(rows) == places).all() else None

    def said(self, rows: NDArray[np.int64]) -> dict[str, Any]:
        """What a query for `rows` int64[M] says beside AT."""
        places = SentArray.of_places(self.of(rows))
        return {"places": places, "table": self.table, "file": self.file}

    def of(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """PLACE[M] of `rows` int64[M]."""
        places = np.empty(len(rows), PLACE)
        places["page"], places["line"] = rows // self.on_a_page, rows % self.on_a_page + 1
        after = rows >= self.first
        places[after] = self.last[rows[after] - self.first]
        return places
