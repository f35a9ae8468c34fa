"""An instance that moves from SQLite to PostgreSQL, lives there, and moves back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from bandit import Rating
from catalog.database import DatabaseError, connect, querying, reading
from catalog.models import Movie
from onesheet.base.home import Home
from onesheet.doctor import examine
from onesheet.instance import Instance
from onesheet.queries.query import from_upload
from onesheet.readiness import readiness
from onesheet.storage import schema
from onesheet.storage.changes import IndexChange
from onesheet.storage.tables import all_tables
from onesheet.storage.transfer import copy_database, moment_of
from tests.conftest import drawn_bytes, movie
from tests.onesheet.indexing.conftest import add, same_as
from tests.postgres import Postgres


def contents(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as the program reads them."""
    with querying(engine) as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in all_tables()
        }


@pytest.fixture
def before(home: Path) -> Iterator[Instance]:
    """An instance with a rating and a thumb, and a poster that came and went."""
    instance = Instance(Home(home))
    answer = instance.recommender.recommend(from_upload(drawn_bytes(7)))
    instance.feedback.rate(answer.id, Rating.GOOD)
    instance.thumbs.give(answer.id, 3, True)
    add(instance, 500)
    instance.catalog.remove(movie(500).imdb_id)
    yield instance
    instance.close()


def test_an_instance_goes_on_in_postgresql_and_comes_back(
    before: Instance, postgres: Postgres, tmp_path: Path
) -> None:
    there = Instance(Home(before.home.folder, postgres.url()))
    copied = copy_database(before.engine, there.engine)
    assert copied["movie"] == 80
    assert contents(there.engine) == contents(before.engine)
    assert same_as(there, 7) == movie(7).imdb_id
    newest = max(card.poster_id for card in before.catalog.all_cards())
    assert add(there, 501) == newest + 2  # the number of the poster that went is given to no other
    assert same_as(there, 501) == movie(501).imdb_id
    assert [each for each in (*examine(there), *readiness(there)) if not each.well] == []
    back = connect(f"sqlite:///{tmp_path / 'back.db'}")
    copy_database(there.engine, back)
    assert contents(back) == contents(there.engine)
    change, numbers = insert(IndexChange).values(poster_id=1).returning(IndexChange.id), []
    for engine in (there.engine, back):
        with engine.begin() as connection:
            numbers.append(connection.scalar(change))
    assert numbers[0] == numbers[1]
    back.dispose()
    there.close()


def test_rows_that_are_there_are_kept_and_nothing_is_added(
    before: Instance, postgres: Postgres
) -> None:
    there = connect(postgres.url())
    schema.migrate(there)
    with there.begin() as connection:
        connection.execute(text("INSERT INTO source_use VALUES ('drawn')"))
    with pytest.raises(DatabaseError, match="has rows already, in source_use"):
        copy_database(before.engine, there)
    with reading(there) as session:
        assert session.scalar(select(Movie.id).limit(1)) is None
    there.dispose()


def test_a_database_of_another_version_is_copied_nowhere(tmp_path: Path) -> None:
    source, target = (connect(f"sqlite:///{tmp_path / name}") for name in ("a.db", "b.db"))
    with source.begin() as connection:
        schema.upgrade(connection, "0004")
    with pytest.raises(DatabaseError, match="version 0004"):
        copy_database(source, target)
    assert not (tmp_path / "b.db").exists()
    source.dispose()
    target.dispose()


def test_a_database_of_another_version_is_not_copied_into_and_stays_as_it_is(
    tmp_path: Path,
) -> None:
    source, target = (connect(f"sqlite:///{tmp_path / name}") for name in ("a.db", "b.db"))
    schema.migrate(source)
    with target.begin() as connection:
        schema.upgrade(connection, "0004")
    with pytest.raises(DatabaseError, match="other database is at version 0004"):
        copy_database(source, target)
    assert schema.revision(target) == "0004"
    source.dispose()
    target.dispose()


def test_a_copy_of_one_moment_is_in_the_very_file_named(tmp_path: Path) -> None:
    source, file = connect(f"sqlite:///{tmp_path / 'a.db'}"), tmp_path / "a%20b?c" / "b.db"
    schema.migrate(source)
    file.parent.mkdir()
    copy = moment_of(source.url, file)
    assert schema.revision(copy) == schema.HEAD
    assert copy.url.database == str(file)
    for engine in (source, copy):
        engine.dispose()


def test_a_copy_of_one_moment_fails_as_the_database_does(tmp_path: Path) -> None:
    source = connect(f"sqlite:///{tmp_path / 'a.db'}")
    schema.migrate(source)
    (tmp_path / "b.db").mkdir()  # as a full disk, it takes nothing
    with pytest.raises(DBAPIError, match="unable to open"):
        moment_of(source.url, tmp_path / "b.db")
    source.dispose()
