"""What all pages have in common."""

import dataclasses
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog.records import MovieRecord
from onesheet.instance import Instance
from tests.absence import absent
from webapp.app import create_app

HOSTILE = '<script>alert("1")</script> & "Sons\''


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    return answer.text


def test_titles_are_escaped_on_every_page(client: FlaskClient, instance: Instance) -> None:
    card = instance.catalog.cards([4])[4]
    facts = {
        field.name: getattr(card, field.name)
        for field in dataclasses.fields(MovieRecord)
        if hasattr(card, field.name)
    }
    instance.catalog.add(MovieRecord(**{**facts, "tmdb_id": None, "title": HOSTILE}), None, "test")
    assert instance.catalog.cards([4])[4].title == HOSTILE
    own = client.post("/recommendations", data={"sample": "4"}).location
    shown = [client.post("/recommendations", data={"sample": str(n)}).location for n in (1, 2, 3)]
    for address in ("/", own, *shown):
        text = page(client, address)
        assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in page(client, own)


def test_every_page_has_a_language_a_title_a_heading_and_a_way_past_the_header(
    client: FlaskClient,
) -> None:
    result = client.post("/recommendations", data={"sample": "3"}).location
    for address, status in (("/", 200), (result, 200), ("/learning", 200), ("/about", 200),
                            ("/nothing-here", 404)):  # fmt: skip
        text = page(client, address, status)
        assert '<html lang="en"' in text
        assert re.search(r"<title>[^<]+Onesheet|<title>Onesheet", text)
        assert text.count("<h1") == 1
        assert 'href="#content"' in text
        assert "<script>" not in text
        assert not re.search(r"\son[a-z]+=", text)


def test_pages_load_nothing_from_other_hosts(client: FlaskClient) -> None:
    result = client.post("/recommendations", data={"sample": "3"}).location
    for address in ("/", result, "/learning", "/about"):
        loaded = re.findall(r'(?:src|srcset|action)="([^"]*)"', page(client, address))
        loaded += re.findall(r'<link[^>]*href="([^"]*)"', page(client, address))
        assert loaded
        assert all(each.startswith(("/", "data:")) for each in loaded)
        assert not any(each.startswith("//") for each in loaded)


def test_beside_every_page_stands_its_json(client: FlaskClient, instance: Instance) -> None:
    for path in ("/about", "/genres", "/genres/drama", "/learning"):
        assert client.get(path).status_code == 200, path
        assert f'type="application/json" href="{path}.json"' in client.get(path).text
        answer = client.get(f"{path}.json")
        assert answer.status_code == 200, path
        assert answer.is_json, path
    about = client.get("/about.json").get_json()
    assert about["model"]["fingerprint"] == instance.embedder().fingerprint
    assert about["index"]["posters"] == about["catalogue"]["posters"] == len(instance.index())
    genres = client.get("/genres.json").get_json()
    assert client.get("/genres/drama.json").get_json() in genres["genres"]
    assert client.get("/genres/nothing.json").status_code == 404


def test_a_worker_begins_while_postgresql_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if find_spec("psycopg") is None:
        absent("no PostgreSQL can be asked here: psycopg is not installed")
    monkeypatch.setenv("ONESHEET_DATABASE_URL", "postgresql://nobody@/nothing?host=/nowhere")
    app = create_app(tmp_path)
    assert "the database is away" in caplog.text
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/api/v1/posters?id=1").status_code == 503
    app.extensions["onesheet"].close()
