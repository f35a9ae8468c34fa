import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import DateTime, Engine, MetaData, bindparam, inspect, select, text

from bandit.models import RecommendationRow
from catalog.database import DatabaseError, connect, reading, writing
from onesheet.storage import schema as database
from onesheet.storage.tables import METADATA
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Gives the address of one more empty database of a kind."""
    numbers = count()
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.url


@pytest.fixture
def engine(new_url: Callable[[], str]) -> Iterator[Engine]:
    engine = connect(new_url())
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    with reading(engine) as session:
        return set(inspect(session.connection()).get_table_names())


def test_the_migrations_make_exactly_the_tables_of_both_rooms(engine: Engine) -> None:
    database.migrate(engine)
    with reading(engine) as session:
        context = MigrationContext.configure(
            session.connection(), opts={"target_metadata": METADATA, "compare_type": True}
        )
        assert compare_metadata(context, METADATA) == []  # type: ignore[arg-type]


def test_indexes_checks_and_keys_are_those_of_the_models(
    engine: Engine, new_url: Callable[[], str]
) -> None:
    database.migrate(engine)
    direct = connect(new_url())
    with writing(direct) as session:
        for metadata in METADATA:
            metadata.create_all(session.connection())
    for table in (table for metadata in METADATA for table in metadata.tables):
        assert described(engine, table) == described(direct, table)
    direct.dispose()


def described(engine: Engine, table: str) -> list[object]:
    with reading(engine) as session:
        found = inspect(session.connection())
        ask: list[Callable[[str], Sequence[Mapping[str, Any]]]] = [
            found.get_columns,
            found.get_check_constraints,
            found.get_unique_constraints,
            found.get_foreign_keys,
            found.get_indexes,
        ]
        parts = [sorted(map(_as_text, question(table))) for question in ask]
        return [*parts, str(found.get_pk_constraint(table))]


def _as_text(found: Mapping[str, Any]) -> str:
    """A part of a table; the condition of an index has no text of its own within a dict."""
    options = found.get("dialect_options")
    where = {name: str(value) for name, value in options.items()} if options else {}
    return f"{dict(found) | {'dialect_options': where}}"


def test_the_stated_head_is_the_newest_migration(engine: Engine) -> None:
    with reading(engine) as session:
        script = ScriptDirectory.from_config(database.config(session.connection()))
    assert script.get_heads() == [database.HEAD]


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    database.migrate(engine)
    with writing(engine) as session:
        session.execute(
            text(
                "INSERT INTO movie VALUES"
                " (1,'tt0000001',1,'A',1,1,1,'Drama','val',false,1,false,NULL)"
            )
        )
    database.migrate(engine)
    with reading(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM movie")) == 1
    assert database.revision(engine) == database.HEAD


def test_an_interrupted_migration_leaves_nothing_and_the_next_start_finishes(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    make, made = op.create_table, []

    def fails_at_the_last(name: str, *columns: object, **options: object) -> None:
        made.append(name)
        if len(made) == 3:
            raise KeyboardInterrupt
        make(name, *columns, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(op, "create_table", fails_at_the_last)
        with pytest.raises(KeyboardInterrupt):
            database.migrate(engine)
    assert len(made) == 3
    assert tables(engine) == set()
    database.migrate(engine)
    assert {"movie", "poster", "recommendations", database.VERSION_TABLE} <= tables(engine)


def test_two_starters_at_once_do_not_collide(new_url: Callable[[], str]) -> None:
    url = new_url()
    start, failures = threading.Barrier(6), []

    def begin() -> None:
        engine = connect(url)
        start.wait()
        try:
            database.migrate(engine)
        except Exception as error:
            failures.append(error)
        engine.dispose()

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    engine = connect(url)
    assert database.revision(engine) == database.HEAD
    engine.dispose()


def test_a_database_of_a_newer_program_is_refused(engine: Engine) -> None:
    database.migrate(engine)
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="9999"):
        database.migrate(engine)


def test_the_tables_can_be_taken_back(engine: Engine) -> None:
    from alembic import command

    database.migrate(engine)
    with writing(engine) as session:
        command.downgrade(database.config(session.connection()), "base")
    left = MetaData()
    with reading(engine) as session:
        left.reflect(session.connection())
    assert set(left.tables) == {database.VERSION_TABLE}


def test_earlier_records_learn_which_arms_agreed(engine: Engine) -> None:
    shown = {"cosine": [[1, 0.1, 9], [2, 0.2, 8]], "euclidean": [[2, 3.0, 9], [1, 4.0, 8]]}
    results = {"results": {**shown, "manhattan": [[1, 5.0, 9], [3, 6.0, 8]]}}
    with writing(engine) as session:
        database.upgrade(session.connection(), "0004")
        for number in range(3):
            row = {"id": f"r{number}", "arm": ("cosine", "manhattan")[number % 2]}
            session.execute(
                text(
                    "INSERT INTO recommendations VALUES (:id, '2026-01-01', :arm, true, 0.5, 0.5,"
                    " true, 'm', 'i', :payload, NULL, NULL)"
                ),
                {**row, "payload": json.dumps(results if number < 2 else {})},
            )
    database.migrate(engine)
    with reading(engine) as session:
        found = session.execute(text("SELECT id, agreeing FROM recommendations ORDER BY id"))
        assert [tuple(row) for row in found] == [("r0", "euclidean"), ("r1", ""), ("r2", "")]


def test_uploads_of_before_there_was_a_retention_are_kept_for_thirty_days(engine: Engine) -> None:
    created = datetime(2026, 1, 1, 12, tzinfo=UTC)
    insert = text(
        "INSERT INTO recommendations VALUES (:id, :created, 'cosine', true, 0.5, 0.5,"
        " true, 'm', 'i', :payload, NULL, NULL, '')"
    ).bindparams(bindparam("created", type_=DateTime(timezone=True)))
    with writing(engine) as session:
        database.upgrade(session.connection(), "0005")
        for kind in ("upload", "catalogue"):
            payload = json.dumps({"query": {"kind": kind}})
            session.execute(insert, {"id": kind, "created": created, "payload": payload})
    database.migrate(engine)
    with reading(engine) as session:
        rows = session.execute(select(RecommendationRow.id, RecommendationRow.expires))
        expires = {row.id: row.expires for row in rows}
    assert expires == {"upload": created + timedelta(days=30), "catalogue": None}


def test_when_ratings_changed_is_written_to_no_row_without_one(tmp_path: Path) -> None:
    """Writing a row writes its payload anew, and most are never rated."""
    engine = connect(f"sqlite:///{tmp_path / 'onesheet.db'}")
    row = (
        "INSERT INTO recommendations VALUES ('{0}', '2026-01-01', 'cosine', true, 0.5, 0.5,"
        " true, 'm', 'i', '{{}}', {1}, {2}, '', NULL, NULL, false)"
    )
    with writing(engine) as session:
        database.upgrade(session.connection(), "0014")
        session.execute(text(row.format("silent", "NULL", "NULL")))
        session.execute(text(row.format("rated", "'good'", "'2026-01-02'")))
        session.execute(
            text(
                "CREATE TRIGGER untouched BEFORE UPDATE ON recommendations"
                " WHEN OLD.rated_at IS NULL BEGIN SELECT RAISE(ABORT, 'written'); END"
            )
        )
        database.upgrade(session.connection(), "0015")
        found = session.execute(text("SELECT id, rating_changed FROM recommendations"))
        assert dict(found.all()) == {"silent": None, "rated": "2026-01-02"}
    engine.dispose()


@pytest.mark.parametrize("posters", [0, 1])
def test_a_database_that_has_posters_keeps_an_index_of_before_it_named_any(
    engine: Engine, posters: int
) -> None:
    movie = "(1,'tt0000001',1,'A',1,1,1,'Drama','val',false,1,false,NULL)"
    with writing(engine) as session:
        database.upgrade(session.connection(), "0015")
        session.execute(text(f"INSERT INTO movie VALUES {movie}"))
        for _ in range(posters):
            session.execute(text("INSERT INTO poster VALUES (1, 1, 'a', 5, 200, 300, 'test', 'b')"))
    database.migrate(engine)
    with reading(engine) as session:
        assert [*session.scalars(text("SELECT fingerprint FROM built_index"))] == [""] * posters
