"""Vectors on two PostgreSQL servers; tests/index/contract asks them what it asks of any index."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from catalog.database import connect, driver_connection
from index import IndexFolderError, Metric, Options, PosterIndex, Storage
from index.copies import IndexCopies
from index.pgvector import PostgresStore, SeveralServers
from index.pgvector.several_servers import servers_of
from index.pgvector.vector_place import written_table
from tests.index.pgvector.conftest import IDS, VECTORS, build, store
from tests.index.test_poster_index import brute_force
from tests.postgres import CONNECTIONS, Postgres


def tables(engine: Engine) -> set[str]:
    asked = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    with driver_connection(engine) as connection:
        return {row[0] for row in connection.execute(asked) if row[0].startswith("vectors_")}


def test_a_poster_is_on_one_server_and_as_many_are_on_each() -> None:
    for ids in (np.arange(10_000), np.arange(0, 30_000, 3), 1 << np.arange(40, dtype=np.int64)):
        shares = np.bincount(servers_of(ids, 4), minlength=4) / len(ids)
        assert shares.sum() == pytest.approx(1)
        assert (abs(shares - 0.25) < (0.02 if len(ids) > 100 else 0.2)).all()
    np.testing.assert_array_equal(servers_of(np.array([7, 8]), 3), servers_of(np.arange(9), 3)[7:])


def test_each_server_has_its_share_and_no_vector_twice(engines: list[Engine]) -> None:
    build(store(engines))
    main, one, two = (tables(engine) for engine in engines)
    assert main == set()
    counts = []
    for engine, names in zip(engines[1:], (one, two), strict=True):
        (name,) = names
        with driver_connection(engine) as connection:
            counts += connection.execute(f"SELECT count(*) FROM {name}").fetchone()
    assert sum(counts) == 200
    assert counts == np.bincount(servers_of(IDS, 2)).tolist()


@pytest.mark.parametrize("options", [Options(), Options(0, Storage.FLOAT16)], ids=str)
def test_a_poster_that_is_alone_on_its_server_is_found(
    engines: list[Engine], options: Options
) -> None:
    """And so is one where the other server has none."""
    numbers = servers_of(np.arange(100), 2)
    most, (least, *_) = np.flatnonzero(numbers == 0)[:30], np.flatnonzero(numbers == 1)
    for ids in (np.sort(np.append(most, least)), most):
        held = VECTORS[: len(ids)].astype(options.storage).astype(np.float32)
        index = build(store(engines), ids, options=options)
        for metric in Metric:
            expected, _ = brute_force(VECTORS[200], ids, held, metric, 40)
            found = index.search(VECTORS[200], metric, 40)
            assert [each.poster_id for each in found] == expected
            within = {int(least)} & {*ids.tolist()}
            alone = index.search(VECTORS[200], metric, 5, within=within)
            assert {each.poster_id for each in alone} == within


def test_other_servers_than_those_that_have_the_index_are_refused(engines: list[Engine]) -> None:
    build(store(engines))
    main, one, two = engines
    with pytest.raises(IndexFolderError, match="on 2 servers, of which some are not set"):
        store([main, one]).load()
    with pytest.raises(IndexFolderError, match="on 2 other servers"):
        PostgresStore(partial(driver_connection, main)).load()
    with pytest.raises(IndexFolderError, match="server 1 lacks the table"):
        store([main, two, one]).load()
    assert len(store(engines).load()) == 200


def test_a_server_that_is_away_fails_the_search_and_leaves_the_index(
    engines: list[Engine],
) -> None:
    index = build(store(engines))
    away = connect("postgresql://nobody@/nothing?host=/nowhere")
    with pytest.raises(OperationalError):
        store([*engines[:2], away]).load()
    with pytest.raises(OperationalError):
        build(store([*engines[:2], away]), factor=2)
    assert store(engines).current() == index.manifest.fingerprint
    assert len(tables(engines[1])) == len(tables(engines[2])) == 1, "nothing is left"


def test_whoever_has_a_copy_opens_the_index_while_a_server_is_away(
    engines: list[Engine], tmp_path: Path
) -> None:
    copies, away = IndexCopies(tmp_path), connect("postgresql://nobody@/nothing?host=/nowhere")
    index = build(store(engines, copies))
    copies.make()
    alone = store([*engines[:2], away], IndexCopies(tmp_path)).load()
    near = alone.search(VECTORS[210], Metric.COSINE, 5)
    assert near == index.search(VECTORS[210], Metric.COSINE, 5)
    np.testing.assert_array_equal(alone.embeddings(IDS), VECTORS[:200])
    newer = build(store(engines), factor=2)
    with pytest.raises(OperationalError):
        store([*engines[:2], away], IndexCopies(tmp_path)).load()
    assert len(newer) == 200


def test_a_server_more_has_its_share_of_the_next_index(engines: list[Engine]) -> None:
    main, one, two = engines
    beside = build(PostgresStore(partial(driver_connection, main)))
    query = VECTORS[210]
    before = beside.search(query, Metric.COSINE, 5)
    for servers in ([main, one], [main, one, two]):
        there = store(servers)
        assert there.load().search(query, Metric.COSINE, 5) == before, "on fewer"
        number = there.current()
        assert build(there).manifest.fingerprint != number, "so that every process takes it up"
        assert there.load().search(query, Metric.COSINE, 5) == before
        there.prune()
    assert [len(tables(engine)) for engine in engines] == [0, 2, 1]
    assert beside.manifest.fingerprint != store(engines).current()


def torn(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        monkeypatch.setattr(SeveralServers, "sweep", fails)  # as who is killed does not
        raise KeyboardInterrupt

    monkeypatch.setattr("index.manifest.Manifest.rendered", fails)


def test_what_a_killed_build_left_goes_as_the_next_one_begins(
    engines: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = store(engines)
    first = build(there).manifest.fingerprint
    with monkeypatch.context() as killed:
        torn(killed)
        with pytest.raises(KeyboardInterrupt):
            build(there, factor=2)
    assert there.current() == first
    assert [len(tables(engine)) for engine in engines] == [0, 2, 2]
    build(there, factor=3)
    assert [len(tables(engine)) for engine in engines] == [0, 2, 2]
    build(there, factor=4)
    there.prune()
    assert [len(tables(engine)) for engine in engines] == [0, 2, 2], "as many as are kept"
    again: Callable[[], PosterIndex] = partial(build, there, factor=4)
    assert again().manifest.fingerprint == there.current()
    assert [len(tables(engine)) for engine in engines] == [0, 2, 2], "the same takes no room"


def test_a_build_that_is_interrupted_leaves_nothing(
    engines: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.manifest.Manifest.rendered", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(store(engines))
    assert [len(tables(engine)) for engine in engines] == [0, 0, 0]


def test_a_stranger_is_refused_and_what_others_have_there_stays(
    engines: list[Engine], postgres: Postgres
) -> None:
    """As a machine for trials is that was given production's servers and a database of its own."""
    build(store(engines))
    before = [tables(engine) for engine in engines]
    stranger = connect(postgres.url())
    theirs = store([stranger, *engines[1:]])
    with pytest.raises(IndexFolderError, match="database of server 1 has the vectors of another"):
        build(theirs)
    assert [tables(engine) for engine in engines] == before
    for engine in engines[1:]:
        with driver_connection(engine) as connection:
            connection.execute("DROP TABLE vector_owner")
            connection.commit()
    assert len(build(theirs)) == 200, "who says that nobody needs them may"
    for engine, names in zip(engines, before, strict=True):
        assert tables(engine) >= names
    assert len(store(engines).load()) == 200
    stranger.dispose()


@pytest.mark.parametrize("options", [Options(), Options(0)], ids=["exact", "graphs"])
def test_an_index_of_which_a_server_was_lost_is_mended_by_the_same_build(
    engines: list[Engine], options: Options
) -> None:
    first = build(store(engines), options=options).manifest.fingerprint
    with driver_connection(engines[2]) as connection:
        for name in tables(engines[2]):
            connection.execute(f"DROP TABLE {name}")
        connection.commit()
    index = build(store(engines), options=options)
    assert len(store(engines).load()) == len(index) == 200
    assert index.manifest.fingerprint != first, "so that every process takes it up"
    main, one, two = engines
    turned = store([main, two, one])
    assert len(build(turned, options=options)) == 200
    assert len(turned.load()) == 200


def test_no_transaction_of_the_rows_waits_for_the_servers(
    engines: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = f"SELECT count(*) FROM ({CONNECTIONS}) AS own WHERE state = 'idle in transaction'"
    waiting: list[Any] = []

    def looked(*arguments: Any) -> Any:
        with driver_connection(engines[0]) as connection:
            waiting.append(connection.execute(asked).fetchone())
        return written_table(*arguments)

    monkeypatch.setattr("index.pgvector.several_servers.written_table", looked)
    build(store([engines[0], engines[2]]))
    assert waiting == [(0,)]


def test_a_few_half_floats_on_each_server_are_opened(engines: list[Engine]) -> None:
    ids = np.arange(14)
    assert np.bincount(servers_of(ids, 2)).max() < 10
    index = build(store(engines), ids, options=Options(0, Storage.FLOAT16))
    np.testing.assert_array_equal(index.embeddings(ids), VECTORS[:14])
