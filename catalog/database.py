"""Connections and transactions.

SQLite gives the writer's lock to whoever asks first, but a transaction that began as a reader
and then wants to write is refused at once when another has written meanwhile, whatever the busy
timeout. So the driver's own transaction handling is off, and every transaction says at its BEGIN
what it is: `reading` is deferred and refuses writes, everything else is immediate and waits its
turn.

An engine must not cross a fork: SQLite's locks belong to a process. A server that forks workers
runs its migrations first, disposes of that engine, and calls `connect` in each worker.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

BUSY_TIMEOUT: Final = 10.0
"""Seconds that a writer waits for another one before "database is locked"."""

Reader = Session | Connection
"""What a query of columns can be put to, in a transaction."""

_READ_ONLY: Final = "onesheet_read_only"
_snapshot: ContextVar[tuple[Engine, Connection] | None] = ContextVar("snapshot", default=None)


def connect(url: str) -> Engine:
    """Return an engine for a database URL such as `sqlite:///instance/onesheet.db`.

    SQLite files are opened in WAL mode (readers never wait for the writer) with foreign keys
    enforced, `synchronous=NORMAL` and `BUSY_TIMEOUT`. Other databases get SQLAlchemy's ordinary
    engine. Nothing is opened until the first use.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    # A thread may write while it holds a snapshot: with a limit, threads that hold one each could
    # all wait for a second. How many threads there are is limited anyway.
    unlimited = {} if parsed.database in (None, "", ":memory:") else {"max_overflow": -1}
    arguments = {"timeout": BUSY_TIMEOUT, "isolation_level": None}
    engine = create_engine(parsed, connect_args=arguments, **unlimited)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _restore)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Yield a session that sees one unchanging state of the database; rolled back at the end.

    On SQLite an attempt to write in it raises `sqlalchemy.exc.OperationalError`.
    """
    with Session(_reader(engine), autoflush=False, expire_on_commit=False) as session:
        yield session


@contextmanager
def querying(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a transaction as `reading` makes it, for columns rather than objects:
    without a session a small query takes half as long; within a `snapshot`, the snapshot's."""
    held = _snapshot.get()
    if held is not None and held[0] is engine:
        yield held[1]
        return
    with _reader(engine).connect() as connection:
        yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[None]:
    """Whatever is `querying` within, in this thread, sees one unchanging state of the database,
    over one connection; what is written within it does not see."""
    with querying(engine) as connection:
        token = _snapshot.set((engine, connection))
        try:
            yield
        finally:
            _snapshot.reset(token)


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Yield a session whose changes are committed at the end, or rolled back on an exception.

    On SQLite it holds the database's only write lock from its first statement on: keep it short.
    """
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@lru_cache(maxsize=4)
def _reader(engine: Engine) -> Engine:
    """The engine's other self: making one takes as long as a small query."""
    return engine.execution_options(**{_READ_ONLY: True})


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """Set what SQLite forgets between connections. WAL is kept in the file, the rest is not."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
            return
        except sqlite3.OperationalError:
            # The busy timeout does not cover the change to WAL, which two processes may attempt
            # at once on a new file.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return  # asked for by what SQLite refuses within a transaction, such as VACUUM
    # SQLAlchemy's own way takes four times as long as the driver's.
    driver: Any = connection.connection.dbapi_connection
    try:
        if options.get(_READ_ONLY, False):
            driver.execute("PRAGMA query_only = ON")
            driver.execute("BEGIN")
        else:
            driver.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:  # callers know SQLAlchemy's errors, not the driver's
        raise DBAPIError.instance("BEGIN", None, error, sqlite3.Error) from error


def _restore(connection: sqlite3.Connection | None, _record: Any) -> None:
    """Undo what one use may have set before the pool lends the connection to the next."""
    if connection is not None:
        connection.execute("PRAGMA query_only = OFF")
        connection.isolation_level = None
