"""Every address there is: who may change something, and what each answer carries."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.routing import Rule

from catalog.database import writing
from catalog.models import Movie
from onesheet.base.home import Home
from onesheet.instance import Instance
from tests.conftest import MOVIES
from webapp.http.security import SECURITY_HEADERS
from webapp.presenting.map_export import map_file

CHANGING = {"POST", "PUT", "DELETE", "PATCH"}
FOREIGN = ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"})
CACHE_RULES = ("no-store", "no-cache", "private", "immutable", "max-age")


def addresses(app: Flask, known: dict[str, object]) -> Iterator[tuple[Rule, str]]:
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {name: known[name] for name in rule.arguments}
        yield rule, adapter.build(rule.endpoint, values)


@pytest.fixture
def known(client: FlaskClient, new_poster: bytes) -> dict[str, object]:
    """Something for each part of an address."""
    form = {"poster": (io.BytesIO(new_poster), "a.png")}
    said = client.post("/api/v1/recommendations", data=form).get_json()
    first = said["results"][0]
    return {
        "recommendation_id": said["id"],
        "poster_id": first["poster_id"],
        "content_hash": first["content_hash"],
        "name": "Drama",
        "slug": "drama",
        "width": 92,
        "fingerprint": "0" * 64,
        "filename": "a",
    }


def test_no_other_site_changes_anything_anywhere(
    app: Flask, client: FlaskClient, known: dict[str, object]
) -> None:
    walked = 0
    for rule, address in addresses(app, known):
        for method in (rule.methods or set()) & CHANGING:
            for headers in FOREIGN:
                answer = client.open(address, method=method, headers=headers)
                assert answer.status_code == 403, (method, address)
                walked += 1
    assert walked >= 30
    assert client.get(f"/r/{known['recommendation_id']}").status_code == 200


def test_every_answer_carries_the_headers_and_says_how_long_it_keeps(
    app: Flask, client: FlaskClient, known: dict[str, object]
) -> None:
    for rule, address in addresses(app, known):
        if "GET" not in (rule.methods or ()):
            continue
        answer = client.get(address)
        assert answer.status_code < 500, address
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers.get(name) == value, (address, name)
        before_styles = answer.headers["Content-Security-Policy"].partition("style-src")[0]
        assert "unsafe-inline" not in before_styles
        if answer.mimetype == "text/html":
            assert "<script>" not in answer.text, address
            assert " onclick=" not in answer.text, address
        rule_said = answer.headers.get("Cache-Control", "")
        assert any(word in rule_said for word in CACHE_RULES), (address, rule_said)
        assert "Set-Cookie" not in answer.headers, address


def test_the_cookie_is_kept_from_scripts_and_other_sites(
    client: FlaskClient, new_poster: bytes
) -> None:
    for base, secure in (("http://localhost", False), ("https://localhost", True)):
        form = {"poster": (io.BytesIO(new_poster), "a.png")}
        (cookie,) = client.post("/recommendations", data=form, base_url=base).headers.getlist(
            "Set-Cookie"
        )
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert ("Secure" in cookie) is secure
        assert cookie.startswith("__Host-") is secure
        assert "Domain" not in cookie


class TestOfBarePosters:
    """What a folder of pictures gives: titles and years, without genres, ratings and votes."""

    @pytest.fixture(autouse=True)
    def _bare(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("index.map._NEIGHBOURS", MOVIES)  # as `mapped` does
        instance = Instance(Home(home))
        with writing(instance.engine) as session:
            session.execute(update(Movie).values(genres=(), rating=None, votes=None))
        instance.builder.build(with_map=True)
        instance.close()

    def test_every_page_opens(
        self, app: Flask, client: FlaskClient, known: dict[str, object]
    ) -> None:
        for rule, address in addresses(app, known):
            if "GET" in (rule.methods or ()):
                assert client.get(address).status_code < 500, address
        answer = f"/r/{known['recommendation_id']}"
        for address in (answer, f"{answer}/report", "/map", "/genres", "/trends", "/films?q=film"):
            assert client.get(address).status_code == 200, address
        assert "Where it hangs among all posters" in client.get(answer).text
        assert "Each point is one of 80 posters." in client.get("/map").text
        assert client.get("/map.json").get_json()["regions"] == []
        assert "Each point is one of 80 posters." in map_file(app)
