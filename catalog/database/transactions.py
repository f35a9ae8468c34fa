"""Connections and transactions, whichever database it is.

An engine must not cross a fork: SQLite's locks belong to a process, and PostgreSQL's connections to
whoever opened them. A server that forks workers runs its migrations first, disposes of that engine,
and calls `connect` in each worker.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import URL, Connection, Engine, Select, Table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from catalog.database.backend import Backend, DatabaseError, Trouble
from catalog.database.postgresql import PostgreSQL
from catalog.database.sqlite import SQLite

Reader = Session | Connection
"""What a query of columns can be put to, in a transaction."""

_POSTGRESQL: Final = PostgreSQL()
_BACKENDS: Final[Mapping[str, Backend]] = {
    "sqlite": SQLite(),
    "postgresql": _POSTGRESQL,
    "postgres": _POSTGRESQL,  # as many hosts of databases write it
}


class _Snapshot(NamedTuple):
    """What a thread holds on to, and what it was told there."""

    engine: Engine
    connection: Connection
    rows: dict[Select[Any], Sequence[Any]]


_snapshot: ContextVar[_Snapshot | None] = ContextVar("snapshot", default=None)


def connect(url: str | URL) -> Engine:
    """Return an engine for a database URL such as `sqlite:///instance/onesheet.db` or
    `postgresql://films@db.example/onesheet`; nothing is opened until the first use.
    Errors tell no values, which logs would keep.

    Raises DatabaseError for an address that means nothing, and for any other kind of database.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # which may have a part of the password
        raise DatabaseError("The database's address is none; see docs/scaling.md.") from None
    backend = _BACKENDS.get(parsed.get_backend_name())
    if backend is None:
        raise DatabaseError(
            f"Onesheet keeps its rows in SQLite or PostgreSQL, not in {parsed.drivername}."
        )
    return backend.engine(parsed)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Yield a session that sees one unchanging state of the database; rolled back at the end.

    An attempt to write in it raises a `sqlalchemy.exc.DBAPIError`.
    """
    with Session(_reader(engine), autoflush=False, expire_on_commit=False) as session:
        yield session


@contextmanager
def querying(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a transaction as `reading` makes it, for columns rather than objects:
    without a session a small query takes half as long; within a `snapshot`, the snapshot's."""
    held = _snapshot.get()
    if held is not None and held.engine is engine:
        yield held.connection
        return
    with _reader(engine).connect() as connection:
        yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[None]:
    """Whatever is `querying` within, in this thread, sees one unchanging state of the database,
    over one connection; what is written within it does not see."""
    with querying(engine) as connection:
        token = _snapshot.set(_Snapshot(engine, connection, {}))
        try:
            yield
        finally:
            _snapshot.reset(token)


def single_row(reader: Reader, query: Select[Any]) -> Sequence[Any]:
    """Return the one row of a query; within a `snapshot`, where it stays the same, asked once."""
    held = _snapshot.get()
    if held is None or held.connection is not reader:
        return reader.execute(query).one()
    if query not in held.rows:
        held.rows[query] = reader.execute(query).one()
    return held.rows[query]


@contextmanager
def writing(engine: Engine, *, flushed: bool = False) -> Iterator[Session]:
    """Yield a session whose changes are committed at the end, or rolled back on an exception.

    It holds the database's only write lock from its first statement on: keep it short. `flushed`:
    as `flush`, once they are committed.
    """
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
    if flushed:
        flush(engine)


def flush(engine: Engine) -> None:
    """Return once whatever was committed before, by anybody, outlasts a loss of power.

    Commits alone wait for no disk: the last of them may be gone then, though the database is whole.
    Raises UnwritableError where the disk fails; what was committed stands, until power is lost.
    """
    _backend(engine).flush(engine)


@contextmanager
def driver_connection(engine: Engine) -> Iterator[Any]:
    """Yield the driver's own connection, for what SQLAlchemy has no words for. No writer's turn is
    taken; what is not committed is rolled back; the driver's errors come as SQLAlchemy's do."""
    driver = engine.dialect.loaded_dbapi
    with engine.connect() as lent:
        own = lent.connection.driver_connection
        try:
            yield own
        except driver.Error as error:
            base: type[Exception] = driver.Error
            raise DBAPIError.instance(None, None, error, base, hide_parameters=True) from error
        finally:
            if getattr(own, "closed", False):
                lent.invalidate()


def settle(engine: Engine) -> bool:
    """Leave nothing in the database's own files of what was overwritten, as far as it can be told
    to; whether no reader kept it from that.

    The next call, or the last connection's end, does what this one could not.
    """
    return _backend(engine).settle(engine)


def damage(connection: Connection, at_most: int | None = None) -> str | None:
    """Return what the database finds wrong with its own pages, None where it is well.

    A database of more than `at_most` bytes is not looked at.
    """
    return _backend(connection.engine).damage(connection, at_most)


def last_number(connection: Connection, table: Table) -> int:
    """Return the highest number that a table's rows were ever given by the database itself; 0 where
    none was."""
    return _backend(connection.engine).last_number(connection, table)


def number_from(connection: Connection, table: Table, last: int) -> None:
    """Let the database number a table's rows from `last` on, as a writer."""
    _backend(connection.engine).number_from(connection, table, last)


def trouble(error: DBAPIError) -> Trouble:
    """Return what a driver's error means to whoever asked."""
    module = type(error.orig).__module__.partition(".")[0]
    return _BACKENDS["postgresql" if module == "psycopg" else "sqlite"].trouble(error)


def _backend(engine: Engine) -> Backend:
    return _BACKENDS[engine.dialect.name]


@lru_cache(maxsize=4)
def _reader(engine: Engine) -> Engine:
    """The engine's other self: making one takes as long as a small query."""
    return engine.execution_options(**_backend(engine).read_only)
