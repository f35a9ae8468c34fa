"""A backup, and the instance made of it."""

import io
import os
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, update

from bandit.models import RecommendationRow
from catalog.database import connect, writing
from catalog.flushing import UnwritableError
from onesheet.backup import back_up
from onesheet.base.home import Home
from onesheet.base.payload import VERSION
from onesheet.doctor import examine
from onesheet.instance import Instance
from onesheet.restore import unpack
from onesheet.storage.transfer import copy_database
from tests.onesheet.storage.test_transfer import contents
from tests.postgres import Postgres, of_sqlite
from webapp.app import create_app

API = "/api/v1/recommendations"


@pytest.fixture
def asked(client: FlaskClient, new_poster: bytes) -> str:
    """An upload that is kept, and rated."""
    said = client.post(API, data={"poster": (io.BytesIO(new_poster), "a.png")}).get_json()
    key = {"Authorization": f"Bearer {said['rating_key']}"}
    client.put(f"{API}/{said['id']}/rating", json={"rating": "good"}, headers=key)
    return str(said["id"])


def nearest(client: FlaskClient, poster: bytes) -> list[tuple[int, float]]:
    form = {"poster": (io.BytesIO(poster), "a.png"), "metric": "manhattan"}
    said = client.post(API, data=form).get_json()
    return [(each["poster_id"], each["distance"]) for each in said["results"]]


@of_sqlite
def test_a_restored_instance_answers_identically_and_is_sound(
    client: FlaskClient, instance: Instance, asked: str, tmp_path: Path, new_poster: bytes
) -> None:
    file, there = tmp_path / "all.tar", tmp_path / "there"
    manifest = back_up(instance.home, file)
    assert file.stat().st_mode & 0o077 == 0
    assert unpack(file, there) == manifest
    app = create_app(there, TESTING=True)
    app.test_client_class = type(client)
    other = app.test_client()
    assert other.get(f"{API}/{asked}").get_json() == client.get(f"{API}/{asked}").get_json()
    assert other.get(f"/uploads/{asked}.jpg").data == client.get(f"/uploads/{asked}.jpg").data
    assert nearest(other, new_poster) == nearest(client, new_poster)
    restored = app.extensions["onesheet"]
    assert [each for each in examine(restored) if not each.well] == []
    assert restored.home.secret.read_bytes() == instance.home.secret.read_bytes()
    restored.close()


def test_what_is_in_postgresql_is_backed_up_as_sqlite(
    client: FlaskClient, instance: Instance, asked: str, tmp_path: Path, postgres: Postgres
) -> None:
    elsewhere = Home(instance.home.folder, postgres.url())
    there = connect(elsewhere.database_url)
    copy_database(instance.engine, there)
    back_up(elsewhere, tmp_path / "all.tar")
    unpack(tmp_path / "all.tar", tmp_path / "there")
    restored = connect(f"sqlite:///{tmp_path / 'there' / 'onesheet.db'}")
    assert contents(restored) == contents(there)
    for engine in (there, restored):
        engine.dispose()


@of_sqlite
def test_an_upload_deleted_meanwhile_is_in_no_backup(
    client: FlaskClient, instance: Instance, asked: str, tmp_path: Path
) -> None:
    instance.thumbs.give(asked, 3, True)
    instance.upload_store.path(asked).unlink()  # as a deletion does, after the snapshot
    back_up(instance.home, tmp_path / "all.tar")
    unpack(tmp_path / "all.tar", tmp_path / "there")
    app = create_app(tmp_path / "there", TESTING=True)
    assert app.test_client().get(f"{API}/{asked}").status_code == 410
    assert app.extensions["onesheet"].thumbs.of(asked) == {}
    app.extensions["onesheet"].close()


@of_sqlite
def test_a_record_that_cannot_be_read_keeps_nothing_else_from_a_backup(
    instance: Instance, asked: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(instance.engine) as session:
        unread = update(RecommendationRow).where(RecommendationRow.id == asked)
        session.execute(unread.values(payload={"version": VERSION + 1}))
    manifest = back_up(instance.home, tmp_path / "all.tar")
    assert "the backup lacks an upload" in caplog.text
    assert f"uploads/{asked}.jpg" not in manifest.files
    assert "onesheet.db" in manifest.files
    assert unpack(tmp_path / "all.tar", tmp_path / "there") == manifest


def test_what_killed_backups_left_is_removed_and_what_is_being_made_is_not(
    instance: Instance, tmp_path: Path
) -> None:
    left, made = (tmp_path / f".onesheet-backup-{name}" for name in ("left", "made"))
    for folder in (left, made):
        folder.mkdir()
        (folder / "backup.tar").write_bytes(b"half of one")
        os.utime(folder, (0, 0))  # only its file is written to
    os.utime(left / "backup.tar", (0, 0))
    back_up(instance.home, tmp_path / "all.tar")
    assert [path.name for path in tmp_path.glob(".*")] == [made.name]


def test_a_disk_too_full_for_the_copy_of_the_database_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fills(*_: object) -> None:
        with create_engine("sqlite://").begin() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
            connection.exec_driver_sql("CREATE TABLE film (title)")

    monkeypatch.setattr("onesheet.backup.moment_of", fills)
    with pytest.raises(UnwritableError, match=re.escape(f"{tmp_path}: No space left")):
        back_up(Home(tmp_path), tmp_path / "all.tar")


@pytest.mark.parametrize("refuses", ["mkdir", "lock"])
def test_an_instance_that_takes_no_lock_is_named_and_not_the_files_disk(
    tmp_path: Path, refuses: str
) -> None:
    home = Home(tmp_path / "instance")
    home.folder.mkdir()
    if refuses == "mkdir":
        home.indexes.symlink_to(home.folder / "gone" / "index")
    else:
        (home.indexes / ".lock").mkdir(parents=True)
    with pytest.raises(UnwritableError, match=re.escape(f"{home.indexes}: ")):
        back_up(home, tmp_path / "all.tar")
