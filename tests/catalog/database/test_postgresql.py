"""What only PostgreSQL does."""

import sys
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from catalog.database import (
    DatabaseError,
    Trouble,
    connect,
    driver_connection,
    querying,
    reading,
    trouble,
    writing,
)
from catalog.database import postgresql as backend
from tests.catalog.database.conftest import opened, value
from tests.postgres import HOLDERS, Postgres


@pytest.fixture
def engine(postgres: Postgres) -> Iterator[Engine]:
    yield from opened(postgres.url())


def test_a_plain_transaction_is_a_writer_too_and_whoever_waits_too_long_is_told_to_try_again(
    counter: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counter.begin() as connection:
        connection.execute(text("SELECT value FROM counter"))
        monkeypatch.setattr(backend, "_TURN", backend._TURN.replace("10000", "1"))
        with (
            pytest.raises(OperationalError, match="lock timeout") as caught,
            writing(counter) as session,
        ):
            session.connection()
        assert value(counter) == 0  # a reader never waits
    assert trouble(caught.value) is Trouble.PASSING


def test_numbers_become_visible_in_their_order(counter: Engine) -> None:
    """Whoever has read up to a number misses nothing: a sequence alone would not hold that, since
    it is handed out before the commit."""
    with writing(counter) as session:
        session.execute(text("CREATE TABLE news (id SERIAL PRIMARY KEY)"))
    holds, may_end = threading.Event(), threading.Event()

    def first() -> None:
        with writing(counter) as session:
            session.execute(text("INSERT INTO news DEFAULT VALUES"))
            holds.set()
            may_end.wait(60)

    def second() -> None:
        with writing(counter) as session:
            session.execute(text("INSERT INTO news DEFAULT VALUES"))

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    holds.wait(60)
    threads[1].start()
    waiting = text(f"SELECT count(*) FROM {HOLDERS} AND NOT granted")
    with counter.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(waiting):
            assert threads[1].is_alive()
    with querying(counter) as connection:
        assert connection.scalar(text("SELECT max(id) FROM news")) is None
    may_end.set()
    for thread in threads:
        thread.join()
    with querying(counter) as connection:
        assert connection.scalars(text("SELECT id FROM news ORDER BY id")).all() == [1, 2]


def test_what_cannot_be_written_is_told_from_what_is_wrong(counter: Engine) -> None:
    with pytest.raises(DBAPIError) as caught, reading(counter) as session:
        session.execute(text("UPDATE counter SET value = 5"))
    assert trouble(caught.value) is Trouble.UNWRITABLE
    with pytest.raises(DBAPIError) as caught, reading(counter) as session:
        session.execute(text("SELECT value FROM nowhere"))
    assert trouble(caught.value) is Trouble.OTHER
    with pytest.raises(DBAPIError, match="NUL") as caught, reading(counter) as session:
        session.execute(text("SELECT :word"), {"word": "a\0b"})
    assert trouble(caught.value) is Trouble.OTHER


def test_a_server_that_is_away_passes_and_a_connection_that_it_ended_is_made_anew(
    counter: Engine,
) -> None:
    gone = connect("postgresql://onesheet@/postgres?host=/nowhere")
    with pytest.raises(OperationalError) as caught, reading(gone) as session:
        session.execute(text("SELECT 1"))
    assert trouble(caught.value) is Trouble.PASSING
    with querying(counter) as connection:
        number = connection.scalar(text("SELECT pg_backend_pid()"))
    other = connect(str(counter.url))
    with other.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
    other.dispose()
    assert value(counter) == 0


def test_a_silent_server_is_given_up_by_the_system_unless_the_address_says_when(
    postgres: Postgres,
) -> None:
    for said, milliseconds in (("", "10000"), ("&tcp_user_timeout=7", "7")):
        engine = connect(postgres.url() + said)
        with driver_connection(engine) as connection:
            parameters = connection.info.get_parameters()
        engine.dispose()
        assert parameters["tcp_user_timeout"] == milliseconds
        assert parameters["keepalives_idle"] == "10"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_may_be_as_hosts_of_databases_write_it(scheme: str) -> None:
    engine = connect(f"{scheme}://films:secret@db.example/onesheet")
    assert (engine.dialect.name, engine.dialect.driver) == ("postgresql", "psycopg")


def test_without_its_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseError, match=r"onesheet\[postgres\]"):
        connect("postgresql://films@db.example/onesheet")
