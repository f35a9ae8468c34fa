"""A password for everybody, keys for programs, and a server that only shows."""

import io
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash

from onesheet.storage.api_keys import PREFIX, Scope
from tests.webapp.standing_clocks import stop_minutes
from webapp.app import create_app
from webapp.http.access import (
    CHANGES_NOTHING,
    DELETING,
    FOR_PROBES,
    TAKING_SEVERAL,
    PasswordCheck,
)
from webapp.http.rate_limits import GUESSES
from webapp.http.security import MAX_BODY

PLAIN = "correct horse"
HASH = generate_password_hash(PLAIN, method="pbkdf2:sha256:10")


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"any:{password}".encode()).decode()}


def visitor(home: Path, monkeypatch: pytest.MonkeyPatch, **settings: str) -> FlaskClient:
    stop_minutes(monkeypatch)
    for name, value in settings.items():
        monkeypatch.setenv(f"ONESHEET_{name}", value)
    return create_app(home, TESTING=True).test_client()


@pytest.mark.parametrize("password", [PLAIN, HASH], ids=["plain", "hashed"])
def test_nobody_comes_in_without_the_password(
    home: Path, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    client = visitor(home, monkeypatch, PASSWORD=password)
    for headers in ({}, basic("wrong"), basic(password + "x"), {"Authorization": "Bearer x"}):
        answer = client.get("/collections", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert client.get("/api/v1/bandit").status_code == 401
    for _ in range(2):
        assert client.get("/collections", headers=basic(PLAIN)).status_code == 200
    # A program needs the Authorization header for the key that came with an answer.
    header = {"X-Onesheet-Password": PLAIN, "Authorization": "Bearer x"}
    assert client.get("/collections", headers=header).status_code == 200
    assert client.get("/healthz").status_code == 200
    client.application.extensions["onesheet"].close()


def test_a_hash_is_no_password() -> None:
    assert PasswordCheck(PLAIN)(PLAIN)
    assert not PasswordCheck(HASH)(HASH)
    assert PasswordCheck(HASH)(PLAIN)


def test_a_server_that_only_shows_takes_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visitor(home, monkeypatch, READ_ONLY="on")
    said: Any = client.post("/api/v1/recommendations", json={"imdb": "demo-0001"})
    assert said.status_code == 403
    assert "only shows" in said.get_json()["detail"]
    assert client.get("/collections").status_code == 200
    assert client.post("/batch.csv", data={"poster": "x" * 16}).status_code == 200
    client.application.extensions["onesheet"].close()


API = "/api/v1/recommendations"


@pytest.mark.parametrize("setting", [{"PASSWORD": PLAIN}, {"READ_ONLY": "on"}, {}])
def test_a_key_opens_what_its_scopes_say_and_nothing_else(
    home: Path, monkeypatch: pytest.MonkeyPatch, new_poster: bytes, setting: dict[str, str]
) -> None:
    client = visitor(home, monkeypatch, **setting)
    keys = client.application.extensions["onesheet"].api_keys
    made = {each: {"X-Onesheet-Key": keys.add(each.value, [each])} for each in Scope}
    every = {"X-Onesheet-Key": keys.add("every", Scope)}

    def form() -> dict[str, Any]:
        return {"poster": (io.BytesIO(new_poster), "a.png")}

    said = client.post(API, data=form(), headers=every).get_json()
    answer, mine = f"{API}/{said['id']}", {"Authorization": f"Bearer {said['delete_key']}"}
    rated = {"json": {"rating": "good"}}

    def opened(
        method: str, address: str, more: dict[str, str] | None = None, **sent: Any
    ) -> set[Scope]:
        found = set()
        for scope, key in made.items():
            data = {"data": form()} if sent.get("data") else sent
            code = client.open(
                address, method=method, headers=key | (more or {}), **data
            ).status_code
            assert code in (200, 201, 204, 403), code
            found |= {scope} if code != 403 else set()
        return found

    assert opened("GET", "/collections") == opened("GET", answer) == {Scope.READ}
    assert opened("POST", API, json={"imdb": "demo-0001"}) == {Scope.SEARCH}
    assert opened("POST", API, data=True) == {Scope.UPLOAD}
    files = (new_poster, bytes(2 * MAX_BODY))
    part = b'--x\r\nContent-Disposition: form-data; name="poster"; filename="a"\r\n\r\n'
    large: Any = {
        "data": b"".join(part + each + b"\r\n" for each in files) + b"--x--",
        "content_type": "multipart/form-data; boundary=x",
    }
    assert client.post("/batch", headers=every, **large).status_code == 200
    assert opened("PUT", f"{answer}/rating", mine, **rated) == {Scope.RATE}
    assert opened("DELETE", answer, mine) == {Scope.UPLOAD}
    keys.revoke("read")
    for wrong in (made[Scope.READ], {"X-Onesheet-Key": PREFIX}, basic(PREFIX + "x")):
        refused = client.get("/collections", headers=wrong)
        assert refused.status_code == 401
        assert "revoked" in refused.text
    assert client.get("/metrics", headers=basic(every["X-Onesheet-Key"])).status_code == 404
    client.application.extensions["onesheet"].close()


def test_one_key_is_counted_wherever_it_comes_from(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visitor(home, monkeypatch, UPLOADS_A_MINUTE="2", PASSWORD=PLAIN)
    keys = client.application.extensions["onesheet"].api_keys
    sent = {"X-Onesheet-Key": keys.add("nightly", [Scope.SEARCH])}

    def ask(number: int) -> int:
        where = {"REMOTE_ADDR": f"203.0.113.{number}"}
        film = {"imdb": "demo-0001"}
        return client.post(API, json=film, headers=sent, environ_base=where).status_code

    assert [ask(number) for number in range(3)] == [201, 201, 429]
    client.application.extensions["onesheet"].close()


@pytest.mark.parametrize("password", [PLAIN, HASH], ids=["plain", "hashed"])
def test_guessing_is_stopped_and_only_where_it_comes_from(
    home: Path, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    client = visitor(home, monkeypatch, PASSWORD=password)

    def came(said: str, address: str) -> int:
        there = {"REMOTE_ADDR": address}
        return client.get("/about", headers=basic(said), environ_base=there).status_code

    codes = {came(f"wrong {number}", "203.0.113.5") for number in range(GUESSES)}
    assert codes == {401}
    assert came("another", "203.0.113.5") == 429
    assert came(PLAIN, "198.51.100.7") == 200
    assert [came("wrong", "127.0.0.1") for _ in range(GUESSES + 1)][-1] == 401
    client.application.extensions["onesheet"].close()


@pytest.mark.parametrize("setting", [{"PASSWORD": PLAIN}, {}])
def test_a_key_that_is_none_is_refused_whatever_it_begins_with(
    home: Path, monkeypatch: pytest.MonkeyPatch, setting: dict[str, str]
) -> None:
    client = visitor(home, monkeypatch, **setting)
    refused = client.get("/collections", headers={"X-Onesheet-Key": "nonsense"})
    assert refused.status_code == 401
    assert "revoked" in refused.text
    client.application.extensions["onesheet"].close()


def test_what_is_treated_apart_exists(app: Flask) -> None:
    assert {*FOR_PROBES, *DELETING, *TAKING_SEVERAL, *CHANGES_NOTHING} <= set(app.view_functions)
