"""Bringing a database to the tables this version of the program expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from catalog.database import DatabaseError, reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0016"
"""The newest migration. Stated here too so that a start with nothing to do imports no Alembic."""

VERSION_TABLE = "alembic_version"


def migrate(engine: Engine) -> None:
    """Create or upgrade the tables; nothing where they are up to date.

    The program calls it at its start, before a server forks. One transaction holds the writer's
    turn throughout, so of two starters the second finds the work done, and an interrupted upgrade
    leaves the database as it was. Raises DatabaseError for a database of a newer version.
    """
    if revision(engine) == HEAD:
        return
    with writing(engine) as session:
        connection = session.connection()
        if _revision(connection) != HEAD:
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
