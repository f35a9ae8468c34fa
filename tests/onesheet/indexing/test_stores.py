"""An instance whose vectors are in PostgreSQL, from two machines with folders of their own."""

import io
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from catalog.database import connect, driver_connection
from embedder import Embedder
from embedder.card import save_model
from index import Metric
from onesheet.base.home import DATABASE_VARIABLE, Home
from onesheet.base.settings import (
    PGVECTOR,
    VECTORS_IN,
    VECTORS_SERVERS,
    Settings,
    SettingsError,
)
from onesheet.doctor import examine
from onesheet.indexing.lock import BusyError
from onesheet.instance import Instance
from onesheet.readiness import readiness
from tests.conftest import drawn, movie
from tests.onesheet.indexing.conftest import add, rows, same_as, until
from tests.postgres import Postgres
from tests.tiny_model import tiny_card, tiny_onnx
from webapp.app import create_app
from webapp.process_duties import warm


@pytest.fixture
def far(chosen: Instance, tmp_path: Path) -> Iterator[Instance]:
    """Another machine: the same database, model and pictures, and no index folder."""
    folder = tmp_path / "far"
    folder.mkdir()
    shutil.copytree(chosen.home.model, folder / "model")
    chosen.home.uploads.mkdir(exist_ok=True)
    (folder / "posters").symlink_to(chosen.home.posters)
    (folder / "uploads").symlink_to(chosen.home.uploads)
    far = Instance(Home(folder, chosen.home.database, settings=chosen.home.settings))
    yield far
    far.close()


def serves(instance: Instance, fingerprint: str) -> bool:
    return instance.index().manifest.fingerprint == fingerprint


def test_embeddings_are_taken_over_from_the_folder(
    chosen: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Instance(Home(chosen.home.folder)).index()
    monkeypatch.setattr(Embedder, "read", lambda *_, **__: pytest.fail("a poster was read"))
    index = chosen.builder.build()
    np.testing.assert_array_equal(index.poster_ids, before.poster_ids)
    np.testing.assert_array_equal(
        index.embeddings(index.poster_ids), before.embeddings(before.poster_ids)
    )
    assert index.manifest.overlap == before.manifest.overlap


def test_an_answer_is_the_folders(chosen: Instance) -> None:
    folder = Instance(Home(chosen.home.folder, chosen.home.database))
    chosen.builder.build()
    (vector,) = chosen.embedder().read([drawn(999)]).embeddings
    counts = dict.fromkeys(Metric, 7)
    assert chosen.index().search_each(vector, counts) == folder.index().search_each(vector, counts)
    assert same_as(chosen, 7) == movie(7).imdb_id
    folder.close()


def test_films_that_come_on_one_machine_are_found_on_the_other(
    chosen: Instance, far: Instance
) -> None:
    chosen.builder.build()
    assert len(far.index()) == 80
    number = add(chosen, 600)
    assert same_as(far, 600) == movie(600).imdb_id
    assert number in far.index().poster_ids
    chosen.catalog.remove(movie(600).imdb_id)
    assert same_as(far, 600) is None
    for each in (chosen, far):
        found = {finding.name: finding for finding in (*examine(each), *readiness(each))}
        assert [name for name, finding in found.items() if not finding.well] == []
        assert "80 posters in PostgreSQL" in found["index"].detail


def test_a_new_index_is_taken_up_by_the_other_machine_without_losing_a_film(
    chosen: Instance, far: Instance
) -> None:
    old = chosen.builder.build().manifest.fingerprint
    assert far.index().manifest.fingerprint == old
    numbers = [add(far, number) for number in range(700, 705)]
    new = chosen.builder.build(anew=True).manifest.fingerprint
    assert new != old
    for each in (far, chosen):
        until(partial(serves, each, new))
    assert far.index().holds(numbers).all()
    chosen.builder.build(anew=True)
    assert rows(chosen) == 0, "two indexes know them"


def test_another_model_is_taken_up(chosen: Instance, far: Instance) -> None:
    chosen.builder.build()
    assert len(far.index()) == 80
    for home in (chosen.home, far.home):
        save_model(home.model, tiny_onnx(3).SerializeToString(), tiny_card("other"))
    other = Instance(Home(chosen.home.folder, chosen.home.database, settings=far.home.settings))
    made_by = other.builder.build().manifest.model
    until(lambda: far.opened().embedder.fingerprint == made_by)
    assert far.index().manifest.model == made_by
    assert same_as(far, 7) == movie(7).imdb_id
    other.close()


def test_two_machines_do_not_build_at_once(chosen: Instance, far: Instance) -> None:
    chosen.builder.build()
    with chosen.live().store.alone(), pytest.raises(BusyError):
        far.upkeep.catch_up()
    assert far.upkeep.catch_up().changed == 0


def test_a_server_answers_from_it(
    chosen: Instance, monkeypatch: pytest.MonkeyPatch, new_poster: bytes
) -> None:
    chosen.builder.build()
    shutil.rmtree(chosen.home.indexes)
    monkeypatch.setenv(DATABASE_VARIABLE, chosen.home.database or "")
    monkeypatch.setenv(VECTORS_IN, PGVECTOR)
    app = create_app(chosen.home.folder)
    client = app.test_client()
    answer = client.post("/api/v1/recommendations", data={"poster": (io.BytesIO(new_poster), "p")})
    assert answer.status_code == 201
    assert len(answer.get_json()["results"]) == 5
    assert client.get(f"/r/{answer.get_json()['id']}").status_code == 200
    assert client.get("/readyz").status_code == 200
    app.extensions["onesheet"].close()


def test_pgvector_needs_a_postgresql(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ONESHEET_DATABASE_URL names no PostgreSQL"):
        Home(tmp_path, settings=Settings(vectors=PGVECTOR))
    with pytest.raises(SettingsError, match="must be one of faiss, pgvector"):
        Settings.from_environment({VECTORS_IN: "elsewhere"})


@pytest.fixture
def spread(chosen: Instance, postgres: Postgres, second_postgres: Postgres) -> Iterator[Instance]:
    """The same instance with its vectors on two servers."""
    servers = (postgres.url(), second_postgres.url())
    settings = Settings(vectors=PGVECTOR, vectors_servers=servers)
    spread = Instance(Home(chosen.home.folder, chosen.home.database, settings=settings))
    yield spread
    spread.close()


def test_vectors_on_two_servers_are_one_index(chosen: Instance, spread: Instance) -> None:
    chosen.builder.build()
    (vector,) = chosen.embedder().read([drawn(999)]).embeddings
    counts = dict.fromkeys(Metric, 7)
    before = chosen.index().search_each(vector, counts)
    spread.builder.build(anew=True)
    assert spread.index().search_each(vector, counts) == before
    number = add(spread, 600)
    assert same_as(spread, 600) == movie(600).imdb_id
    assert number in spread.index().poster_ids


def test_a_part_that_is_lost_makes_it_unready(spread: Instance) -> None:
    spread.builder.build()
    assert {each.name for each in readiness(spread) if not each.well} == set()
    table = "SELECT tablename FROM pg_tables WHERE tablename LIKE 'vectors\\_%' AND schemaname = "
    server = connect(spread.home.settings.vectors_servers[1])
    with driver_connection(server) as connection:
        (name,) = connection.execute(f"{table} current_schema()").fetchone()
        connection.execute(f"DROP TABLE {name}")
        connection.commit()
    server.dispose()
    for asked in (readiness, examine):
        assert {each.name for each in asked(spread) if not each.well} >= {"index"}


def test_a_worker_begins_while_a_server_is_away(
    spread: Instance, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    spread.builder.build()
    there = spread.home.settings.vectors_servers[0]
    monkeypatch.setenv(DATABASE_VARIABLE, spread.home.database or "")
    monkeypatch.setenv(VECTORS_IN, PGVECTOR)
    monkeypatch.setenv(VECTORS_SERVERS, f"{there} postgresql://nobody@/nothing?host=/nowhere")
    app = create_app(spread.home.folder)
    warm(app)
    assert "not ready" in caplog.text
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["wrong"]) == (503, ["index"])
    app.extensions["onesheet"].close()


def test_servers_of_vectors_are_postgresql_beside_a_postgresql(tmp_path: Path) -> None:
    said = {VECTORS_IN: PGVECTOR, VECTORS_SERVERS: "postgresql://a/x  postgres://b/y"}
    found = Settings.from_environment(said)
    assert found.vectors_servers == ("postgresql://a/x", "postgres://b/y")
    Home(tmp_path, "postgres://c/z", settings=found)
    for text, vectors in (("sqlite:///a.db", PGVECTOR), ("postgresql://a/x", "faiss")):
        settings = Settings.from_environment({VECTORS_IN: vectors, VECTORS_SERVERS: text})
        with pytest.raises(SettingsError, match=VECTORS_SERVERS):
            Home(tmp_path, "postgresql://c/z", settings=settings)
