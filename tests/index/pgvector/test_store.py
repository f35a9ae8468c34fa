import subprocess
import sys
from functools import partial
from typing import NoReturn

import numpy as np
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from catalog.database import connect, driver_connection
from index import IndexFolderError, Metric, Options, PosterIndex
from index.pgvector import PostgresStore, SeveralServers
from index.pgvector.table import Lend
from tests.index.conftest import clustered
from tests.postgres import Postgres

VECTORS = clustered(200, 16, seed=43)
IDS = np.arange(200)


def build(store: PostgresStore, factor: float = 1) -> PosterIndex:
    vectors = (VECTORS * factor).astype(np.float32)
    return store.build(IDS, vectors, model="m", with_map=False, duplicates=None, options=Options())


def tables(lend: Lend) -> set[str]:
    asked = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    with lend() as connection:
        return {row[0] for row in connection.execute(asked)}


def test_the_index_before_is_left_for_who_has_it_open_and_older_ones_are_not(lend: Lend) -> None:
    store = PostgresStore(lend)
    first, query = build(store), VECTORS[0]
    build(store, 2)
    store.prune()
    assert first.search(query, Metric.COSINE, 1)
    build(store, 3)
    store.prune()
    assert len([name for name in tables(lend) if name.startswith("vectors_")]) == 2
    with pytest.raises(IndexFolderError, match="was replaced"):
        first.search(query, Metric.COSINE, 1)
    with pytest.raises(IndexFolderError, match="is not in the database"):
        store.described(first.manifest.fingerprint)


def test_the_same_index_built_again_takes_no_room(lend: Lend) -> None:
    store = PostgresStore(lend)
    build(store)
    once = tables(lend)
    other = build(store, 2).manifest.fingerprint
    both = tables(lend)
    again = build(store)
    assert tables(lend) == both > once
    assert store.current() == again.manifest.fingerprint != other


def test_a_build_that_fails_leaves_nothing(lend: Lend, monkeypatch: pytest.MonkeyPatch) -> None:
    store = PostgresStore(lend)
    first = build(store).manifest.fingerprint
    before = tables(lend)

    def fails(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.manifest.Manifest.rendered", fails)
    with pytest.raises(KeyboardInterrupt):
        build(store, 2)
    monkeypatch.undo()
    assert tables(lend) == before
    assert store.current() == first


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE vector_index_file SET content = '\\x00' WHERE name = 'ids.npy'", "ids.npy"),
        ("DELETE FROM vector_index_file", "SHA-256 does not match"),
        ("UPDATE vector_index SET manifest = replace(manifest, '16', '17')", "cannot be used"),
    ],
)
def test_damage_is_told_with_the_command_that_mends_it(lend: Lend, damage: str, said: str) -> None:
    store = PostgresStore(lend)
    build(store)
    with lend() as connection:
        connection.execute(damage.encode())
        connection.commit()
    with pytest.raises(IndexFolderError, match=said) as caught:
        store.load()
    assert "onesheet index" in str(caught.value)
    assert len(build(store)) == len(store.load()) == 200, "and it does mend it"


def test_vectors_that_are_missing_are_noticed(lend: Lend) -> None:
    store = PostgresStore(lend)
    build(store)
    (name,) = (name for name in tables(lend) if name.startswith("vectors_"))
    with lend() as connection:
        connection.execute(f"DELETE FROM {name} WHERE row > 190".encode())
        connection.commit()
    with pytest.raises(IndexFolderError, match="has not all of its vectors"):
        store.load()
    with lend() as connection:
        connection.execute(f"DROP TABLE {name}".encode())
        connection.commit()
    assert len(build(store)) == len(store.load()) == 200


def test_who_may_not_add_pgvector_is_told_who_may(postgres: Postgres) -> None:
    owner = connect(postgres.url())
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE ROLE plain LOGIN"))
        connection.execute(text("CREATE DATABASE bare OWNER plain"))
    bare = make_url(postgres.url()).set(username="plain", database="bare")
    engine = connect(bare.difference_update_query(["options"]).render_as_string(False))
    lend = partial(driver_connection, engine)
    try:
        with pytest.raises(IndexFolderError, match="CREATE"), PostgresStore(lend).alone():
            pass
        beside = partial(driver_connection, owner)
        with pytest.raises(IndexFolderError, match="no pgvector on server 1: let a superuser"):
            build(PostgresStore(beside, None, SeveralServers(beside, [lend])))
    finally:
        engine.dispose()
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("DROP DATABASE bare WITH (FORCE)"))
            connection.execute(text("DROP ROLE plain"))
        owner.dispose()


def test_a_database_that_is_away_is_sqlalchemys_error() -> None:
    engine = connect("postgresql://nobody@/nothing?host=/nowhere")
    with pytest.raises(OperationalError):
        PostgresStore(partial(driver_connection, engine)).current()


def test_nothing_of_it_is_loaded_unless_chosen() -> None:
    program = (
        "import sys, index, onesheet.indexing.stores, webapp.app\n"
        "print(*({'psycopg', 'index.pgvector'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "")
