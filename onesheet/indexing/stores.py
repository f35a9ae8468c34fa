"""Where an instance's indexes are kept, as its operator chose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Engine, func, select

from catalog.database import driver_connection
from index import FolderStore, IndexStore
from index.copies import IndexCopies
from onesheet.base.home import Home
from onesheet.base.settings import PGVECTOR
from onesheet.storage.file_places import file_store

BUILDERS_LOCK = 0x6F6E65_73686565
"""The key of PostgreSQL's lock of whoever builds for an object store, "oneshee" in ASCII."""


def index_store(home: Home, engine: Engine) -> IndexStore:
    """The store of index folders, or of tables in the database of the `engine`."""
    if home.settings.vectors == PGVECTOR:
        from index.pgvector import PostgresStore

        copies = IndexCopies(home.vector_copies) if home.settings.vectors_copy else None
        return PostgresStore(partial(driver_connection, engine), copies)
    if home.settings.files is None:
        return FolderStore(home.indexes)
    from onesheet.indexing.object_indexes import ObjectIndexStore

    folder = home.cache / "index"
    folder.mkdir(parents=True, exist_ok=True)
    shared = engine.dialect.name == "postgresql"  # else there is one machine
    alone = partial(_alone, engine) if shared else FolderStore(folder).alone
    return ObjectIndexStore(file_store(home, "index"), folder, alone)


@contextmanager
def _alone(engine: Engine) -> Iterator[bool]:
    with engine.connect() as connection:
        alone = bool(connection.scalar(select(func.pg_try_advisory_lock(BUILDERS_LOCK))))
        connection.commit()  # the lock is the session's, and idles for hours
        try:
            yield alone
        finally:
            if alone and not connection.invalidated:
                connection.execute(select(func.pg_advisory_unlock(BUILDERS_LOCK)))
                connection.commit()
