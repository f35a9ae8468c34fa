"""Where an index's vectors lie: a table beside its row, unless they are spread over servers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from index.contents import IDS
from index.folder import IndexFolderError
from index.gallery import VectorGallery
from index.manifest import GraphFacts, Manifest
from index.metric import Metric
from index.pgvector.gallery import TableGallery
from index.pgvector.guides import Guides, guides_from
from index.pgvector.places import RowPlaces
from index.pgvector.table import Lend, PgConnection, VectorTable
from index.search.kinds import Options, Storage, by_graphs

IndexArrays = Mapping[str, NDArray[Any]]
"""What an index has beside its vectors, by the names of its files: IDS int64[N], ascending, the
arrays of guides where it has graphs, and more."""


@dataclass(frozen=True)
class WrittenVectors:
    """Vectors that wait for their index's row, which belongs into the transaction of `connection`.

    name: by which they are found again. graph: what the manifest tells of graphs.
    """

    connection: PgConnection
    name: str
    graph: GraphFacts | None


class VectorPlace(Protocol):
    """What a `PostgresStore` asks of wherever vectors lie. A `connection` is within a transaction,
    of the database that has the index's row."""

    def written(
        self, arrays: IndexArrays, vectors: NDArray[np.float32], options: Options
    ) -> AbstractContextManager[WrittenVectors]:
        """Write `vectors` float32[N, D]: `arrays` has the posters' ids, and guides where there are
        to be graphs. They stay where some row names them at the end of the context."""

    def gallery(
        self, connection: PgConnection, name: str, manifest: Manifest, arrays: IndexArrays
    ) -> VectorGallery:
        """What was written by that name, found to be whole; IndexFolderError where it is not."""

    def drop(self, connection: PgConnection, name: str) -> None:
        """Remove what was written by that name, if it is there, with the row that named it."""

    def sweep(self) -> None:
        """Remove what no row names any more, and is not in the transactions of rows."""


class OneTable:
    """A `VectorPlace` in the transaction and the database that have the row. What is on servers
    beside it is not opened, and stays there."""

    def __init__(self, lend: Lend) -> None:
        self._lend = lend

    @contextmanager
    def written(
        self, arrays: IndexArrays, vectors: NDArray[np.float32], options: Options
    ) -> Iterator[WrittenVectors]:
        name = new_name()
        graphs = by_graphs(len(vectors), options)
        storage = options.storage if graphs else Storage.FLOAT32
        guides = guides_from(arrays)
        with self._lend() as connection, connection.transaction():
            graph = written_table(self._lend, connection, name, vectors, guides, storage, graphs)
            yield WrittenVectors(connection, name, graph)

    def gallery(
        self, connection: PgConnection, name: str, manifest: Manifest, arrays: IndexArrays
    ) -> VectorGallery:
        if servers := servers_in(name):
            raise IndexFolderError(f"the index has its vectors on {servers} other servers")
        return opened_table(self._lend, connection, name, len(arrays[IDS]), manifest, arrays)

    def drop(self, connection: PgConnection, name: str) -> None:
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(name)))

    def sweep(self) -> None:
        """Nothing: all went with its row."""


def new_name(servers: int = 0) -> str:
    """A name that no vectors have, on so many servers beside the index's row."""
    name = f"vectors_{secrets.token_hex(8)}"
    return f"{name}_on_{servers}" if servers else name


def servers_in(name: str) -> int:
    """On how many servers the vectors of a name are."""
    return int(name.partition("_on_")[2] or 0)


def written_table(
    lend: Lend,
    connection: PgConnection,
    name: str,
    vectors: NDArray[np.float32],
    guides: Guides,
    storage: Storage,
    graphs: bool,
) -> GraphFacts | None:
    """Make a table of `vectors` float32[N, D], with graphs or without."""
    table = VectorTable(name, len(vectors), vectors.shape[1], storage, guides)
    if not graphs:
        table.write(connection, vectors)
        return None
    ask = partial(TableGallery(lend, table).nearest, connection)
    return table.write_with_graphs(connection, vectors, ask)


def opened_table(
    lend: Lend,
    connection: PgConnection,
    name: str,
    count: int,
    manifest: Manifest,
    arrays: IndexArrays,
) -> TableGallery:
    """A table of so many of an index's vectors; IndexFolderError where it has not all of them."""
    graph = manifest.graph
    storage = Storage(graph.storage) if graph else Storage.FLOAT32
    table = VectorTable(name, count, manifest.d, storage, guides_from(arrays))
    asked = sql.SQL("SELECT max(row) + 1 FROM {}").format(sql.Identifier(name))
    found = connection.execute(asked).fetchone()
    if found is None or found[0] != count:
        raise IndexFolderError(f"the table {name} has not all of its vectors")
    places = RowPlaces.found(connection, name, count)
    return TableGallery(lend, table, graph.width if graph else None, places)


def of_all_graphs(facts: Sequence[GraphFacts]) -> GraphFacts | None:
    """What a manifest tells of several graphs a metric: the widest walk, and the lowest recall."""
    if not facts:
        return None
    metrics = [metric.value for metric in Metric]
    return GraphFacts(
        facts[0].storage,
        facts[0].dimensions,
        {metric: max(each.width[metric] for each in facts) for metric in metrics},
        {metric: min(each.recall[metric] for each in facts) for metric in metrics},
    )
