"""A folder nobody can write to: said plainly, logged with a number, nothing half-written."""

import io
import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp import create_app
from webapp.files import UnwritableError, check_writable, write_atomically
from webapp.instance import DATABASE_VARIABLE, Instance

API = "/api/v1/recommendations"


def cannot_write(response: object, log: str) -> None:
    assert response.status_code == 503  # type: ignore[attr-defined]
    sentence = response.get_json()["error"]  # type: ignore[attr-defined]
    assert "cannot write to its folder" in sentence
    assert sentence.rstrip(").").rpartition(" ")[2] in log


def test_an_upload_that_cannot_be_kept_says_so(
    app: Flask, instance: Instance, new_poster: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    instance.uploads.write_bytes(b"a file where the folder belongs")
    response = app.test_client().post(API, data={"poster": (io.BytesIO(new_poster), "p.png")})
    cannot_write(response, caplog.text)
    assert str(instance.home) not in response.text


def test_a_read_only_database_says_so(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = home / "onesheet.db"
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///file:{path}?mode=ro&uri=true")
    app = create_app(home, TESTING=True)
    cannot_write(app.test_client().post(API, json={"imdb": "tt0000002"}), caplog.text)
    app.extensions["onesheet"].close()


def test_a_locked_database_is_called_busy(client: FlaskClient, instance: Instance) -> None:
    instance.engine.dispose()
    with instance.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(instance.home / "onesheet.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    response = client.post(API, json={"imdb": "tt0000002"})
    other.close()
    assert response.status_code == 503
    assert "busy" in response.get_json()["error"]


def test_a_thumbnail_that_cannot_be_kept_is_sent_all_the_same(
    client: FlaskClient, instance: Instance
) -> None:
    instance.thumbnails.write_bytes(b"a file where the folder belongs")
    digest = instance.catalog.by_imdb("demo-0001")[0].content_hash
    response = client.get(f"/posters/{digest}-92.webp")
    assert (response.status_code, response.mimetype) == (200, "image/webp")
    assert response.data.startswith(b"RIFF")


def test_a_file_that_cannot_be_written_names_its_folder_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(UnwritableError, match=f"cannot write to {tmp_path}: "):
        write_atomically(tmp_path / "taken", b"data")
    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]


def test_a_writable_folder_is_made_and_left_as_it_was(tmp_path: Path) -> None:
    check_writable(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
