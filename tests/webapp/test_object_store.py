"""Several machines with homes of their own, one database, and one object store for their files."""

import io
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.catalog import Catalog
from catalog.file_store import FolderFiles
from catalog.files import PosterFiles
from onesheet.backup import back_up
from onesheet.base.home import Home
from onesheet.doctor import examine
from onesheet.instance import Instance
from onesheet.readiness import readiness
from onesheet.restore import unpack
from onesheet.storage.file_places import UPLOADS_KEPT, FileKind, file_store
from tests.conftest import ClosingClient
from tests.object_store import ObjectStore
from tests.onesheet.indexing.conftest import until
from tests.postgres import of_sqlite
from webapp.app import create_app

API = "/api/v1/recommendations"

pytestmark = of_sqlite


@pytest.fixture
def machine(
    home: Path, tmp_path: Path, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Flask]]:
    """Starts the application on a new machine: its home has a model alone, and the store none."""
    monkeypatch.setenv("ONESHEET_FILES", object_store.address())
    monkeypatch.setenv("ONESHEET_DATABASE_URL", f"sqlite:///{home / 'onesheet.db'}")
    kinds: tuple[FileKind, ...] = ("posters", "index", "genres")
    for kind in kinds:
        files, before = file_store(Home.at(home), kind), FolderFiles(home / kind)
        for entry in before.entries():
            files.write(entry.name, before.read(entry.name))
    apps: list[Flask] = []

    def started(name: str) -> Flask:
        shutil.copytree(home / "model", tmp_path / name / "model")
        apps.append(create_app(tmp_path / name, TESTING=True))
        apps[-1].test_client_class = ClosingClient
        return apps[-1]

    yield started
    for app in apps:
        app.extensions["onesheet"].close()


def of(app: Flask) -> Instance:
    found = app.extensions["onesheet"]
    assert isinstance(found, Instance)
    return found


def asked(client: FlaskClient, poster: bytes) -> dict[str, str]:
    answer = client.post(API, data={"poster": (io.BytesIO(poster), "a.png")})
    assert answer.status_code == 201, answer.text
    said: dict[str, str] = answer.get_json()
    return said


def copies(instance: Instance, kind: str) -> list[Path]:
    return [path for path in (instance.home.cache / kind).rglob("*") if path.is_file()]


def test_what_one_machine_is_given_another_shows_and_deletes(
    machine: Callable[[str], Flask], new_poster: bytes
) -> None:
    one, other = machine("one"), machine("other")
    said = asked(one.test_client(), new_poster)
    picture = f"/uploads/{said['id']}.jpg"
    shown = other.test_client().get(picture)
    assert shown.status_code == 200
    assert shown.data == one.test_client().get(picture).data
    page = other.test_client().get(f"/r/{said['id']}")
    assert page.status_code == 200
    key = {"Authorization": f"Bearer {said['delete_key']}"}
    assert other.test_client().delete(f"{API}/{said['id']}", headers=key).status_code == 204
    for app in (one, other):
        assert app.test_client().get(picture).status_code == 410
        assert of(app).upload_store._files.entry(f"{said['id']}.jpg") is None
    assert copies(of(other), "uploads") == []


def test_a_copy_of_an_upload_that_was_deleted_elsewhere_is_removed(
    machine: Callable[[str], Flask], new_poster: bytes
) -> None:
    one, other = machine("one"), machine("other")
    said = asked(one.test_client(), new_poster)
    assert other.test_client().get(f"/uploads/{said['id']}.jpg").status_code == 200
    (copy,) = copies(of(other), "uploads")
    key = {"Authorization": f"Bearer {said['delete_key']}"}
    one.test_client().delete(f"{API}/{said['id']}", headers=key)
    old = time.time() - 2 * UPLOADS_KEPT - 1
    os.utime(copy, (old, old))
    of(other).upload_store.forget_copies()
    assert copies(of(other), "uploads") == []


def test_posters_are_shown_from_the_store_and_kept_in_the_cache(
    machine: Callable[[str], Flask],
) -> None:
    other = machine("other")
    card = of(other).catalog.all_cards()[0]
    assert other.test_client().get(f"/posters/{card.content_hash}.webp").status_code == 200
    assert other.test_client().get(f"/posters/{card.content_hash}-92.webp").status_code == 200
    assert not (of(other).home.folder / "posters").exists()
    kept = {path.name for path in copies(of(other), "posters")}
    assert {f"{card.content_hash}.webp", f"{card.content_hash}-92.webp"} <= kept


def test_a_thumbnail_that_is_kept_fetches_no_poster(machine: Callable[[str], Flask]) -> None:
    app = machine("one")
    card = of(app).catalog.all_cards()[0]
    address = f"/posters/{card.content_hash}-92.webp"
    first = app.test_client().get(address)
    copy = of(app).home.cache / "posters" / PosterFiles(Path()).name(card.content_hash)
    copy.unlink()
    assert app.test_client().get(address).data == first.data
    assert not copy.exists()


def test_the_machines_sign_with_one_secret(machine: Callable[[str], Flask]) -> None:
    one, other = machine("one"), machine("other")
    assert one.secret_key == other.secret_key
    assert not of(one).home.secret.exists()


def test_the_oldest_uploads_of_all_machines_go_where_there_is_no_room(
    machine: Callable[[str], Flask], new_poster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asked(machine("one").test_client(), new_poster)
    other = machine("other")
    monkeypatch.setattr(of(other).upload_store, "_room", 1)
    asked(other.test_client(), new_poster)
    there = other.test_client()
    until(lambda: there.get(f"/uploads/{first['id']}.jpg").status_code == 410)


def test_the_doctor_looks_into_the_store(
    machine: Callable[[str], Flask], new_poster: bytes
) -> None:
    app = machine("one")
    said = asked(app.test_client(), new_poster)
    found = {each.name: each for each in examine(of(app))}
    assert found["files"].detail.endswith("takes and gives them")
    assert all(found[name].well for name in ("files", "posters", "uploads"))
    assert all(each.well for each in readiness(of(app)))
    assert of(app).catalog.flaws().lost == []
    card = of(app).catalog.all_cards()[0]
    of(app).poster_files.write(f"{card.content_hash[:2]}/{card.content_hash}.webp", b"damaged")
    of(app).upload_store._files.write(f"{said['id']}.jpg", b"damaged")
    found = {each.name: each for each in examine(of(app))}
    assert not found["posters"].well
    assert not found["uploads"].well


def test_a_store_that_is_away_is_a_503_and_not_ready(
    machine: Callable[[str], Flask], new_poster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = machine("one")
    of(app).index()
    monkeypatch.setattr(
        "catalog.file_store.object_files.ObjectFiles._system",
        property(lambda self: (_ for _ in ()).throw(ConnectionError("nobody answers"))),
    )
    card = of(app).catalog.all_cards()[1]
    assert app.test_client().get(f"/posters/{card.content_hash}.webp").status_code == 503
    form = {"poster": (io.BytesIO(new_poster), "a.png")}
    assert app.test_client().post(API, data=form).status_code == 503
    assert app.test_client().get("/readyz").get_json()["wrong"] == ["files"]


def test_a_backup_has_the_files_of_the_store(
    machine: Callable[[str], Flask],
    new_poster: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = machine("one")
    said = asked(app.test_client(), new_poster)
    back_up(of(app).home, tmp_path / "all.tar")
    unpack(tmp_path / "all.tar", tmp_path / "there")
    for name in ("ONESHEET_FILES", "ONESHEET_DATABASE_URL"):
        monkeypatch.delenv(name)
    restored = create_app(tmp_path / "there", TESTING=True)
    restored.test_client_class = ClosingClient
    assert restored.secret_key == app.secret_key
    assert restored.test_client().get(f"/uploads/{said['id']}.jpg").status_code == 200
    catalog: Catalog = of(restored).catalog
    assert catalog.flaws().lost == []
    assert of(restored).embedder().fingerprint == of(app).embedder().fingerprint
    assert len(of(restored).builder.build()) == 80, "its index is in no backup"
    of(restored).close()
