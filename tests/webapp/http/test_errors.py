import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onesheet.base.home import DATABASE_VARIABLE
from onesheet.instance import Instance
from webapp.app import create_app

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(autouse=True)
def _nothing_is_written(app: Flask) -> Iterator[None]:
    instance = app.extensions["onesheet"]
    before = written(instance)
    yield
    assert written(instance) == before


def written(instance: Instance) -> tuple[int, list[str]]:
    path = instance.home.folder / "onesheet.db"
    with sqlite3.connect(path) as database:
        count = database.execute("SELECT count(*) FROM recommendations").fetchone()[0]
    database.close()
    return count, sorted(map(str, instance.home.uploads.glob("**/*")))


def is_one_sentence(text: str) -> bool:
    return 10 < len(text) < 250 and text.endswith(".") and "Traceback" not in text


def refused(response: Any, *statuses: int) -> str:
    assert response.status_code in statuses, response.text
    sentence = response.get_json()["error"]
    assert response.get_json()["detail"] == sentence
    assert response.get_json()["status"] == response.status_code
    assert is_one_sentence(sentence), sentence
    return str(sentence)


API = "/api/v1/recommendations"


def cannot_write(response: object, log: str) -> None:
    assert response.status_code == 503  # type: ignore[attr-defined]
    sentence = response.get_json()["error"]  # type: ignore[attr-defined]
    assert "cannot write to its folder" in sentence
    assert sentence.rstrip(").").rpartition(" ")[2] in log


def test_an_upload_that_cannot_be_kept_says_so(
    app: Flask, instance: Instance, new_poster: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    instance.home.uploads.write_bytes(b"a file where the folder belongs")
    response = app.test_client().post(API, data={"poster": (io.BytesIO(new_poster), "p.png")})
    cannot_write(response, caplog.text)
    assert str(instance.home.folder) not in response.text


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
    other = sqlite3.connect(instance.home.folder / "onesheet.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    response = client.post(API, json={"imdb": "tt0000002"})
    other.close()
    assert response.status_code == 503
    assert "busy" in response.get_json()["error"]


def test_a_method_there_is_not_is_refused_with_those_there_are(client: FlaskClient) -> None:
    response = client.get(API)
    assert "front page" not in refused(response, 405)
    assert "POST" in response.headers["Allow"]


def test_a_page_there_is_not_is_refused_in_the_readers_shape(client: FlaskClient) -> None:
    assert client.get("/nowhere", headers=HTML).mimetype == "text/html"
    refused(client.get("/nowhere", headers={"Accept": "application/json"}), 404)
    refused(client.get("/api/v2/anything"), 404)
    for address in ("/trends.csv?by=month", "/metrics"):
        refused(client.get(address), 400, 404)
        assert client.get(address, headers=HTML).mimetype == "text/html"


def test_a_failure_of_ours_is_logged_and_shown_as_a_number_only(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    monkeypatch.setattr(Instance, "opened", lambda self: 1 / 0)
    response = app.test_client().post(API, json={"imdb": "tt0000002"})
    assert response.status_code == 500
    sentence = response.get_json()["error"]
    incident = sentence.rstrip(".").rpartition(" ")[2]
    assert "ZeroDivisionError" not in sentence
    assert incident in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_an_instance_without_an_index_says_so(
    app: Flask, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (home / "index" / "current").unlink()
    response = app.test_client().post(API, json={"imdb": "tt0000002"})
    assert response.status_code == 503
    assert str(home) not in response.text
    assert "onesheet index" in caplog.text
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").get_json() == {"ready": False, "wrong": ["index"]}


def test_what_was_not_fetched_is_not_called_a_poster_that_cannot_be_read(
    client: FlaskClient,
) -> None:
    unread = {"poster": (io.BytesIO(b"no picture"), "poster.jpg")}
    for sent, heading in (
        ({"q": "http://localhost/x"}, "That could not be fetched"),
        (unread, "That is no poster we can read"),
    ):
        answer = client.post("/recommendations", data=sent, headers=HTML)
        assert answer.status_code == 422
        assert f"<h1>{heading}</h1>" in answer.text


def test_a_page_is_headed_by_what_happened(client: FlaskClient) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    no_answer = "/r/nothing-of-that/delete"
    for address, fields, headers, status, heading in (
        ("/recommendations", {"q": "tt9999999"}, {}, 404, "No such film here"),
        (no_answer, {}, {}, 404, "Nothing hangs here"),
        (no_answer, {}, foreign, 403, "Not from there"),
    ):
        answer = client.post(address, data=fields, headers=HTML | headers)
        assert answer.status_code == status
        assert f"<h1>{heading}</h1>" in answer.text


def test_what_cannot_be_written_is_not_headed_as_not_ready(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    instance.home.uploads.write_bytes(b"a file where the folder belongs")
    poster = {"poster": (io.BytesIO(new_poster), "p.png")}
    answer = client.post("/recommendations", data=poster, headers=HTML)
    assert answer.status_code == 503
    assert "<h1>Nothing can be written</h1>" in answer.text


@pytest.mark.parametrize("page", ["batch", "compare"])
def test_where_several_posters_may_come_their_own_limit_is_named(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setattr(f"webapp.routes.{page}.MOST_BODY_OF_SEVERAL", 100)
    files = [(io.BytesIO(b"x" * 200), "large.png")]
    answer = client.post(f"/{page}", data={"poster": files}, headers=HTML)
    assert answer.status_code == 413
    assert "Together these are more than 120 MB" in answer.text
