"""Uploads whose time is over, and those that make room for newer ones."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from bandit import FeedbackStore
from bandit.models import RecommendationRow
from catalog.database import writing
from cli.main import main
from onesheet.base.payload import VERSION, PayloadError
from onesheet.instance import Instance
from tests.onesheet.indexing.conftest import until
from tests.onesheet.uploads.conftest import HTML, expire, files, uploaded
from tests.postgres import of_sqlite
from webapp import process_duties


def test_asking_again_keeps_an_upload_no_longer(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    first = uploaded(client, new_poster)
    again = client.post("/recommendations", data={"again": first}).location.rpartition("/")[2]
    one, other = instance.feedback.get(first), instance.feedback.get(again)
    assert one
    assert other
    assert one.expires == other.expires


def test_an_expired_upload_is_gone_even_before_anybody_removed_it(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    for address in ("/r/{}", "/uploads/{}.jpg"):
        name = uploaded(client, new_poster)
        expire(instance, name)
        answer = client.get(address.format(name), headers=HTML)
        assert answer.status_code == 410
        assert "is gone now" in answer.text
        assert files(instance) == []


def test_what_was_asked_about_it_again_goes_with_an_upload_of_that_age(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    first = uploaded(client, new_poster)
    client.post("/recommendations", data={"again": first})
    old = datetime.now(UTC) - timedelta(days=8)
    with writing(instance.engine) as session:
        row = RecommendationRow
        session.execute(update(row).where(row.id == first).values(created=old))
    assert instance.upload_store.prune(timedelta(days=7)).expired == 2
    assert files(instance) == []


@of_sqlite
def test_pruning_removes_what_is_expired_and_nothing_else(
    home: Path, client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    old, young = uploaded(client, new_poster), uploaded(client, new_poster)
    expires = expire(instance, old)
    run = CliRunner().invoke(main, ["--home", str(home), "uploads", "prune", "--json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.output) == {"expired": 1, "strays": 0}
    assert files(instance) == [f"{young}.jpg"]
    assert client.get(f"/r/{young}").status_code == 200
    found = instance.feedback.get(old)
    assert found
    assert found.payload.gone
    assert found.payload.gone.when == expires, "its page names the day that it always named"
    run = CliRunner().invoke(main, ["--home", str(home), "uploads", "prune", "--older-than", "0"])
    assert "Removed 1 uploads" in run.output
    assert files(instance) == []
    assert client.get(f"/r/{young}").status_code == 410


def test_pruning_removes_files_that_no_record_knows_once_they_are_old(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    name = uploaded(client, new_poster)
    for stray in ("stray.webp", ".part.webp.12.ab"):
        (instance.home.uploads / stray).write_bytes(b"?")
    assert instance.upload_store.prune().strays == 0
    for path in instance.home.uploads.iterdir():
        os.utime(path, (0, 0))
    assert instance.upload_store.prune().strays == 2
    assert files(instance) == [f"{name}.jpg"]


def test_pruning_reads_no_payload_of_an_upload_that_is_kept(
    client: FlaskClient, instance: Instance, new_poster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        uploaded(client, new_poster)
    (instance.home.uploads / "stray.jpg").write_bytes(b"?")
    for path in instance.home.uploads.iterdir():
        os.utime(path, (0, 0))
    read: list[str] = []
    monkeypatch.setattr("onesheet.uploads.upload_files.FILES_A_QUERY", 2)
    monkeypatch.setattr(FeedbackStore, "get", lambda _, number: read.append(number))
    assert instance.upload_store.prune().strays == 1
    assert read == ["stray"]


def test_pruning_leaves_what_an_operator_put_into_a_folder_of_uploads(
    instance: Instance,
) -> None:
    kept = instance.home.uploads / "kept" / "note.txt"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"?")
    os.utime(kept, (0, 0))
    assert instance.upload_store.prune().strays == 0
    assert kept.exists()


def test_what_an_operator_put_into_a_folder_of_uploads_takes_none_of_their_room(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    name, large = uploaded(client, new_poster), instance.home.uploads / "kept" / "large.bin"
    large.parent.mkdir()
    large.write_bytes(bytes(1_000_000))
    instance.upload_store._make_room(900_000)
    assert {*files(instance)} == {"kept", f"{name}.jpg"}


def test_a_record_that_cannot_be_read_keeps_its_upload_and_holds_up_no_other(
    client: FlaskClient,
    instance: Instance,
    new_poster: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, other = uploaded(client, new_poster), uploaded(client, new_poster)
    later = client.post("/recommendations", data={"again": first}).location.rpartition("/")[2]
    past, row = expire(instance, other) - timedelta(days=1), RecommendationRow
    with writing(instance.engine) as session:
        session.execute(update(row).where(row.id.in_([first, later])).values(expires=past))
        unread = update(row).where(row.id == later)
        session.execute(unread.values(payload={"version": VERSION + 1}))
    os.utime(instance.home.uploads / f"{later}.jpg", (0, 0))
    pruned = instance.upload_store.prune()
    assert (pruned.expired, pruned.strays) == (1, 0)
    assert {*files(instance)} == {f"{first}.jpg", f"{later}.jpg"}
    assert caplog.text.count("an upload stays") == 2


def test_a_server_goes_on_where_a_record_cannot_be_read(
    app: Flask, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise PayloadError("of a later Onesheet")

    kept_on: list[Callable[[], None]] = []
    monkeypatch.setattr(process_duties, "_keep_on", lambda work, pause: kept_on.append(work))
    monkeypatch.setattr(instance.upload_store, "prune", fails)
    process_duties.look_after(app)
    kept_on[0]()  # raises nothing, which would end its thread


def test_a_folder_of_uploads_has_no_copies_to_look_for(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_on: list[str] = []
    monkeypatch.setattr(
        process_duties, "_keep_on", lambda work, pause: kept_on.append(work.__name__)
    )
    process_duties.look_after(app)
    assert kept_on == ["prune", "forget_raters"]


def test_a_server_prunes_by_itself(
    app: Flask, client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    expire(instance, uploaded(client, new_poster))
    process_duties.look_after(app)
    deadline = time.monotonic() + 300
    while files(instance) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert files(instance) == []


@pytest.mark.parametrize("ahead_by", [timedelta(days=30, hours=2), timedelta(days=4000)])
def test_a_clock_that_is_ahead_before_the_start_deletes_nothing_for_good(
    client: FlaskClient,
    instance: Instance,
    new_poster: bytes,
    monkeypatch: pytest.MonkeyPatch,
    ahead_by: timedelta,
) -> None:
    name = uploaded(client, new_poster)
    ahead = datetime.now(UTC) + ahead_by

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(ahead.timestamp(), tz)

    with monkeypatch.context() as wrong:
        wrong.setattr("onesheet.uploads.store.datetime", Ahead)
        assert instance.upload_store.prune().expired == 0
        assert client.get(f"/r/{name}").status_code == 410
        ahead += timedelta(hours=23)
        assert instance.upload_store.prune().expired == 0
    assert client.get(f"/r/{name}").status_code == 200
    assert client.get(f"/uploads/{name}.jpg").status_code == 200


def test_the_oldest_uploads_make_room(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    first, *others = [uploaded(client, new_poster) for _ in range(4)]
    size = instance.upload_store.path(first).stat().st_size
    few = replace(instance.home.settings, uploads_mb=1)
    object.__setattr__(instance.home, "settings", few)
    del instance.__dict__["upload_store"]
    del instance.__dict__["recommender"]
    instance.upload_store._room = size * 4
    newest = uploaded(client, new_poster)
    until(lambda: len(files(instance)) == 3)
    assert client.get(f"/r/{first}").status_code == 410
    kept = {name.removesuffix(".jpg") for name in files(instance)}
    assert newest in kept
    assert kept < {*others, newest}


def test_processes_that_make_room_at_once_remove_no_more_than_one_would(
    client: FlaskClient, instance: Instance, new_poster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = [uploaded(client, new_poster) for _ in range(4)]
    store = instance.upload_store
    room = 4 * store.path(first).stat().st_size - 1
    remove, meanwhile = store._remove, iter([store._make_room])

    def removed_after_another_made_room(*found: Any) -> list[str]:
        for make_room in meanwhile:
            make_room(room)
        return remove(*found)

    monkeypatch.setattr(store, "_remove", removed_after_another_made_room)
    store._make_room(room)
    assert {*files(instance)} == {f"{name}.jpg" for name in others}
