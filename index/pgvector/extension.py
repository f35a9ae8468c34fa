"""pgvector itself, which a database has or must get."""

from __future__ import annotations

from typing import Final

from psycopg.errors import InsufficientPrivilege, UndefinedFile

from index.folder import IndexFolderError
from index.pgvector.table import PgConnection

_OLDEST_PGVECTOR: Final = (0, 8)
"""The first that goes on scanning a graph until enough rows pass a filter."""


def have_pgvector(connection: PgConnection, where: str = "here") -> None:
    """See that the database has pgvector. Raises IndexFolderError where it has none and the user
    may not create it, or one that is too old; it says `where`."""
    asked = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
    found = connection.execute(asked).fetchone()
    if found is None:
        try:
            connection.execute("CREATE EXTENSION vector SCHEMA public")
        except (InsufficientPrivilege, UndefinedFile) as error:
            raise IndexFolderError(
                f"PostgreSQL has no pgvector {where}: let a superuser run `CREATE EXTENSION vector`"
            ) from error
        found = connection.execute(asked).fetchone() or ("0",)
    if tuple(map(int, str(found[0]).split(".")[:2])) < _OLDEST_PGVECTOR:
        raise IndexFolderError(
            f"PostgreSQL has pgvector {found[0]} {where}, and 0.8 is the oldest usable"
        )
