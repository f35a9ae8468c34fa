"""SQLite: a file in WAL mode.

SQLite gives the writer's lock to whoever asks first, but a transaction that began as a reader
and then wants to write is refused at once when another has written meanwhile, whatever the busy
timeout. So the driver's own transaction handling is off, and every transaction says at its BEGIN
what it is: a reader's is deferred and refuses writes, everything else is immediate and waits its
turn.
"""

import sqlite3
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.exc import DBAPIError

from catalog.database.backend import WAITING, Trouble
from catalog.flushing import UnwritableError, flush_path

SETTLING: Final = 2.0
"""Seconds that `settle` waits for readers."""

_READ_ONLY: Final = "onesheet_read_only"
_LOCKED: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_NO_WRITING: Final = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
    }
)


class SQLite:
    """Files are opened in WAL mode (readers never wait for the writer) with foreign keys enforced,
    `synchronous=NORMAL` and a busy timeout of `WAITING`."""

    read_only: Mapping[str, Any] = {_READ_ONLY: True}

    def engine(self, url: URL) -> Engine:
        # A thread may write while it holds a snapshot: with a limit, threads that hold one each
        # could all wait for a second. How many threads there are is limited anyway.
        unlimited = {} if url.database in (None, "", ":memory:") else {"max_overflow": -1}
        arguments = {"timeout": WAITING, "isolation_level": None}
        engine = create_engine(url, connect_args=arguments, hide_parameters=True, **unlimited)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        event.listen(engine, "checkin", _restore)
        return engine

    def flush(self, engine: Engine) -> None:
        """Flush the -wal file, and its name, which is hardly any work once it is there.

        `synchronous=FULL` would do it at the commit, but with the writer's lock held: others would
        wait for the disk one after another, where now they share a flush. Without a -wal file all
        is in the database: who moves it there flushes both.
        """
        path = engine.url.database
        if path in (None, "", ":memory:"):
            return
        log, folder = Path(f"{path}-wal"), Path(path).parent
        try:
            with suppress(FileNotFoundError):
                flush_path(log)
                flush_path(folder)
        except OSError as error:
            raise UnwritableError(folder, error) from error

    def settle(self, engine: Engine) -> bool:
        """Move what the -wal file holds into the database and empty that file."""
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(SETTLING * 1000)}")
            try:
                found = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(WAITING * 1000)}")
        return not found[0]

    def damage(self, connection: Connection, at_most: int | None) -> str | None:
        path = connection.engine.url.database
        if at_most is not None and path:
            file = Path(path)
            if not file.is_file() or file.stat().st_size >= at_most:
                return None
        said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        return None if said == "ok" else str(said)

    def last_number(self, connection: Connection, table: Table) -> int:
        query = "SELECT seq FROM sqlite_sequence WHERE name = ?"
        return connection.exec_driver_sql(query, (table.name,)).scalar() or 0

    def number_from(self, connection: Connection, table: Table, last: int) -> None:
        """SQLite has no row of a table that never had one."""
        remove = "DELETE FROM sqlite_sequence WHERE name = ?"
        connection.exec_driver_sql(remove, (table.name,))
        insert = "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)"
        connection.exec_driver_sql(insert, (table.name, last))

    def trouble(self, error: DBAPIError) -> Trouble:
        """SQLite's code tells, its low byte being the kind of failure."""
        kind = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if kind in _LOCKED:
            return Trouble.PASSING
        return Trouble.UNWRITABLE if kind in _NO_WRITING else Trouble.OTHER


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """Set what SQLite forgets between connections. WAL is kept in the file, the rest is not."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")  # what is overwritten is gone from its page
    deadline = time.monotonic() + WAITING
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
