"""What of other servers' tables belongs to a database: those whose names it noted itself."""

from __future__ import annotations

from typing import Final

from psycopg import sql

from index.folder import IndexFolderError
from index.pgvector.table import PgConnection

_MARK: Final = """
CREATE TABLE IF NOT EXISTS vector_owner (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    id text NOT NULL
)
"""
_NEW_MARK: Final = (
    "INSERT INTO vector_owner (id) VALUES (coalesce(%s::text, gen_random_uuid()::text))"
    " ON CONFLICT DO NOTHING"
)
_NOTES: Final = "CREATE TABLE IF NOT EXISTS vector_elsewhere (name text PRIMARY KEY)"
_NAMED: Final = (
    "INSERT INTO vector_elsewhere SELECT vectors FROM vector_index"
    " WHERE vectors LIKE '%\\_on\\_%' ON CONFLICT DO NOTHING"
)
_UNUSED: Final = (
    "SELECT name FROM vector_elsewhere WHERE name NOT IN (SELECT vectors FROM vector_index)"
)


def own_mark(connection: PgConnection) -> str:
    """The random id of the database that has the indexes' rows; a copy of the database shares it.
    Also makes what the other functions need there."""
    connection.execute(_NOTES)
    connection.execute(_NAMED)  # those that were written before names were noted
    return _marked(connection, None)


def leave_mark(connection: PgConnection, mark: str, where: str) -> None:
    """Make a server one of the database whose mark that is, unless it is another's:
    IndexFolderError, which says `where`."""
    if _marked(connection, mark) != mark:
        raise IndexFolderError(
            f"the database {where} has the vectors of another one: name a database of its own, or"
            " let `DROP TABLE vector_owner` be run there where nobody uses the other any more"
        )


def note_name(connection: PgConnection, name: str) -> None:
    """Note the name of vectors that are about to be written elsewhere."""
    connection.execute("INSERT INTO vector_elsewhere VALUES (%s)", [name])


def unused_names(connection: PgConnection) -> list[str]:
    """Names that were noted and that no index's row has."""
    asked = "SELECT to_regclass('vector_elsewhere')"
    if (connection.execute(asked).fetchone() or [None])[0] is None:
        return []
    return [name for (name,) in connection.execute(_UNUSED).fetchall()]


def forget_name(connection: PgConnection, name: str) -> None:
    """Note that nothing is there any more by that name."""
    connection.execute("DELETE FROM vector_elsewhere WHERE name = %s", [name])


def drop_parts(connection: PgConnection, name: str, count: int) -> None:
    """Remove as many tables as a name has parts, those of them that are there."""
    parts = sql.SQL(", ").join(sql.Identifier(f"{name}_{number}") for number in range(count))
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(parts))


def _marked(connection: PgConnection, mark: str | None) -> str:
    """The mark that a database has, which is given it where it has none: a new one unless said."""
    connection.execute(_MARK)
    connection.execute(_NEW_MARK, [mark])
    (found,) = connection.execute("SELECT id FROM vector_owner").fetchone() or ("",)
    return str(found)
