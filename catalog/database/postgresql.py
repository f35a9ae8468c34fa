"""PostgreSQL, by psycopg.

The program relies on one writer at a time: ids of changes must become visible in their order, a
film's stamp must be later than any before it, and whoever built an index waits for the writers
under way. SQLite is so by itself. Here whoever writes takes one advisory lock first, which its
commit or rollback lets go; readers take none.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Table,
    cast,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, OperationalError

from catalog.database.backend import WAITING, DatabaseError, Trouble

DRIVER: Final = "postgresql+psycopg"
WRITERS_TURN: Final = 0x6F6E65_7368656574
"""The key of the advisory lock, "onesheet" in ASCII; PostgreSQL keeps the keys of each database
apart."""
CONNECTION: Final = {
    "connect_timeout": "10",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
}
"""How soon a server counts as away, unless the address says otherwise (libpq's words): one that
takes no connection or acknowledges nothing for ten seconds, or that nothing comes from for 25; by
itself a system waits for a quarter of an hour, and for hours where an answer is to come."""

# One statement, so that a writer's turn costs one round trip; the first part holds for the second,
# and both until the transaction's end.
_TURN: Final = (
    f"SELECT set_config('lock_timeout', '{int(WAITING * 1000)}', true),"
    f" pg_advisory_xact_lock({WRITERS_TURN})"
)

_PASSING: Final = (
    "55P03",  # lock_not_available: the writer's turn did not come in time
    "40",  # a transaction rolled back to let others go on
    "53300",  # too many connections
    "57P",  # the server is being stopped, or starts
    "08",  # the connection broke
)
_NO_WRITING: Final = (
    "53100",  # the disk is full
    "25006",  # a standby, or a server set to read only
    "42501",  # no right to write
    "58",  # a file of the server's cannot be written or read
)


class PostgreSQL:
    """Readers see the state at their first statement throughout (repeatable read), and writers
    whatever was committed before their turn."""

    read_only: Mapping[str, Any] = {
        "isolation_level": "REPEATABLE READ",
        "postgresql_readonly": True,
    }

    def flush(self, engine: Engine) -> None:
        """Nothing: every commit is flushed, unless the server is set otherwise."""

    def engine(self, url: URL) -> Engine:
        said = {name: value for name, value in CONNECTION.items() if name not in url.query}
        try:
            # Without a limit, as on SQLite: a thread may write while it holds a snapshot.
            engine = create_engine(
                url.set(drivername=DRIVER),
                pool_pre_ping=True,
                max_overflow=-1,
                connect_args={"fallback_application_name": "onesheet", **said},
                hide_parameters=True,
            )
        except ModuleNotFoundError as error:
            raise DatabaseError(
                "PostgreSQL needs psycopg: install onesheet with its extra `postgres`, as in "
                "`pip install 'onesheet[postgres]'`."
            ) from error
        event.listen(engine, "begin", _take_turn)
        event.listen(engine, "handle_error", _leave_out_values)
        return engine

    def settle(self, engine: Engine) -> bool:
        """What was overwritten stays in PostgreSQL's pages until they are used anew, and in its log
        as long as that is kept: its operator's to decide (docs/scaling.md)."""
        return True

    def damage(self, connection: Connection, at_most: int | None) -> str | None:
        """PostgreSQL tells of a damaged page, by its checksum, when it is read."""
        return None

    def last_number(self, connection: Connection, table: Table) -> int:
        return connection.scalar(select(func.pg_sequence_last_value(_sequence(table)))) or 0

    def number_from(self, connection: Connection, table: Table, last: int) -> None:
        if last:
            connection.execute(select(func.setval(_sequence(table), last)))

    def trouble(self, error: DBAPIError) -> Trouble:
        """Its five letters of SQLSTATE tell; a connection that failed to come about has none."""
        state = getattr(error.orig, "sqlstate", None)
        if state is None:
            away = error.connection_invalidated or isinstance(error, OperationalError)
            return Trouble.PASSING if away else Trouble.OTHER
        if error.connection_invalidated or state.startswith(_PASSING):
            return Trouble.PASSING
        return Trouble.UNWRITABLE if state.startswith(_NO_WRITING) else Trouble.OTHER


def _take_turn(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT" and not options.get("postgresql_readonly"):
        connection.exec_driver_sql(_TURN)


def _leave_out_values(context: ExceptionContext) -> None:
    """PostgreSQL tells the row that it refuses, which logs would keep."""
    error, wrapped = context.original_exception, context.sqlalchemy_exception
    said = getattr(getattr(error, "diag", None), "message_primary", None)
    if said is not None:
        if wrapped is not None:
            wrapped.args = (str(wrapped.args[0]).replace(str(error), said),)
        error.args = (said,)


def _sequence(table: Table) -> ColumnElement[str]:
    (key,) = table.primary_key
    return cast(func.pg_get_serial_sequence(table.name, key.name), REGCLASS)
