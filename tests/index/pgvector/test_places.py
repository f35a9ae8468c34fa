from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from index import Metric, Storage
from index.pgvector.arrays import SentArray, take_arrays
from index.pgvector.gallery import TableGallery
from index.pgvector.guides import guides_over
from index.pgvector.places import RowPlaces
from index.pgvector.table import Lend, PgConnection, VectorTable
from tests.index.conftest import clustered

COUNT = 5_000
VECTORS = clustered(COUNT, 16, seed=71)
FEW = np.arange(COUNT) % 25 == 3


@pytest.fixture
def connection(lend: Lend) -> Iterator[PgConnection]:
    """To a database with VECTORS in the table "held", as a build with graphs leaves them."""
    table = VectorTable("held", COUNT, 16, Storage.FLOAT16, guides_over(VECTORS))
    with lend() as held:
        table.write_with_graphs(held, VECTORS, lambda *_: np.tile(np.arange(COUNT), (500, 1)))
        held.commit()
        yield held


def found(connection: PgConnection) -> RowPlaces:
    places = RowPlaces.found(connection, "held", COUNT)
    assert places is not None
    return places


def gallery(lend: Lend, places: RowPlaces | None) -> TableGallery:
    return TableGallery(lend, VectorTable("held", COUNT, 16, Storage.FLOAT16), None, places)


def nearest(lend: Lend, places: RowPlaces | None) -> list[int]:
    near = gallery(lend, places).candidates(VECTORS[:1], Metric.COSINE, 5, FEW)
    return sorted(next(iter(near)).rows.tolist())


def test_every_row_is_where_it_is_said_to_be(connection: PgConnection) -> None:
    rows = np.arange(COUNT)
    with connection.cursor() as cursor:
        take_arrays(cursor)
        places = SentArray.of_places(found(connection).of(rows))
        asked = (
            "SELECT array_agg(row ORDER BY number) FROM unnest(%s::tid[]) WITH ORDINALITY"
            " AS said (place, number) JOIN held ON held.ctid = place"
        )
        (answer,) = cursor.execute(asked, [places]).fetchone() or ([],)
    assert answer == rows.tolist()


def test_few_rows_are_fetched_by_their_places(connection: PgConnection, lend: Lend) -> None:
    places = found(connection)
    by_numbers = nearest(lend, None)
    assert len(by_numbers) >= 5
    assert nearest(lend, places) == by_numbers
    upside_down = replace(places, first=0, last=places.of(np.arange(COUNT)[::-1]))
    assert {row % 25 for row in nearest(lend, upside_down)} == {21}, "what lies there is taken"


def test_a_table_written_anew_is_asked_by_numbers(connection: PgConnection, lend: Lend) -> None:
    places, before = found(connection), nearest(lend, None)
    connection.execute("CREATE INDEX upside_down ON held ((-row))")
    connection.execute("CLUSTER held USING upside_down")
    connection.commit()
    assert nearest(lend, places) == before
    assert RowPlaces.found(connection, "held", COUNT) is None, "no rule says where rows lie now"


def test_rows_moved_since_are_looked_up_by_number(connection: PgConnection, lend: Lend) -> None:
    places, before = found(connection), nearest(lend, None)
    connection.execute("UPDATE held SET row = row WHERE row >= 50")
    connection.commit()
    assert nearest(lend, places) == before


def test_another_table_of_the_same_name_is_asked_by_numbers(
    connection: PgConnection, lend: Lend
) -> None:
    places, before = found(connection), nearest(lend, None)
    connection.execute("ALTER TABLE held RENAME TO former")
    connection.execute("CREATE TABLE held AS SELECT * FROM former ORDER BY -row")
    connection.commit()
    assert nearest(lend, places) == before


def test_rows_that_were_moved_have_no_known_places(connection: PgConnection) -> None:
    connection.execute("UPDATE held SET row = row WHERE row = 0")
    assert RowPlaces.found(connection, "held", COUNT) is None


def test_a_table_too_small_for_graphs_has_places_too(lend: Lend) -> None:
    with lend() as connection:
        VectorTable("held", 3, 16, Storage.FLOAT32).write(connection, VECTORS[:3])
        places = RowPlaces.found(connection, "held", 3)
    assert places is not None
    assert places.of(np.array([2]))["line"].tolist() == [3]
