import time
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine

from catalog.database import connect, driver_connection
from index import Metric, Options, PosterIndex, Storage
from index.pgvector import PostgresStore
from index.pgvector.gallery import TableGallery
from index.pgvector.table import VectorTable
from tests.index.conftest import clustered
from tests.index.test_poster_index import brute_force
from tests.postgres import Postgres

COUNT = 2_500
VECTORS = clustered(COUNT + 20, 16, seed=42)
IDS = np.arange(COUNT)


@pytest.fixture
def weary(postgres: Postgres) -> Iterator[Engine]:
    """Of connections on which an iterative scan gives up at once."""
    engine = connect(f"{postgres.url()}%20-chnsw.max_scan_tuples%3D1")
    yield engine
    engine.dispose()


def built(engine: Engine, storage: Storage, vectors: NDArray[np.float32]) -> PosterIndex:
    return PostgresStore(partial(driver_connection, engine)).build(
        IDS,
        vectors,
        model="m",
        with_map=False,
        duplicates=None,
        options=Options(exact_up_to=0, storage=storage),
    )


@pytest.mark.parametrize("storage", Storage)
def test_a_scan_that_gives_up_is_made_up_for(weary: Engine, storage: Storage) -> None:
    held = VECTORS[:COUNT].astype(storage).astype(np.float32)
    index = built(weary, storage, held)
    for metric in Metric:
        found = index.search(VECTORS[COUNT], metric, 2_000)
        expected, _ = brute_force(VECTORS[COUNT], IDS, held, metric, 2_000)
        assert [n.poster_id for n in found] == expected


def test_what_is_asked_for_comes_by_the_graph_where_many_pass(weary: Engine) -> None:
    """PostgreSQL counts what each index was used for; a session tells it as it ends, which is a
    little after its connection is closed."""
    index = built(weary, Storage.FLOAT32, VECTORS[:COUNT])

    def walks() -> int:
        weary.dispose()
        counted = "SELECT sum(idx_scan) FROM pg_stat_user_indexes WHERE indexrelname LIKE '%short%'"
        with driver_connection(weary) as connection:
            (found,) = connection.execute(counted).fetchone()
        return int(found)

    before = walks()
    for query in VECTORS[COUNT:]:
        index.search(query, Metric.MANHATTAN, 5)
        index.search(query, Metric.COSINE, 5, exclude=[7])
    few = IDS[::5]
    for query in VECTORS[COUNT:]:
        index.search(query, Metric.COSINE, 5, within=few)  # which is exact, and walks no graph
    expected = before + 2 * 20
    for _ in range(300):
        if walks() >= expected:
            break
        time.sleep(0.1)
    assert walks() == expected


def test_a_table_with_a_graph_of_whole_vectors_for_each_metric_is_walked_too(
    weary: Engine,
) -> None:
    """As tables were written at first."""
    table = VectorTable("former", COUNT, 16, Storage.FLOAT32)
    lend = partial(driver_connection, weary)
    with lend() as connection, connection.transaction():
        table.write(connection, VECTORS[:COUNT])
        for kind in ("cosine", "l2", "l1"):
            connection.execute(f"CREATE INDEX ON former USING hnsw (embedding vector_{kind}_ops)")
    gallery = TableGallery(lend, table, dict.fromkeys(Metric, 64))
    for metric in Metric:
        found = gallery.candidates(VECTORS[COUNT:], metric, 5)
        shares = []
        for query, near in zip(VECTORS[COUNT:], found, strict=True):
            expected, _ = brute_force(query, IDS, VECTORS[:COUNT], metric, 5)
            shares.append(np.isin(expected, near.rows).mean())
            assert len(near.rows) == 18, "no more than a walk brings"
        assert np.mean(shares) > 0.9
