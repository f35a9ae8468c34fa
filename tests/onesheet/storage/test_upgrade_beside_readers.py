"""An upgrade of PostgreSQL's tables while somebody reads them."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, event, text

from catalog.database import DatabaseError, connect, querying, writing
from onesheet.storage import schema
from tests.postgres import Postgres


@pytest.fixture
def read_meanwhile(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Engine, Connection]]:
    """A database of an earlier version, and somebody who reads a table that is to change."""
    engine = connect(postgres.url())
    with writing(engine) as session:
        schema.upgrade(session.connection(), "0012")
    monkeypatch.setattr(schema, "WAIT_FOR_READERS", "1ms")
    monkeypatch.setattr(schema, "UPGRADE_PAUSE", 0.0)
    with querying(engine) as reader:
        reader.execute(text("SELECT id FROM movie"))
        yield engine, reader
    engine.dispose()


def test_an_upgrade_gives_way_to_a_backup_and_says_so(
    read_meanwhile: tuple[Engine, Connection],
) -> None:
    engine, reader = read_meanwhile
    with pytest.raises(DatabaseError, match="`onesheet backup` or another upgrade"):
        schema.migrate(engine)
    assert schema.revision(engine) == "0012"
    reader.rollback()
    schema.migrate(engine)
    assert schema.revision(engine) == schema.HEAD


def test_an_upgrade_waits_for_short_readers(
    read_meanwhile: tuple[Engine, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, reader = read_meanwhile
    monkeypatch.setattr(schema, "time", SimpleNamespace(sleep=lambda _: reader.rollback()))
    schema.migrate(engine)
    assert schema.revision(engine) == schema.HEAD


def test_an_autovacuum_is_made_to_give_way_before_an_upgrade_does(postgres: Postgres) -> None:
    engine = connect(postgres.url())
    ask = text("SELECT CAST(:wait AS interval) > current_setting('deadlock_timeout')::interval")
    with querying(engine) as session:
        assert session.execute(ask, {"wait": schema.WAIT_FOR_READERS}).scalar_one()
    engine.dispose()


def test_what_earned_is_indexed_anew_while_others_read_on(postgres: Postgres) -> None:
    engine = connect(postgres.url())
    with writing(engine) as session:
        schema.upgrade(session.connection(), "0017")
    built = []

    def read(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if statement.startswith("CREATE INDEX"):
            built.append(statement.split()[2])
            with querying(engine) as reader:
                reader.execute(text("SET LOCAL lock_timeout = '1ms'"))
                assert reader.scalar(text("SELECT count(*) FROM recommendations")) == 0

    event.listen(engine, "after_cursor_execute", read)
    with writing(engine) as session:
        schema.upgrade(session.connection(), "0018")
    with writing(engine) as session:
        command.downgrade(schema.config(session.connection()), "0017")
    earned, earnings = "ix_recommendations_earned", "ix_recommendations_earnings"
    assert built == [earnings, "ix_recommendations_set_aside", earned]
    engine.dispose()
