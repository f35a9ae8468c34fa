"""A store in an empty schema of PostgreSQL, beside what the contract asks of any."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Engine

from catalog.database import connect, driver_connection
from index.pgvector.table import Lend
from tests.postgres import Postgres

Connected = Callable[..., Lend]


@pytest.fixture
def lend(postgres: Postgres) -> Iterator[Lend]:
    engine: Engine = connect(postgres.url())
    with driver_connection(engine) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
        connection.commit()
    yield partial(driver_connection, engine)
    engine.dispose()
