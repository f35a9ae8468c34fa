"""Style, scripts and fonts: kept for good under one fingerprint, never from elsewhere."""

import gzip
import re
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.http import assets
from webapp.http import cache_headers as keeping
from webapp.resources import resources

BUDGET = 150_000
"""Bytes the first page may weigh before posters, compressed."""


@pytest.fixture
def first_page(client: FlaskClient) -> str:
    return client.get("/").text


def address(client: FlaskClient, name: str) -> str:
    with client.application.test_request_context():
        return assets.asset_url(name)


def test_assets_are_kept_for_good_under_their_fingerprint(client: FlaskClient) -> None:
    answer = client.get(address(client, "tokens.css"))
    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    assert answer.cache_control.immutable
    assert answer.cache_control.max_age == keeping.A_YEAR


def test_an_old_fingerprint_is_served_but_not_kept(client: FlaskClient) -> None:
    answer = client.get("/assets/000000000000/tokens.css")
    assert answer.status_code == 200
    assert answer.cache_control.no_cache
    assert not answer.cache_control.immutable


@pytest.mark.parametrize("name", ["nothing.css", "../pyproject.toml", "fonts/Other.otf", ""])
def test_only_assets_are_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/000000000000/{name}").status_code == 404


def test_the_same_bytes_come_packed_or_plain(client: FlaskClient) -> None:
    where = address(client, assets.PLOTLY)
    packed = client.get(where, headers={"Accept-Encoding": "gzip"})
    plain = client.get(where, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < 1_600_000


def test_every_asset_that_a_page_or_a_style_sheet_names_exists(client: FlaskClient) -> None:
    result = client.post("/recommendations", data={"sample": "3"}).location
    named = set()
    for page in ("/", result, "/map", "/learning", "/about", "/nowhere"):
        named |= set(re.findall(r'"(/assets/[^"]+)"', client.get(page).text))
    checked: set[str] = set()
    while wanting := named - checked:
        each = wanting.pop()
        answer = client.get(each)
        assert answer.status_code == 200, each
        checked.add(each)
        if each.endswith((".css", ".js")):
            further = re.findall(r'(?:url\(|from )"([^"]+)"', answer.text)
            named |= {urljoin(each, one) for one in further}
    assert {each.rpartition("/")[2] for each in named} >= {"tokens.css", "plots.js", "card.js"}


def test_the_first_page_is_light_before_its_posters(client: FlaskClient, first_page: str) -> None:
    named = set(re.findall(r'"(/assets/[^"]+)"', first_page))
    packed = {"Accept-Encoding": "gzip"}
    weight = len(gzip.compress(first_page.encode()))
    weight += sum(len(client.get(each, headers=packed).data) for each in named)
    assert weight < BUDGET
    assert assets.PLOTLY not in first_page


def test_scripts_need_no_eval_and_name_no_other_host() -> None:
    for script in resources("static").rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function|innerHTML", text), script.name
        assert not re.search(r"https?://", text), script.name


def test_the_icon_is_where_browsers_look(client: FlaskClient) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"


def test_a_changed_file_changes_the_address(app: Flask, tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    (tmp_path / "a.css").write_text("a{}")
    before = assets.Assets(tmp_path).fingerprint
    (tmp_path / "a.css").write_text("b{}")
    assert assets.Assets(tmp_path).fingerprint != before
