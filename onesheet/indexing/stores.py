"""Where an instance's indexes are kept, as its operator chose."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Engine

from catalog.database import driver_connection
from index import FolderStore, IndexStore
from onesheet.base.home import Home
from onesheet.base.settings import PGVECTOR


def index_store(home: Home, engine: Engine) -> IndexStore:
    """The store of index folders, or of tables in the database of the `engine`."""
    if home.settings.vectors != PGVECTOR:
        return FolderStore(home.indexes)
    from index.pgvector import PostgresStore

    return PostgresStore(partial(driver_connection, engine))
