import numpy as np
import pytest

from index import Metric, Storage
from index.pgvector.gallery import TableGallery
from index.pgvector.guides import guides_over
from index.pgvector.table import Lend, VectorTable
from tests.index.conftest import clustered

VECTORS = clustered(5_000, 16, seed=41)


@pytest.mark.parametrize("storage", Storage)
def test_vectors_come_back_as_they_were_written(lend: Lend, storage: Storage) -> None:
    table = VectorTable("held", len(VECTORS), 16, storage)
    with lend() as connection:
        table.write(connection, VECTORS)
        connection.commit()
    rows = np.array([4_999, 0, 17, 0])
    found = TableGallery(lend, table).vectors(rows)
    np.testing.assert_array_equal(found, VECTORS[rows].astype(storage))
    assert found.dtype == storage


def test_graphs_are_measured_with_posters_that_they_do_not_hold(lend: Lend) -> None:
    vectors = VECTORS[:600]
    table = VectorTable("held", 600, 16, Storage.FLOAT16, guides_over(vectors))
    asked: list[int] = []

    with lend() as connection:

        def nearest(queries: np.ndarray, metric: Metric, width: int) -> np.ndarray:
            held = connection.execute("SELECT count(*) FROM held").fetchone()
            asked.append(len(queries) + (held or (0,))[0])
            return np.tile(np.arange(540), (len(queries), 1))

        facts = table.write_with_graphs(connection, vectors, nearest)
        graphs = connection.execute(
            "SELECT count(*) FROM pg_indexes WHERE tablename = 'held'"
            " AND schemaname = current_schema() AND indexdef LIKE '%hnsw%'"
        ).fetchone()
    assert asked == [600, 600, 600]
    assert graphs == (2,)
    assert facts.recall == dict.fromkeys(Metric, 1.0)
    assert facts.width == dict.fromkeys(Metric, 40), "the narrowest was wide enough"
    assert facts.storage == "float16"
    assert set(facts.dimensions) == {Metric.COSINE, Metric.EUCLIDEAN}
    assert max(facts.dimensions.values()) <= 17


@pytest.mark.parametrize("storage", Storage)
def test_rows_of_several_vectors_are_copied_as_they_are(lend: Lend, storage: Storage) -> None:
    vectors = VECTORS[:50]
    guides = guides_over(vectors)
    table = VectorTable("held", 50, 16, storage, guides)
    with lend() as connection:
        table.write(connection, vectors)
        for metric in Metric:
            asked = f"SELECT {guides[metric].column}::real[] FROM held ORDER BY row"
            found = [row[0] for row in connection.execute(asked).fetchall()]
            expected = guides[metric].shortened(vectors).astype(storage)
            np.testing.assert_array_equal(np.array(found, np.float32), expected)


@pytest.mark.parametrize("factor", [1e5, 1e-9])
def test_what_halves_cannot_hold_is_refused(lend: Lend, factor: float) -> None:
    vectors = (VECTORS[:40] * factor).astype(np.float32)
    table = VectorTable("held", 40, 16, Storage.FLOAT16)
    with lend() as connection, pytest.raises(ValueError, match=r"too (large|small) for float16"):
        table.write_with_graphs(connection, vectors, lambda *_: np.empty((4, 0), np.int64))


def test_a_query_too_large_for_halves_is_sent_as_large_as_they_go() -> None:
    query = np.array([1e6, -1e6, 1.5], np.float32)
    assert VectorTable("held", 1, 3, Storage.FLOAT16).sent(query) == "[65504.0,-65504.0,1.5]"
    assert VectorTable("held", 1, 3, Storage.FLOAT32).sent(query) == "[1000000.0,-1000000.0,1.5]"
