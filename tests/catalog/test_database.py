"""Transactions, with real files, threads and processes."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError

import catalog
from catalog.database import connect, querying, reading, snapshot, writing

ROOT = Path(catalog.__file__).parents[1]


def run_at_once(script: str, count: int, *arguments: str) -> list[subprocess.CompletedProcess[str]]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", script, *arguments]
    started = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        for _ in range(count)
    ]
    ended = []
    for process in started:
        out, error = process.communicate(timeout=60)
        ended.append(subprocess.CompletedProcess(command, process.returncode, out, error))
    return ended


@pytest.fixture
def counter(engine: Engine) -> Engine:
    with writing(engine) as session:
        session.execute(text("CREATE TABLE counter (value INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
    return engine


def value(engine: Engine) -> int:
    with reading(engine) as session:
        return int(session.scalar(text("SELECT value FROM counter")))


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


def test_foreign_keys_are_enforced(engine: Engine) -> None:
    insert = text(
        "INSERT INTO poster (movie_id, content_hash, perceptual_hash, width, height, source)"
        " VALUES (7, 'a', 0, 1, 1, 'x')"
    )
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.execute(insert)


def test_a_write_is_rolled_back_on_an_exception(counter: Engine) -> None:
    def fail_half_way() -> None:
        with writing(counter) as session:
            session.execute(text("UPDATE counter SET value = 5"))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()
    assert value(counter) == 0


def test_reading_refuses_writes_and_leaves_the_connection_writable(counter: Engine) -> None:
    with pytest.raises(OperationalError, match="readonly"), reading(counter) as session:
        session.execute(text("UPDATE counter SET value = 5"))
    with counter.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("UPDATE counter SET value = 6")
        connection.exec_driver_sql("VACUUM")
    with writing(counter) as session:
        session.execute(text("UPDATE counter SET value = value + 1"))
    assert value(counter) == 7


def test_a_reader_neither_waits_for_a_writer_nor_sees_its_work_before_the_commit(
    counter: Engine,
) -> None:
    with writing(counter) as session:
        session.execute(text("UPDATE counter SET value = 5"))
        before = time.monotonic()
        assert value(counter) == 0
        assert time.monotonic() - before < 2
    assert value(counter) == 5


def test_a_reader_sees_one_state_throughout(counter: Engine) -> None:
    with reading(counter) as session:
        first = session.scalar(text("SELECT value FROM counter"))
        with writing(counter) as other:
            other.execute(text("UPDATE counter SET value = 5"))
        assert session.scalar(text("SELECT value FROM counter")) == first == 0


def test_a_writer_that_read_first_can_still_write_when_another_waits(counter: Engine) -> None:
    began = threading.Event()

    def other() -> None:
        began.set()
        with writing(counter) as session:
            session.execute(text("UPDATE counter SET value = value + 10"))

    with writing(counter) as session:
        seen = session.scalar(text("SELECT value FROM counter"))
        thread = threading.Thread(target=other)
        thread.start()
        began.wait()
        time.sleep(0.1)
        session.execute(text("UPDATE counter SET value = :v"), {"v": seen + 1})
    thread.join()
    assert value(counter) == 11


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
    with pytest.raises(OperationalError, match="within a transaction"), way(counter) as reader:
        reader.execute(text("SELECT value FROM counter"))
    event.remove(counter, "checkout", occupy)
    assert value(counter) == 0


def test_a_query_without_a_session_sees_one_state_and_writes_nothing(counter: Engine) -> None:
    with querying(counter) as connection:
        first = connection.scalar(text("SELECT value FROM counter"))
        with writing(counter) as other:
            other.execute(text("UPDATE counter SET value = 5"))
        assert connection.scalar(text("SELECT value FROM counter")) == first == 0
        with pytest.raises(OperationalError, match="readonly"):
            connection.execute(text("UPDATE counter SET value = 6"))
    assert value(counter) == 5


INCREMENT = """
import sys
from sqlalchemy import text
from catalog.database import connect, writing
engine = connect(sys.argv[1])
for _ in range(25):
    with writing(engine) as session:
        seen = session.scalar(text("SELECT value FROM counter"))
        session.execute(text("UPDATE counter SET value = :v"), {"v": seen + 1})
engine.dispose()
"""


def test_processes_that_read_and_write_at_once_lose_nothing(counter: Engine) -> None:
    for ended in run_at_once(INCREMENT, 3, str(counter.url)):
        assert ended.returncode == 0, ended.stderr
    assert value(counter) == 75


def test_threads_that_read_and_write_at_once_lose_nothing(counter: Engine) -> None:
    def increment() -> None:
        for _ in range(25):
            with writing(counter) as session:
                seen = session.scalar(text("SELECT value FROM counter"))
                session.execute(text("UPDATE counter SET value = :v"), {"v": seen + 1})

    threads = [threading.Thread(target=increment) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value(counter) == 200


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


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_children_that_connect_for_themselves_after_a_fork_can_write(counter: Engine) -> None:
    script = f"""
import os, sys
from sqlalchemy import text
from catalog.database import connect, reading
engine = connect(sys.argv[1])
with reading(engine) as session:
    session.scalar(text("SELECT value FROM counter"))
engine.dispose()
children = []
for _ in range(3):
    child = os.fork()
    if not child:
        exec({INCREMENT!r})
        os._exit(0)
    children.append(child)
for child in children:
    assert os.waitpid(child, 0)[1] == 0
"""
    (ended,) = run_at_once(script, 1, str(counter.url))
    assert ended.returncode == 0, ended.stderr
    assert value(counter) == 75


def test_a_database_in_memory_works_too() -> None:
    engine = connect("sqlite://")
    with writing(engine) as session:
        session.execute(text("CREATE TABLE counter (value INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (3)"))
    assert value(engine) == 3
    engine.dispose()


def queried(engine: Engine) -> int:
    with querying(engine) as connection:
        return int(connection.scalar(text("SELECT value FROM counter")))


def test_however_many_hold_a_snapshot_each_can_write(counter: Engine) -> None:
    count = 20
    together = threading.Barrier(count)

    def write(_: int) -> None:
        with snapshot(counter):
            assert queried(counter) == 0
            together.wait(20)
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


def test_a_snapshot_ends_with_an_error(counter: Engine) -> None:
    with pytest.raises(OperationalError), snapshot(counter), querying(counter) as connection:
        connection.execute(text("SELECT value FROM nowhere"))
    with writing(counter) as session:
        session.execute(text("UPDATE counter SET value = 1"))
    assert queried(counter) == 1
