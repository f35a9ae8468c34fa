"""Deleting an upload: who may, and that nothing of it stays."""

import errno
import os
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bandit.models import RecommendationRow
from catalog.database import reading
from catalog.file_store import FolderFiles
from onesheet.instance import Instance
from tests.onesheet.uploads.conftest import API, HTML, files, stored, upload, uploaded
from tests.postgres import of_sqlite


def test_only_the_browser_that_uploaded_it_is_offered_to_delete_and_can(
    app: Flask, client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    name = uploaded(client, new_poster)
    stranger = app.test_client()
    assert "Delete it now" in client.get(f"/r/{name}").text
    assert "Delete it now" not in stranger.get(f"/r/{name}").text
    refusal = stranger.post(f"/r/{name}/delete", headers=HTML)
    assert refusal.status_code == 403
    assert "Only whoever uploaded" in refusal.text
    assert "delete_key that came with" in refusal.text
    uploaded(stranger, new_poster)  # a key of its own does not help either
    assert stranger.post(f"/r/{name}/delete", headers=HTML).status_code == 403
    assert client.get(f"/uploads/{name}.jpg").status_code == 200
    assert client.post(f"/r/{name}/delete").status_code == 303
    assert f"{name}.jpg" not in files(instance)


def test_the_key_is_a_cookie_no_script_or_other_site_gets(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    cookie = upload(client, new_poster).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    key = cookie.partition("=")[2].partition(";")[0]
    assert len(key) >= 32
    assert key not in stored(instance)


def test_what_is_deleted_says_so_everywhere(client: FlaskClient, new_poster: bytes) -> None:
    name = uploaded(client, new_poster)
    client.post(f"/r/{name}/delete")
    page = client.get(f"/r/{name}", headers=HTML)
    assert page.status_code == 410
    assert "This poster was deleted on" in page.text
    for address in (
        *(f"/r/{name}.json", f"{API}/{name}", f"/uploads/{name}.jpg"),
        f"{API}/{name}/why/1",
    ):
        answer = client.get(address, headers={"Accept": "application/json"})
        assert answer.status_code == 410, address
        assert "was deleted" in answer.get_json()["error"]
    assert client.post(f"/r/{name}/delete").status_code == 410
    assert client.post("/recommendations", data={"again": name}).status_code == 410


def test_a_rating_counts_after_deletion_but_nothing_of_the_poster_stays(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    name = uploaded(client, new_poster)
    before = instance.feedback.get(name)
    assert before
    client.post(f"/r/{name}/rating", data={"rating": "good"})
    client.post(f"/r/{name}/delete")
    after = instance.feedback.get(name)
    assert after
    assert after.rating == "good"
    assert sum(arm.rated for arm in instance.recommender.bandit().arms) == 1
    text = stored(instance)
    assert before.payload.query.content_hash not in text
    assert (before.payload.query.owner or "") not in text
    assert "Drama" not in text
    assert after.payload.neighbourhood == ()
    assert not any(after.payload.results.values())
    assert after.agreeing == before.agreeing


def test_deleting_takes_along_what_was_asked_about_the_same_upload(
    app: Flask, client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    first = uploaded(client, new_poster)
    stranger = app.test_client()
    again = stranger.post("/recommendations", data={"again": first, "restrict": "false"})
    second = again.location.rpartition("/")[2]
    other = uploaded(client, new_poster)
    assert "Delete it now" not in stranger.get(f"/r/{second}").text
    client.post(f"/r/{first}/delete")
    assert client.get(f"/r/{second}").status_code == 410
    assert files(instance) == [f"{other}.jpg"]


def owner(instance: Instance, name: str) -> str:
    """The digest of the key that may delete an upload."""
    record = instance.feedback.get(name)
    assert record
    return str(record.payload.query.owner)


def test_a_file_that_cannot_be_removed_keeps_no_other_and_no_record(
    client: FlaskClient,
    instance: Instance,
    new_poster: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = uploaded(client, new_poster)
    again = client.post("/recommendations", data={"again": name}).location.rpartition("/")[2]
    remove = FolderFiles.remove

    def fails(kept: FolderFiles, file: str) -> None:
        if file == f"{name}.jpg":
            raise OSError(errno.EIO, "the disk is ill")
        remove(kept, file)

    with monkeypatch.context() as ill:
        ill.setattr(FolderFiles, "remove", fails)
        with pytest.raises(OSError, match="the disk is ill"):
            instance.upload_store.delete(name, owner(instance, name))
    assert {client.get(f"/r/{each}").status_code for each in (name, again)} == {410}
    assert files(instance) == [f"{name}.jpg"]
    os.utime(instance.home.uploads / f"{name}.jpg", (0, 0))
    assert instance.upload_store.prune().strays == 1
    assert files(instance) == []


def test_thumbs_go_with_the_record_or_not_at_all(
    client: FlaskClient,
    instance: Instance,
    new_poster: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = uploaded(client, new_poster)
    instance.thumbs.give(name, 1, True)

    def fails(*_: object) -> None:
        raise OSError(errno.ENOSPC, "the disk is full")

    with monkeypatch.context() as full:
        full.setattr("onesheet.uploads.store.forget_thumbs", fails)
        with pytest.raises(OSError, match="full"):
            instance.upload_store.delete(name, owner(instance, name))
    assert client.get(f"/r/{name}").status_code == 200
    assert instance.thumbs.of(name) == {1: True}
    instance.upload_store.delete(name, owner(instance, name))
    assert instance.thumbs.of(name) == {}


def test_programs_delete_by_the_key_in_the_answer(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    body = client.post(API, data={"poster": (BytesIO(new_poster), "p.png")}).get_json()
    address, key = f"{API}/{body['id']}", body["delete_key"]
    assert key not in client.get(address).text
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {key}"}):
        assert client.delete(address, headers=headers).status_code == 403
    assert client.delete(address, headers={"Authorization": f"Bearer {key}"}).status_code == 204
    assert client.get(address).status_code == 410
    assert client.delete(f"{API}/unknown").status_code == 404
    assert files(instance) == []


def test_a_film_of_the_catalogue_has_no_key_and_cannot_be_deleted(client: FlaskClient) -> None:
    body = client.post(API, json={"imdb": "demo-0001"}).get_json()
    assert "delete_key" not in body
    assert body["expires"] is None
    answer = client.delete(f"{API}/{body['id']}", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 403


@pytest.mark.parametrize("when", ["before its file", "before its row"])
def test_a_copy_that_is_asked_for_while_its_poster_is_deleted_is_not_kept(
    client: FlaskClient,
    instance: Instance,
    new_poster: bytes,
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    name = uploaded(client, new_poster)
    mine = instance.feedback.get(name)
    assert mine
    write, store = FolderFiles.write, instance.upload_store

    def meanwhile(kept: FolderFiles, copy: str, data: bytes) -> None:
        if when == "before its row":
            write(kept, copy, data)
        store.delete(name, str(mine.payload.query.owner))
        if when == "before its file":
            write(kept, copy, data)

    monkeypatch.setattr(FolderFiles, "write", meanwhile)
    answer = client.post("/recommendations", data={"again": name}, headers=HTML)
    assert answer.status_code == 410
    assert "was deleted" in answer.text
    assert files(instance) == []
    assert stored(instance).count("deleted") == 1
    assert mine.payload.query.content_hash not in stored(instance)


@of_sqlite
def test_nothing_of_a_deleted_upload_is_left_in_the_databases_files(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    name = uploaded(client, new_poster)
    record = instance.feedback.get(name)
    assert record
    mark = record.payload.query.content_hash.encode()
    for _ in range(3):
        client.post("/recommendations", data={"again": name})

    def holding() -> list[str]:
        paths = instance.home.folder.glob("onesheet.db*")
        return sorted(path.name for path in paths if mark in path.read_bytes())

    assert holding()
    assert client.post(f"/r/{name}/delete").status_code == 303
    assert holding() == []


@of_sqlite
def test_a_reader_that_stays_is_waited_for_in_vain_and_said_to_be_there(
    client: FlaskClient,
    instance: Instance,
    new_poster: bytes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("catalog.database.sqlite.SETTLING", 0.01)
    name = uploaded(client, new_poster)
    with reading(instance.engine) as session:
        session.scalars(select(RecommendationRow.id)).all()
        assert client.post(f"/r/{name}/delete").status_code == 303
    assert "-wal" in caplog.text
    instance.upload_store.prune()
    assert (instance.home.folder / "onesheet.db-wal").stat().st_size == 0
