"""Keeping an upload, or not: what is stored of it and what its page tells."""

import errno
import os
import re
import shutil
import time
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from bandit.models import RecommendationRow
from catalog.database import querying
from catalog.flushing import UnwritableError
from catalog.images import content_hash, decode, to_webp
from onesheet.base.settings import Settings
from onesheet.instance import Instance
from onesheet.queries.query import Query
from onesheet.recommending.neighbourhood import Neighbourhood
from tests.onesheet.uploads.conftest import API, HTML, files, stored, upload, uploaded
from tests.postgres import of_sqlite


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


def test_only_asking_sets_a_cookie(client: FlaskClient) -> None:
    for address in ("/", "/films?q=film", "/learning", "/about"):
        assert "Set-Cookie" not in client.get(address).headers
    assert "Set-Cookie" in client.post("/recommendations", data={"sample": "3"}).headers


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


def test_a_part_of_what_is_not_kept_is_rated_without_a_false_reason(
    client: FlaskClient, new_poster: bytes
) -> None:
    page = upload(client, new_poster, keep="false", crop="0,0,1,0.5").text
    name = re.findall(r'action="/r/([\w-]+)/rating"', page)[0]
    rated = client.post(f"/r/{name}/rating", data={"rating": "bad"})
    assert "kept but not credited to" in rated.text
    assert "within a minute" not in rated.text


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
