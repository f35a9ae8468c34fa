"""Vectors on two PostgreSQL servers; tests/index/contract asks them what it asks of any index."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from catalog.database import connect, driver_connection
from index import IndexFolderError, Metric, Options, PosterIndex, Storage
from index.pgvector import PostgresStore, SeveralServers
from index.pgvector.several_servers import servers_of
from tests.index.conftest import clustered
from tests.index.test_poster_index import brute_force
from tests.postgres import Postgres

VECTORS = clustered(220, 16, seed=61)
IDS = np.arange(200)


@pytest.fixture
def engines(postgres: Postgres, second_postgres: Postgres) -> Iterator[list[Engine]]:
    """Of the index's rows, and of the vectors' two servers."""
    urls = (postgres.url(), postgres.url(), second_postgres.url())
    engines = [connect(url) for url in urls]
    yield engines
    for engine in engines:
        engine.dispose()


def store(engines: list[Engine]) -> PostgresStore:
    lend, *others = (partial(driver_connection, engine) for engine in engines)
    return PostgresStore(lend, None, SeveralServers(lend, others))


def build(
    there: PostgresStore,
    ids: NDArray[np.int64] = IDS,
    factor: float = 1,
    options: Options = Options(),  # noqa: B008 - frozen
) -> PosterIndex:
    vectors = (VECTORS[: len(ids)] * factor).astype(np.float32)
    return there.build(ids, vectors, model="m", with_map=False, duplicates=None, options=options)


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
