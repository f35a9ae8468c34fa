import pytest
from flask import Flask, Response

from webapp.http.security import SECURITY_HEADERS, init_app
from webapp.text import translation


@pytest.fixture
def app() -> Flask:
    app = Flask("guarded")
    translation.init_app(app)
    init_app(app)
    app.add_url_rule("/", "index", lambda: Response("seen"), methods=["GET", "POST"])
    return app


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Origin": "https://localhost"},
    ],
)
def test_our_own_pages_and_programs_may_post(app: Flask, headers: dict[str, str]) -> None:
    assert app.test_client().post("/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://example.org"},
        {"Origin": "http://localhost.example.org"},
        {"Origin": "http://localhost:81"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
def test_another_sites_page_may_not_post(app: Flask, headers: dict[str, str]) -> None:
    assert app.test_client().post("/", headers=headers).status_code == 403


def test_another_site_may_link_to_us(app: Flask) -> None:
    response = app.test_client().get("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 200


def test_every_response_carries_the_security_headers(app: Flask) -> None:
    for path in ("/", "/nowhere"):
        headers = app.test_client().get(path).headers
        assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_no_script_may_come_from_the_page_or_be_evaluated() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
    assert "script-src" not in policy
    assert "default-src 'self';" in policy
