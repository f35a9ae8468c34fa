"""From one database to another, of whichever kind: every row, or what a site's ratings say."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, insert, select

from bandit import MergeOutcome, merge_record
from catalog.database import (
    DatabaseError,
    connect,
    driver_connection,
    last_number,
    number_from,
    querying,
)
from onesheet.base.payload import CODEC
from onesheet.storage import schema
from onesheet.storage.tables import all_tables

ROWS_A_TIME = 500


def copy_database(source: Engine, target: Engine) -> dict[str, int]:
    """Copy every row, as the source was at one moment, into a target without any; how many rows
    each table has.

    Tables are made where there are none. Numbers go on where the source's stopped, so that none is
    given out twice. The target has all or nothing. Raises DatabaseError where the source is of
    another version, and where the target is, or has rows already.
    """
    _require_head(source)
    if (found := schema.revision(target)) not in (None, schema.HEAD):  # a site's that is served
        raise DatabaseError(
            f"The other database is at version {found}, not {schema.HEAD}; name an empty one."
        )
    schema.migrate(target)
    with querying(source) as reader, target.begin() as writer:
        for table in all_tables():
            if writer.execute(select(table).limit(1)).first() is not None:
                raise DatabaseError(
                    f"The other database has rows already, in {table.name}; name an empty one."
                )
        return {table.name: _copy(table, reader, writer) for table in all_tables()}


def database_there(named: str) -> Engine:
    """The database at an address or in a file. Raises DatabaseError as `connect` does, and where
    there is no such file, which SQLite would make."""
    file = URL.create("sqlite", database=str(Path(named).absolute()))
    found = connect(named if "://" in named else file)
    if found.dialect.name == "sqlite" and not Path(found.url.database or "").is_file():
        found.dispose()
        raise DatabaseError(f"There is no database {named}; name an onesheet.db, or an address.")
    return found


def merge_ratings(source: Engine, target: Engine) -> MergeOutcome:
    """Take over which recommendations the other site made and how they were rated, as
    `bandit.merge` has it; nothing of their posters, nor of the films found.

    Raises DatabaseError where the source is of another version.
    """
    _require_head(source)
    return merge_record(source, target, _as_elsewhere)


def _as_elsewhere(stored: Any, created: datetime) -> Any:
    return CODEC.encode(CODEC.decode(stored).redacted("elsewhere", created))


def _require_head(engine: Engine) -> None:
    revision = schema.revision(engine)
    if revision is None:
        raise DatabaseError("That is no database of Onesheet's.")
    if revision != schema.HEAD:
        raise DatabaseError(f"The database is at version {revision}, not {schema.HEAD}.")


def moment_of(url: str | URL, file: Path) -> Engine:
    """All that a database holds now, in a new SQLite file, which is open.

    Raises DatabaseError where PostgreSQL's is of another version, and what SQLAlchemy does of a
    full disk.
    """
    own, live = connect(URL.create("sqlite", database=str(file))), connect(url)
    try:
        if live.dialect.name != "sqlite":
            copy_database(live, own)
        else:  # page by page
            with driver_connection(live) as source, closing(sqlite3.connect(file)) as target:
                source.backup(target, pages=-1)
    finally:
        live.dispose()
    return own


def _copy(table: Table, reader: Connection, writer: Connection) -> int:
    copied = 0
    rows = reader.execution_options(yield_per=ROWS_A_TIME).execute(select(table))
    for part in rows.mappings().partitions():
        writer.execute(insert(table), [dict(row) for row in part])
        copied += len(part)
    if table.autoincrement_column is not None:
        number_from(writer, table, last_number(reader, table))
    return copied
