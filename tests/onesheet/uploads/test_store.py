"""Uploads: whose they are, how long they stay, and what is left of them."""

import errno
import json
import os
import re
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update

from bandit.models import RecommendationRow
from catalog.database import querying, reading, writing
from catalog.file_store import FolderFiles
from catalog.flushing import UnwritableError
from catalog.images import content_hash, decode, to_webp
from cli.main import main
from onesheet.base.settings import Settings
from onesheet.instance import Instance
from onesheet.queries.query import Query
from onesheet.recommending.neighbourhood import Neighbourhood
from tests.postgres import of_sqlite
from webapp.server import look_after

HTML = {"Accept": "text/html"}
API = "/api/v1/recommendations"


def upload(client: FlaskClient, poster: bytes, **fields: str) -> Any:
    data = {"poster": (BytesIO(poster), "mine.png"), **fields}
    return client.post("/recommendations", data=data, headers=HTML)


def uploaded(client: FlaskClient, poster: bytes) -> str:
    """The id of a kept upload."""
    answer = upload(client, poster)
    assert answer.status_code == 303
    return str(answer.location.rpartition("/")[2])


def stored(instance: Instance) -> str:
    """Everything the database says of recommendations, as text."""
    with querying(instance.engine) as connection:
        return repr(connection.execute(select(RecommendationRow.__table__)).all())


def files(instance: Instance) -> list[str]:
    return sorted(path.name for path in instance.home.uploads.glob("*"))


def expire(instance: Instance, recommendation_id: str) -> None:
    past = datetime.now(UTC) - timedelta(days=1, minutes=1)
    with writing(instance.engine) as session:
        row = RecommendationRow
        session.execute(update(row).where(row.id == recommendation_id).values(expires=past))


def test_an_upload_is_kept_re_encoded_without_metadata_for_thirty_days(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    notes = Image.Exif()
    notes[0x010E] = "secret description"
    buffer = BytesIO()
    Image.open(BytesIO(new_poster)).save(buffer, "JPEG", exif=notes)
    found = instance.feedback.get(uploaded(client, buffer.getvalue()))
    assert found
    assert found.expires == found.created + timedelta(days=30)
    kept = instance.upload_store.path(found.id).read_bytes()
    assert b"secret" not in kept
    assert Image.open(BytesIO(kept)).format == "JPEG"


def test_search_engines_are_told_to_leave_uploads_out(
    client: FlaskClient, new_poster: bytes
) -> None:
    name = uploaded(client, new_poster)
    for address in (f"/r/{name}", f"/r/{name}.json", f"/uploads/{name}.jpg"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "noindex" in answer.headers["X-Robots-Tag"]
    assert 'name="robots" content="noindex"' in client.get(f"/r/{name}").text
    assert "no-cache" in client.get(f"/uploads/{name}.jpg").headers["Cache-Control"]


def test_the_permalink_has_a_json_twin(client: FlaskClient, new_poster: bytes) -> None:
    name = uploaded(client, new_poster)
    client.post(f"/r/{name}/rating", data={"rating": "good"})  # before, the arm is untold
    assert client.get(f"/r/{name}.json").get_json() == client.get(f"{API}/{name}").get_json()
    assert client.get("/r/unknown.json").get_json()["error"]


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


def test_only_asking_sets_a_cookie(client: FlaskClient) -> None:
    for address in ("/", "/films?q=film", "/learning", "/about"):
        assert "Set-Cookie" not in client.get(address).headers
    assert "Set-Cookie" in client.post("/recommendations", data={"sample": "3"}).headers


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


def test_asking_again_keeps_an_upload_no_longer(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    first = uploaded(client, new_poster)
    again = client.post("/recommendations", data={"again": first}).location.rpartition("/")[2]
    one, other = instance.feedback.get(first), instance.feedback.get(again)
    assert one
    assert other
    assert one.expires == other.expires


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


def test_what_is_not_to_be_kept_is_shown_once_and_stored_nowhere(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    answer = upload(client, new_poster, keep="false")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.count('class="film"') == 5
    assert 'src="data:image/jpeg;base64,' in answer.text
    assert "Your poster is not kept" in answer.text
    assert files(instance) == []
    with querying(instance.engine) as connection:
        row = RecommendationRow
        ((kept, name),) = connection.execute(select(row.payload, row.id))
    assert kept["neighbourhood"] == []
    assert kept["query"] == {"kind": "upload", "poster_id": None, "content_hash": ""}
    gone = client.get(f"/r/{name}", headers=HTML)
    assert gone.status_code == 410
    assert "was not kept" in gone.text


def test_an_answer_shown_once_can_be_rated_and_teaches(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    page = upload(client, new_poster, keep="false").text
    name = re.findall(r'action="/r/([\w-]+)/rating"', page)[0]
    rated = client.post(f"/r/{name}/rating", data={"rating": "bad"})
    assert rated.status_code == 200
    assert "Thank you." in rated.text
    assert 'id="feedback"' in rated.text
    assert sum(arm.rated for arm in instance.recommender.bandit().arms) == 1
    undone = client.post(f"/r/{name}/rating", data={"rating": "none"})
    assert "Thank you." not in undone.text
    assert sum(arm.rated for arm in instance.recommender.bandit().arms) == 0


def test_programs_may_ask_not_to_keep_it(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    data = {"poster": (BytesIO(new_poster), "p.png"), "keep": "false"}
    body = client.post(API, data=data).get_json()
    assert len(body["results"]) == 5
    assert "delete_key" not in body
    assert files(instance) == []
    assert client.get(f"{API}/{body['id']}").status_code == 410
    data = {"poster": (BytesIO(new_poster), "p.png"), "keep": "maybe"}
    assert client.post(API, data=data).status_code == 400


def test_an_operator_can_keep_none(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    instance.home = replace(instance.home, settings=Settings(keep_days=0))
    assert upload(client, new_poster).status_code == 200
    assert files(instance) == []
    assert "Posters are never kept here" in client.get("/").text


def test_an_upload_touches_no_disk_before_it_is_kept(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **named: Any) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    buffer = BytesIO()
    Image.effect_noise((1200, 1800), 90).convert("RGB").save(buffer, "PNG")
    assert len(buffer.getvalue()) > 2**20
    head = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = head.format("keep", "").encode() + b"false\r\n"
    body += head.format("poster", '; filename="p.png"').encode() + buffer.getvalue() + b"\r\n--x--"
    kind = "multipart/form-data; boundary=x"
    assert client.post("/recommendations", data=body, content_type=kind).status_code == 200


def test_nothing_is_left_of_an_upload_whose_answer_failed(
    instance: Instance, new_poster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        for _try in range(3000):  # its file is written meanwhile
            if files(instance):
                raise MemoryError
            time.sleep(0.01)

    monkeypatch.setattr(Neighbourhood, "find", fails)
    with pytest.raises(MemoryError):
        instance.recommender.ask(Query(decode(new_poster), content_hash(new_poster)))
    assert files(instance) == []


@of_sqlite
def test_an_upload_that_is_recorded_keeps_its_poster_though_the_disk_fails_then(
    client: FlaskClient, instance: Instance, new_poster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By SQLite's log the record is there for whoever asks, unless power is lost."""

    def fail(path: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr("catalog.database.sqlite.flush_path", fail)
        answer = upload(client, new_poster)
    assert answer.status_code == 503
    assert len(files(instance)) == 1
    recorded = instance.feedback.get(files(instance)[0].removesuffix(".jpg"))
    assert recorded
    assert instance.upload_store.is_whole(recorded)


def test_an_upload_whose_file_cannot_be_written_is_not_recorded(
    instance: Instance, new_poster: bytes
) -> None:
    shutil.rmtree(instance.home.uploads, ignore_errors=True)
    instance.home.uploads.write_text("no folder")
    before = stored(instance)
    with pytest.raises(UnwritableError):
        instance.recommender.ask(Query(decode(new_poster), content_hash(new_poster)))
    assert stored(instance) == before


def test_an_expired_upload_is_gone_even_before_anybody_removed_it(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    for address in ("/r/{}", "/uploads/{}.jpg"):
        name = uploaded(client, new_poster)
        expire(instance, name)
        answer = client.get(address.format(name), headers=HTML)
        assert answer.status_code == 410
        assert "was kept until" in answer.text
        assert files(instance) == []


def test_pruning_removes_what_is_expired_and_nothing_else(
    home: Path, client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    old, young = uploaded(client, new_poster), uploaded(client, new_poster)
    expire(instance, old)
    run = CliRunner().invoke(main, ["--home", str(home), "uploads", "prune", "--json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.output) == {"expired": 1, "strays": 0}
    assert files(instance) == [f"{young}.jpg"]
    assert client.get(f"/r/{young}").status_code == 200
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


def test_a_server_prunes_by_itself(
    app: Flask, client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    expire(instance, uploaded(client, new_poster))
    look_after(app)
    deadline = time.monotonic() + 300
    while files(instance) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert files(instance) == []


def test_an_upload_kept_as_webp_before_is_still_shown_and_deleted(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    name = upload(client, new_poster).location.rpartition("/")[2]
    kept = instance.upload_store.path(name)
    former = kept.with_suffix(".webp")
    former.write_bytes(to_webp(decode(kept.read_bytes())))
    kept.unlink()
    assert client.get(f"/uploads/{name}.jpg").mimetype == "image/webp"
    assert client.post(f"/r/{name}/delete").status_code == 303
    assert files(instance) == []


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
    assert client.get(f"/r/{first}").status_code == 410
    kept = {name.removesuffix(".jpg") for name in files(instance)}
    assert newest in kept
    assert first not in kept
    assert kept < {*others, newest}
