"""Vectors spread over several PostgreSQL servers by their posters' ids; all are asked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from psycopg.errors import UndefinedTable

from index.contents import IDS
from index.folder import IndexFolderError
from index.gallery import FoundRows, VectorGallery
from index.manifest import GraphFacts, Manifest
from index.metric import Metric
from index.pgvector.extension import have_pgvector
from index.pgvector.guides import guides_from
from index.pgvector.ownership import (
    drop_parts,
    forget_name,
    leave_mark,
    note_name,
    own_mark,
    unused_names,
)
from index.pgvector.table import Lend, PgConnection
from index.pgvector.vector_place import (
    IndexArrays,
    OneTable,
    WrittenVectors,
    new_name,
    of_all_graphs,
    opened_table,
    servers_in,
    written_table,
)
from index.search.kinds import Options, Storage, by_graphs

T = TypeVar("T")

_MIXED: Final = np.uint64(0x9E3779B97F4A7C15)
"""2**64 over the golden ratio: by it even ids in a row go to all servers alike (Knuth, "The Art of
Computer Programming", 6.4)."""
_ASKED_AT_ONCE: Final = 16
"""Queries for which a process has a thread a server."""
_SMALL: Final = Options(exact_up_to=0)


def servers_of(ids: NDArray[np.int64], servers: int) -> NDArray[np.int64]:
    """The number of the server that has each poster of `ids` int64[N]: int64[N], by a hash."""
    mixed = (ids.astype(np.uint64) * _MIXED) >> np.uint64(32)
    return (mixed % np.uint64(servers)).astype(np.int64)


@dataclass(frozen=True)
class ServerPart:
    """A server's rows of an index, int64[M], ascending, and what searches them there."""

    rows: NDArray[np.int64]
    gallery: VectorGallery


class SpreadGallery:
    """A `VectorGallery` in parts. What is near is among what is near in each of them."""

    def __init__(self, parts: Sequence[ServerPart], count: int, threads: Executor) -> None:
        """count: N, of all rows, of which each is in one part."""
        self._parts = parts
        self._threads = threads
        self._part_of, self._place_in = np.empty(count, np.int64), np.empty(count, np.int64)
        for number, part in enumerate(parts):
            self._part_of[part.rows] = number
            self._place_in[part.rows] = np.arange(len(part.rows))

    @property
    def dimensions(self) -> int:
        return self._parts[0].gallery.dimensions

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.floating[Any]]:
        part_of = self._part_of[rows]
        numbers = np.unique(part_of).tolist() or [0]
        places = [self._place_in[rows[part_of == number]] for number in numbers]
        asks = [
            partial(self._parts[number].gallery.vectors, each)
            for number, each in zip(numbers, places, strict=True)
        ]
        found = all_at_once(self._threads, asks)
        vectors = np.empty((len(rows), self.dimensions), found[0].dtype)
        for number, each in zip(numbers, found, strict=True):
            vectors[part_of == number] = each
        return vectors

    def candidates(
        self,
        queries: NDArray[np.float32],
        metric: Metric,
        k: int,
        passing: NDArray[np.bool_] | None = None,
    ) -> Iterator[FoundRows]:
        def asked(part: ServerPart) -> list[FoundRows]:
            own = None if passing is None else passing[part.rows]
            near = part.gallery.candidates(queries, metric, k, own)
            return [FoundRows(part.rows[each.rows], each.vectors) for each in near]

        some = [p for p in self._parts if passing is None or passing[p.rows].any()]
        found = all_at_once(self._threads, [partial(asked, part) for part in some])
        for near in zip(*found, strict=True):
            rows = np.concatenate([each.rows for each in near])
            yield FoundRows(rows, np.concatenate([each.vectors for each in near]))


class SeveralServers:
    """A `VectorPlace` on servers beside the one that has the index's row.

    Each has the vectors of the posters whose ids hash to its number, in a table with graphs of its
    own. What it has of an index is committed there before the index's row is, so that nobody sees
    an index of which a part is missing. Names are noted beside the rows before anything is written
    by them; tables that a killed build left go as the next one begins, and no other database's do:
    a server that has another's vectors is refused.

    An index that is beside its row, or on the first few of the servers, opens too: so servers may
    be added at the end of their list, and the next index is on all.
    """

    def __init__(self, beside: Lend, lends: Sequence[Lend]) -> None:
        """beside: what lends a connection to where rows are. lends: likewise to each server, always
        in the same order."""
        self._lend = beside
        self._beside = OneTable(beside)
        self._lends = lends
        self._threads = ThreadPoolExecutor(_ASKED_AT_ONCE * len(lends), "vectors")

    @contextmanager
    def written(
        self, arrays: IndexArrays, vectors: NDArray[np.float32], options: Options
    ) -> Iterator[WrittenVectors]:
        self._own_servers()
        self.sweep()
        name = new_name(len(self._lends))
        with self._lend() as connection, connection.transaction():
            note_name(connection, name)
        try:
            graph = self._write_parts(name, arrays, vectors, options)
            with self._lend() as connection, connection.transaction():
                yield WrittenVectors(connection, name, graph)
        finally:
            with suppress(Exception):  # the next build sweeps
                self.sweep()

    def _own_servers(self) -> None:
        """Refuse servers of another database, before anything is written or dropped."""
        with self._lend() as connection, connection.transaction():
            mark = own_mark(connection)

        def mark_server(number: int, lend: Lend) -> None:
            with lend() as there, there.transaction():
                leave_mark(there, mark, f"of server {number + 1}")

        self._each(mark_server, range(len(self._lends)))

    def _write_parts(
        self,
        name: str,
        arrays: IndexArrays,
        vectors: NDArray[np.float32],
        options: Options,
    ) -> GraphFacts | None:
        ids, guides = arrays[IDS], guides_from(arrays)
        numbers = servers_of(ids, len(self._lends))
        own_graph = [by_graphs(count, _SMALL) for count in np.bincount(numbers).tolist()]
        graphs = by_graphs(len(ids), options) and any(own_graph)
        storage = options.storage if graphs else Storage.FLOAT32

        def write_part(number: int, lend: Lend) -> GraphFacts | None:
            own = vectors[numbers == number]
            with lend() as there, there.transaction():
                have_pgvector(there, f"on server {number + 1}")
                enough = graphs and own_graph[number]
                table = f"{name}_{number}"
                return written_table(lend, there, table, own, guides, storage, enough)

        found = self._each(write_part, np.unique(numbers).tolist())
        return of_all_graphs([facts for facts in found if facts])

    def gallery(
        self, connection: PgConnection, name: str, manifest: Manifest, arrays: IndexArrays
    ) -> VectorGallery:
        servers = servers_in(name)
        if not servers:
            return self._beside.gallery(connection, name, manifest, arrays)
        if servers > len(self._lends):
            raise IndexFolderError(f"the index is on {servers} servers, of which some are not set")
        ids = arrays[IDS]
        numbers = servers_of(ids, servers)

        def open_part(number: int, lend: Lend) -> ServerPart:
            rows = np.flatnonzero(numbers == number)
            table = f"{name}_{number}"
            with lend() as there:
                try:
                    own = opened_table(lend, there, table, len(rows), manifest, arrays)
                except UndefinedTable as error:
                    raise IndexFolderError(
                        f"server {number + 1} lacks the table {table}"
                    ) from error
            return ServerPart(rows, own)

        parts = self._each(open_part, np.unique(numbers).tolist())
        return SpreadGallery(parts, len(ids), self._threads)

    def drop(self, connection: PgConnection, name: str) -> None:
        if not servers_in(name):  # else swept once the row is gone
            self._beside.drop(connection, name)

    def sweep(self) -> None:
        with self._lend() as connection, connection.transaction():
            names = unused_names(connection)
        if not names:
            return

        def sweep_part(_: int, lend: Lend) -> None:
            with lend() as there, there.transaction():
                for name in names:
                    drop_parts(there, name, servers_in(name))

        self._each(sweep_part, range(len(self._lends)))
        with self._lend() as connection, connection.transaction():
            for name in names:
                forget_name(connection, name)

    def _each(self, work: Callable[[int, Lend], T], numbers: Iterable[int]) -> list[T]:
        asks = [partial(work, number, self._lends[number]) for number in numbers]
        return all_at_once(self._threads, asks)


def all_at_once(threads: Executor, asks: Sequence[Callable[[], T]]) -> list[T]:
    """What each of `asks` gives, once all have ended; raises what the first that failed raised."""
    others = [threads.submit(ask) for ask in asks[1:]]
    try:
        first = asks[0]()
    finally:
        for each in others:
            each.exception()  # which waits
    return [first, *(each.result() for each in others)]
