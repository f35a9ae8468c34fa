"""A store in an empty schema of PostgreSQL, beside what the contract asks of any."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine

from catalog.database import connect, driver_connection
from index import Options, PosterIndex
from index.copies import IndexCopies
from index.pgvector import PostgresStore, SeveralServers
from index.pgvector.table import Lend
from tests.index.conftest import clustered
from tests.postgres import Postgres

VECTORS = clustered(220, 16, seed=61)
IDS = np.arange(200)

Connected = Callable[..., Lend]


@pytest.fixture
def lend(postgres: Postgres) -> Iterator[Lend]:
    engine: Engine = connect(postgres.url())
    with driver_connection(engine) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
        connection.commit()
    yield partial(driver_connection, engine)
    engine.dispose()


@pytest.fixture
def engines(postgres: Postgres, second_postgres: Postgres) -> Iterator[list[Engine]]:
    """Of the index's rows, and of the vectors' two servers."""
    urls = (postgres.url(), postgres.url(), second_postgres.url())
    engines = [connect(url) for url in urls]
    yield engines
    for engine in engines:
        engine.dispose()


def store(engines: list[Engine], copies: IndexCopies | None = None) -> PostgresStore:
    lend, *others = (partial(driver_connection, engine) for engine in engines)
    return PostgresStore(lend, copies, SeveralServers(lend, others))


def build(
    there: PostgresStore,
    ids: NDArray[np.int64] = IDS,
    factor: float = 1,
    options: Options = Options(),  # noqa: B008 - frozen
) -> PosterIndex:
    vectors = (VECTORS[: len(ids)] * factor).astype(np.float32)
    return there.build(ids, vectors, model="m", with_map=False, duplicates=None, options=options)
