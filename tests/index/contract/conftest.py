"""The places that an index may be kept and searched in, each to pass the same tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from catalog.database import connect, driver_connection
from index import FolderStore, IndexStore, Options, PosterIndex, copies_of
from index.copies import IndexCopies
from tests.index.conftest import clustered
from tests.object_store import ObjectStore
from tests.postgres import Postgres

COUNT = 5_000
COPIED = 40
"""The last posters are copies of the first."""
STRANGERS = 60


@dataclass(frozen=True)
class Engine:
    """new: makes a store of an empty place. options: exact search, or by graphs. overlap: the
    share of the true five nearest that is found at least."""

    new: Callable[[], IndexStore]
    options: Options
    overlap: float

    @property
    def exact(self) -> bool:
        return self.options.exact_up_to >= COUNT

    def build(
        self,
        store: IndexStore,
        ids: NDArray[np.int64],
        vectors: NDArray[np.float32],
        model: str = "m" * 64,
        duplicates: NDArray[np.int64] | None = None,
    ) -> PosterIndex:
        index = store.build(
            ids,
            vectors,
            model=model,
            with_map=False,
            duplicates=duplicates,
            options=self.options,
        )
        copies = copies_of(store)
        if copies is not None and copies.wanted() is not None:
            copies.make()
            assert copies.take_up()
        return index


PLACES = ("folder", "pgvector", "pgvector copied", "pgvector on two servers", "object store")
WAYS = {"exact": Options(exact_up_to=COUNT), "graphs": Options(exact_up_to=COUNT - 1)}
# FAISS draws the levels of a graph from a seed of its own, PostgreSQL anew for every graph.
OVERLAPS = {"folder": 0.98, "pgvector": 0.95, "pgvector on two servers": 0.95, "object store": 0.98}


ENGINES = [f"{place}, {way}" for place in PLACES for way in WAYS]
ENGINES.remove("pgvector copied, graphs")  # the folder's own, over vectors that took a minute more


@pytest.fixture(scope="session", params=ENGINES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    place, way = request.param.split(", ")

    def folder() -> IndexStore:
        root: Path = tmp_path_factory.mktemp("contract")
        return FolderStore(root)

    def postgres(*parts: Any) -> IndexStore:
        server: Postgres = request.getfixturevalue("postgres")
        engine = connect(server.url())
        request.addfinalizer(engine.dispose)
        from index.pgvector import PostgresStore

        return PostgresStore(partial(driver_connection, engine), *parts)

    def copied() -> IndexStore:
        return postgres(IndexCopies(tmp_path_factory.mktemp("vectors"), WAYS[way]))

    def spread() -> IndexStore:
        from index.pgvector import PostgresStore, SeveralServers

        servers: list[Postgres] = [
            request.getfixturevalue(name) for name in ("postgres", "second_postgres")
        ]
        engines = [connect(server.url()) for server in (servers[0], *servers)]
        for each in engines:
            request.addfinalizer(each.dispose)
        lend, *lends = (partial(driver_connection, each) for each in engines)
        return PostgresStore(lend, None, SeveralServers(lend, lends))

    def objects() -> IndexStore:
        server: ObjectStore = request.getfixturevalue("object_server")
        from catalog.file_store.local_cache import LocalCache
        from catalog.file_store.object_files import ObjectFiles
        from onesheet.indexing.object_indexes import ObjectIndexStore

        folder: Path = tmp_path_factory.mktemp("copies")
        files = ObjectFiles(server.address(), LocalCache(folder))
        return ObjectIndexStore(files, folder, FolderStore(folder).alone)

    if place.startswith("pgvector"):
        request.getfixturevalue("postgres")  # or be skipped
    new = {
        "folder": folder,
        "pgvector": postgres,
        "pgvector copied": copied,
        "pgvector on two servers": spread,
        "object store": objects,
    }[place]
    with pytest.MonkeyPatch.context() as patch:
        if place == "object store":
            server: ObjectStore = request.getfixturevalue("object_server")
            for name, value in server.environment.items():
                patch.setenv(name, value)
        yield Engine(new, WAYS[way], 1 if way == "exact" else OVERLAPS[place])


@pytest.fixture(scope="session")
def drawn() -> NDArray[np.float32]:
    """float32[COUNT + STRANGERS, 16]."""
    return clustered(COUNT + STRANGERS, 16, seed=31)


@pytest.fixture(scope="session")
def many(drawn: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[COUNT, 16], the last COPIED the same as the first."""
    return np.concatenate([drawn[: COUNT - COPIED], drawn[:COPIED]])


@pytest.fixture(scope="session")
def strangers(drawn: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[STRANGERS, 16], none of them indexed."""
    return drawn[COUNT:]


@pytest.fixture(scope="session")
def ids() -> NDArray[np.int64]:
    """int64[COUNT], unique, neither sorted nor dense."""
    return np.random.default_rng(32).permutation(np.arange(10, 10 + 3 * COUNT, 3))


@pytest.fixture(scope="session")
def index(engine: Engine, ids: NDArray[np.int64], many: NDArray[np.float32]) -> PosterIndex:
    return engine.build(engine.new(), ids, many, duplicates=ids[[[0, COUNT - COPIED]]])
