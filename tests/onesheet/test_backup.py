"""A backup, and the instance made of it."""

import io
import random
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.database import connect
from onesheet.backup import CONTENTS, BackupError, back_up, unpack
from onesheet.base.home import Home
from onesheet.doctor import examine
from onesheet.instance import Instance
from onesheet.storage.transfer import copy_database
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
    rows = copy_database(instance.engine, there)
    back_up(elsewhere, tmp_path / "all.tar")
    unpack(tmp_path / "all.tar", tmp_path / "there")
    restored = connect(f"sqlite:///{tmp_path / 'there' / 'onesheet.db'}")
    again = connect(postgres.url())
    assert copy_database(restored, again) == rows
    for engine in (there, restored, again):
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


def cut(data: bytearray, place: int) -> bytes:
    return bytes(data[:place])


def flipped(data: bytearray, place: int) -> bytes:
    data[place] ^= 1 << place % 8
    return bytes(data)


@pytest.mark.parametrize("damage", [cut, flipped])
def test_no_damaged_backup_is_restored(
    instance: Instance, tmp_path: Path, damage: Callable[[bytearray, int], bytes]
) -> None:
    file, bad, there = tmp_path / "all.tar", tmp_path / "bad.tar", tmp_path / "there"
    back_up(instance.home, file)
    data = file.read_bytes()
    with tarfile.open(file) as tar:
        infos = tar.getmembers()
    # Within what is read: not in the padding after a file, nor after the end.
    places = [
        info.offset_data + rng.randrange(info.size)
        for rng in [random.Random(7)]
        for info in rng.sample(infos, 10)
    ]
    for place in places:
        bad.write_bytes(damage(bytearray(data), place))
        with pytest.raises(BackupError):
            unpack(bad, there)
        assert not there.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.tar", "bad.tar", "instance"]


@pytest.mark.parametrize("name", ["../evil", "/evil", "posters/../../evil", "posters/.evil"])
def test_a_backup_that_reaches_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / "evil.tar"
    with tarfile.open(file, "w") as tar:
        for each in (name, CONTENTS):
            info = tarfile.TarInfo(each)
            info.size = 2
            tar.addfile(info, io.BytesIO(b"{}"))
    with pytest.raises(BackupError):
        unpack(file, tmp_path / "there")
    assert [path.name for path in tmp_path.iterdir()] == ["evil.tar"]


def test_nothing_is_overwritten(app: Flask, instance: Instance, tmp_path: Path) -> None:
    file = tmp_path / "all.tar"
    back_up(instance.home, file)
    with pytest.raises(BackupError, match="already"):
        back_up(instance.home, file)
    with pytest.raises(BackupError, match="already"):
        unpack(file, instance.home.folder)
    with pytest.raises(BackupError, match="not there"):
        unpack(tmp_path / "none.tar", tmp_path / "there")


def test_a_backup_may_be_unpacked_where_one_stands(
    app: Flask, instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(instance.home, tmp_path / "all.tar")
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "there")
    unpack(tmp_path / "all.tar", Path())
    assert (tmp_path / "there" / "onesheet.db").is_file()
    with pytest.raises(BackupError, match=r"none\.tar is not there"):
        unpack(tmp_path / "none.tar", tmp_path / "new")
    with pytest.raises(BackupError, match="cannot be read"):
        unpack(tmp_path, tmp_path / "new")
    assert not (tmp_path / "new").exists()
