"""A server that only its own machine reaches, asked under another's name (DNS rebinding)."""

from pathlib import Path

import pytest
from werkzeug.test import create_environ, run_wsgi_app

from webapp.app import create_app
from webapp.server import ListenAddress, names_answered


@pytest.mark.parametrize(
    ("listens", "host", "status"),
    [
        ("127.0.0.1", "localhost:8000", 200),
        ("127.0.0.1", "127.0.0.1:8000", 200),
        ("127.0.0.1", "onesheet.localhost", 200),
        ("127.0.0.1", "evil.example:8000", 400),
        ("127.0.0.1", "127.0.0.1.evil.example", 400),
        ("127.0.0.1", "localhost.evil.example", 400),
        ("::1", "[::1]:8000", 200),
        ("::1", "evil.example", 400),
        ("127.0.0.1", "[", 400),
        ("0.0.0.0", "onesheet.example", 200),  # noqa: S104 - the test's point
    ],
)
def test_only_local_names_reach_a_local_server(
    home: Path, listens: str, host: str, status: int
) -> None:
    app = create_app(home, TESTING=True, **names_answered(ListenAddress(listens, 8000)))
    assert app.test_client().get("/about", headers={"Host": host}).status_code == status
    app.extensions["onesheet"].close()


def test_a_name_whose_brackets_hold_no_address_is_refused(home: Path) -> None:
    app = create_app(home, TESTING=True, **names_answered(ListenAddress("::1", 8000)))
    sent = create_environ("/about", headers={"Host": "[:1]:8000"})  # Flask's client would read it
    assert run_wsgi_app(app, sent, buffered=True)[1].startswith("400")
    app.extensions["onesheet"].close()


def test_the_operator_may_name_others_or_any(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for hosts, other in (("onesheet.example", 400), ("*", 200)):
        monkeypatch.setenv("ONESHEET_TRUSTED_HOSTS", hosts)
        app = create_app(home, TESTING=True, **names_answered(ListenAddress("127.0.0.1", 8000)))
        client = app.test_client()
        assert client.get("/about", headers={"Host": "onesheet.example"}).status_code == 200
        assert client.get("/about", headers={"Host": "evil.example"}).status_code == other
        app.extensions["onesheet"].close()


def test_a_proxy_in_front_tells_who_asks_only_where_it_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    for proxies, secure in (("0", False), ("1", True)):
        monkeypatch.setenv("ONESHEET_PROXIES", proxies)
        app = create_app(home, TESTING=True)
        answer = app.test_client().post("/recommendations", data={"sample": "3"}, headers=said)
        assert answer.headers["Set-Cookie"].startswith("__Host-") == secure
        app.extensions["onesheet"].close()
