"""Where an instance's indexes are kept, as its operator chose."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlalchemy.event import listens_for

from catalog.database import connect, driver_connection
from index import FolderStore, IndexStore
from index.copies import IndexCopies
from onesheet.base.home import Home
from onesheet.base.settings import PGVECTOR
from onesheet.storage.file_places import file_store

if TYPE_CHECKING:
    from index.pgvector.vector_place import VectorPlace

BUILDERS_LOCK = 0x6F6E65_73686565
"""The key of PostgreSQL's lock of whoever builds for an object store, "oneshee" in ASCII."""


def index_store(home: Home, engine: Engine) -> IndexStore:
    """The store of index folders, or of tables in the database of the `engine`."""
    if home.settings.vectors == PGVECTOR:
        from index.pgvector import PostgresStore

        copies = IndexCopies(home.vector_copies) if home.settings.vectors_copy else None
        return PostgresStore(partial(driver_connection, engine), copies, _servers(home, engine))
    if home.settings.files is None:
        return FolderStore(home.indexes)
    from onesheet.indexing.object_indexes import ObjectIndexStore

    folder = home.cache / "index"
    folder.mkdir(parents=True, exist_ok=True)
    files = file_store(home, "index")
    if engine.dialect.name != "postgresql":  # there is one machine
        return ObjectIndexStore(files, folder, FolderStore(folder).alone)
    from index.pgvector.builders_turn import BuildersTurn

    turn = BuildersTurn(partial(driver_connection, engine), BUILDERS_LOCK)
    return ObjectIndexStore(files, folder, turn.alone, turn.check)


def _servers(home: Home, engine: Engine) -> VectorPlace | None:
    """The servers that share the vectors, whose connections end with those of the `engine`; None
    where there are none."""
    if not home.settings.vectors_servers:
        return None
    from index.pgvector import SeveralServers

    engines = [connect(url) for url in home.settings.vectors_servers]

    @listens_for(engine, "engine_disposed")
    def _dispose(_: Engine) -> None:
        for each in engines:
            each.dispose()

    lends = [partial(driver_connection, each) for each in engines]
    return SeveralServers(partial(driver_connection, engine), lends)
