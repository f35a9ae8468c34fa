"""Transactions, with real databases, threads and processes."""

import os
import threading
from traceback import format_exception

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from catalog.database import (
    DatabaseError,
    connect,
    driver_connection,
    querying,
    reading,
    writing,
)
from tests.catalog.database.conftest import run_at_once, value


@pytest.mark.parametrize(
    "url",
    ["mysql://films@host/films", "no address", "", "postgresql://films:p@ss:w0rd@host/films"],
)
def test_another_database_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(DatabaseError, match=r"SQLite or PostgreSQL|docs/scaling\.md") as refused:
        connect(url)
    assert "w0rd" not in "".join(format_exception(refused.value, chain=True, limit=0))


def test_foreign_keys_are_enforced(engine: Engine) -> None:
    insert = text(
        "INSERT INTO poster (movie_id, content_hash, perceptual_hash, width, height, source)"
        " VALUES (7, 'a', 0, 1, 1, 'x')"
    )
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.execute(insert)


def test_errors_tell_no_values(engine: Engine) -> None:
    mine = {"key": "a visitor's"}
    with writing(engine) as session:
        session.execute(text("CREATE TABLE visitor (name VARCHAR(20) PRIMARY KEY)"))
    for table_name in ("nowhere", "visitor"):
        insert = text(f"INSERT INTO {table_name} VALUES (:key), (:key)")
        with pytest.raises(DBAPIError) as caught, engine.begin() as connection:
            connection.execute(insert, mine)
        assert table_name in str(caught.value)
        assert mine["key"] not in f"{caught.value}{caught.value.orig!r}"


def test_a_write_is_rolled_back_on_an_exception(counter: Engine) -> None:
    def fail_half_way() -> None:
        with writing(counter) as session:
            session.execute(text("UPDATE counter SET value = 5"))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()
    assert value(counter) == 0


def test_reading_refuses_writes_and_leaves_the_connection_writable(counter: Engine) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), reading(counter) as session:
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
        assert value(counter) == 0  # one that waited would be refused: the writer is this thread
    assert value(counter) == 5


def test_a_reader_sees_one_state_throughout(counter: Engine) -> None:
    with reading(counter) as session:
        first = session.scalar(text("SELECT value FROM counter"))
        with writing(counter) as other:
            other.execute(text("UPDATE counter SET value = 5"))
        assert session.scalar(text("SELECT value FROM counter")) == first == 0


def test_a_writer_that_read_first_can_still_write_when_another_waits(counter: Engine) -> None:
    asks = threading.Event()

    def other() -> None:
        with writing(counter) as session:
            session.execute(text("UPDATE counter SET value = value + 10"))

    with writing(counter) as session:
        seen = session.scalar(text("SELECT value FROM counter"))
        event.listen(counter, "engine_connect", lambda _: asks.set())  # its turn is asked for next
        thread = threading.Thread(target=other)
        thread.start()
        assert asks.wait(60)
        session.execute(text("UPDATE counter SET value = :v"), {"v": seen + 1})
    thread.join()
    assert value(counter) == 11


def test_a_query_without_a_session_sees_one_state_and_writes_nothing(counter: Engine) -> None:
    with querying(counter) as connection:
        first = connection.scalar(text("SELECT value FROM counter"))
        with writing(counter) as other:
            other.execute(text("UPDATE counter SET value = 5"))
        assert connection.scalar(text("SELECT value FROM counter")) == first == 0
        with pytest.raises(DBAPIError, match=r"read-?only"):
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


def test_the_drivers_own_connection_takes_no_turn_and_raises_sqlalchemys_errors(
    counter: Engine,
) -> None:
    with writing(counter) as session:
        session.execute(text("UPDATE counter SET value = 5"))
        with driver_connection(counter) as own:  # while a writer has its turn
            assert own.execute("SELECT value FROM counter").fetchone() == (0,)
            own.rollback()
    with pytest.raises(DBAPIError) as caught, driver_connection(counter) as own:
        own.execute("SELECT value FROM nowhere")
    assert "nowhere" in str(caught.value)
    assert value(counter) == 5
