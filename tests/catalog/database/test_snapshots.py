"""Snapshots: one state over one connection, for as long as a thread holds it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Select, column, event, select, table, text
from sqlalchemy.exc import DBAPIError

from catalog.database import (
    connect,
    querying,
    single_row,
    snapshot,
    writing,
)


def queried(engine: Engine) -> int:
    with querying(engine) as connection:
        return int(connection.scalar(text("SELECT value FROM counter")))


def test_however_many_hold_a_snapshot_each_can_write(counter: Engine) -> None:
    count = 20
    together = threading.Barrier(count)

    def write(_: int) -> None:
        with snapshot(counter):
            assert queried(counter) == 0
            together.wait(300)
            with writing(counter) as session:
                session.execute(text("UPDATE counter SET value = value + 1"))

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(write, range(count)))
    assert queried(counter) == count


def test_a_snapshot_is_one_state_over_one_connection(counter: Engine) -> None:
    lent: list[Any] = []
    event.listen(counter, "checkout", lambda connection, *_: lent.append(connection))
    with snapshot(counter):
        assert queried(counter) == 0
        with snapshot(counter):
            assert queried(counter) == 0
        assert len(lent) == 1
        with writing(counter) as session:
            session.execute(text("UPDATE counter SET value = 1"))
        assert queried(counter) == 0
    assert queried(counter) == 1


def test_a_snapshot_is_of_its_own_thread_and_database(counter: Engine, tmp_path: Path) -> None:
    other = connect(f"sqlite:///{tmp_path / 'other.db'}")
    seen: list[int] = []
    with snapshot(counter):
        queried(counter)
        with writing(counter) as session:
            session.execute(text("UPDATE counter SET value = 1"))
        thread = threading.Thread(target=lambda: seen.append(queried(counter)))
        thread.start()
        thread.join()
        with querying(other) as connection:
            assert connection.scalar(text("SELECT 7")) == 7
    assert seen == [1]
    other.dispose()


def test_within_a_snapshot_a_row_is_asked_for_once(counter: Engine) -> None:
    query: Select[tuple[int]] = select(column("value")).select_from(table("counter"))
    asked: list[str] = []

    def note(*facts: Any) -> None:
        if "FROM counter" in facts[2]:
            asked.append(facts[2])

    event.listen(counter, "before_cursor_execute", note)

    def told() -> int:
        with querying(counter) as connection:
            return int(single_row(connection, query)[0])

    with snapshot(counter):
        assert [told(), told()] == [0, 0]
        assert len(asked) == 1
        with writing(counter) as session:
            session.execute(text("UPDATE counter SET value = 1"))
        assert told() == 0
    assert [told(), told()] == [1, 1]
    assert len(asked) == 3


def test_a_snapshot_ends_with_an_error(counter: Engine) -> None:
    with pytest.raises(DBAPIError), snapshot(counter), querying(counter) as connection:
        connection.execute(text("SELECT value FROM nowhere"))
    with writing(counter) as session:
        session.execute(text("UPDATE counter SET value = 1"))
    assert queried(counter) == 1
