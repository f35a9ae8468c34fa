"""Bringing a database to the tables this version of the program expects."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from catalog.database import DatabaseError, reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0018"
"""The newest migration. Stated here too so that a start with nothing to do imports no Alembic."""

VERSION_TABLE = "alembic_version"
WAIT_FOR_READERS: Final = "3s"
"""How long PostgreSQL waits for who uses a table that is to change: longer than deadlock_timeout,
1 s, after which an autovacuum gives way. Whoever reads it later waits behind that: a backup that
runs for an hour would else stop a whole site again and again."""
UPGRADE_TRIES: Final = 5
UPGRADE_PAUSE: Final = 1.0
"""Seconds between them."""
_LOCK_NOT_AVAILABLE: Final = "55P03"


def migrate(engine: Engine) -> None:
    """Create or upgrade the tables; nothing where they are up to date.

    The program calls it at its start, before a server forks. One transaction holds the writer's
    turn throughout, so of two starters the second finds the work done, and an interrupted upgrade
    leaves the database as it was. Raises DatabaseError for a database of a newer version, and where
    others use the tables for long.
    """
    if revision(engine) == HEAD:
        return
    for left in reversed(range(UPGRADE_TRIES)):
        try:
            _migrate_at_once(engine)
            return
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            if not left:
                raise DatabaseError(
                    "The tables could not be upgraded: something uses them for long, as `onesheet "
                    "backup` or another upgrade does. Start again once it is done."
                ) from error
        time.sleep(UPGRADE_PAUSE)


def _migrate_at_once(engine: Engine) -> None:
    with writing(engine) as session:
        connection = session.connection()
        if _revision(connection) == HEAD:
            return
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_FOR_READERS}'"))
        upgrade(connection)


def upgrade(connection: Connection, target: str = HEAD) -> None:
    """Run the migrations up to `target` in the connection's own transaction."""
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(config(connection), target)
    except CommandError as error:
        raise DatabaseError(
            f"The database is at version {_revision(connection)}, which this program does not "
            "know; run the newer Onesheet that made it."
        ) from error


def revision(engine: Engine) -> str | None:
    """The database's migration, or None for a new one."""
    with reading(engine) as session:
        return _revision(session.connection())


def config(connection: Connection) -> Config:
    """Alembic's settings over our migrations and an open connection."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", "onesheet.storage:migrations")
    settings.attributes["connection"] = connection
    return settings


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    row = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).first()  # noqa: S608
    return None if row is None else str(row[0])
