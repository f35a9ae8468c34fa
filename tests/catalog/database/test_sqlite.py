"""What only SQLite does."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from catalog.database import (
    Trouble,
    connect,
    damage,
    flush,
    querying,
    reading,
    trouble,
    writing,
)
from catalog.flushing import UnwritableError
from tests.catalog.database.conftest import opened, run_at_once, value


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    yield from opened(f"sqlite:///{tmp_path / 'onesheet.db'}")


def test_sqlite_is_prepared_as_the_design_says(engine: Engine) -> None:
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "synchronous": 1,
    }


def test_a_flush_takes_what_was_committed_and_a_commit_alone_waits_for_no_disk(
    counter: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: flushed.append(os.fstat(file).st_ino))
    with writing(counter) as session:
        session.execute(text("UPDATE counter SET value = 7"))
    assert flushed == []
    flush(counter)
    database = Path(counter.url.database or "")
    log = database.with_name(f"{database.name}-wal")
    assert flushed == [log.stat().st_ino, database.parent.stat().st_ino]


def test_a_disk_that_fails_is_told_as_one_that_takes_nothing(
    counter: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_file: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UnwritableError, match="cannot write to"), writing(counter, flushed=True):
        pass


def test_there_is_nothing_to_flush_once_all_is_in_the_database(counter: Engine) -> None:
    flush(counter)
    counter.dispose()
    flush(counter)
    flush(connect("sqlite://"))


def test_a_plain_transaction_is_a_writer_too(counter: Engine) -> None:
    """So that code that does not know of `writing`, such as a migration, cannot fail midway."""
    with counter.begin() as connection:
        connection.exec_driver_sql("SELECT value FROM counter")
        impatient = sqlite3.connect(counter.url.database or "", timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            impatient.execute("BEGIN IMMEDIATE")
        impatient.close()


@pytest.mark.parametrize("way", [reading, querying])
def test_a_reader_that_cannot_begin_raises_what_callers_catch(counter: Engine, way: Any) -> None:
    def occupy(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("BEGIN")

    event.listen(counter, "checkout", occupy)
    with (
        pytest.raises(OperationalError, match="within a transaction") as caught,
        way(counter) as reader,
    ):
        reader.execute(text("SELECT value FROM counter"))
    assert trouble(caught.value) is Trouble.OTHER
    event.remove(counter, "checkout", occupy)
    assert value(counter) == 0


def test_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    script = """
import sys
from catalog.database import connect
from catalog.models import Base
engine = connect(sys.argv[1])
with engine.begin() as connection:
    Base.metadata.create_all(connection)
engine.dispose()
"""
    for ended in run_at_once(script, 4, f"sqlite:///{tmp_path / 'new.db'}"):
        assert ended.returncode == 0, ended.stderr


def test_a_database_in_memory_works_too() -> None:
    engine = connect("sqlite://")
    with writing(engine) as session:
        session.execute(text("CREATE TABLE counter (value INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (3)"))
    assert value(engine) == 3
    engine.dispose()


def test_a_damaged_page_is_told_unless_the_file_is_too_large_to_look(counter: Engine) -> None:
    with counter.connect() as connection:
        assert damage(connection) is None
    counter.dispose()
    path = Path(counter.url.database or "")
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size - 4096)
        file.write(bytes(range(256)) * 16)
    with counter.connect() as connection:
        assert damage(connection, at_most=size + 1) is not None
        assert damage(connection, at_most=size) is None
