"""Collections: the page, what a link carries, and files of it."""

import csv
import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from onesheet.instance import Instance
from webapp.app import create_app


def test_the_page_is_the_same_for_everybody(client: FlaskClient) -> None:
    answer = client.get("/collections")
    assert answer.status_code == 200
    assert "<h1" in answer.text
    assert "Set-Cookie" not in answer.headers
    former = client.get("/shortlist")
    assert former.status_code == 301
    assert former.location == "/collections"


@pytest.fixture
def said(client: FlaskClient, instance: Instance) -> dict[str, str | list[str]]:
    """What a link says: two films with notes, one of them gone, and a search."""
    found = client.post("/recommendations", data={"sample": "3"}).location.rpartition("/")[2]
    check = instance.catalog.cards([5])[5].content_hash[:6]
    return {
        "name": "Noir <b>references",
        "note": "For Anna\nby Friday",
        "search": [found],
        "film": [f"5-{check}.0 =Red title", "4", "9999 gone"],
    }


def test_a_link_shows_the_collection_it_carries(
    client: FlaskClient, instance: Instance, said: dict[str, str | list[str]]
) -> None:
    answer = client.get("/collections/shared", query_string=said)
    cards = instance.catalog.cards([3, 5, 4])
    places = [answer.text.index(f"<b>{card.title}</b>") for card in cards.values()]
    assert places == sorted(places)
    assert "Noir &lt;b&gt;references</h1>" in answer.text
    assert "For Anna\nby Friday" in answer.text
    assert "=Red title" in answer.text
    assert "1 film is no longer in this catalogue" in answer.text
    assert f'href="/r/{said["search"][0]}"' in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers


def test_a_shared_page_gives_files_without_a_script(
    client: FlaskClient, said: dict[str, str | list[str]]
) -> None:
    text = client.get("/collections/shared", query_string=said).text
    form = text[text.index('action="/collections/export"') :]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    assert sorted(name for name, _ in fields) == ["film", "film", "film", "name", "note", "search"]


def test_the_csv_has_searches_films_and_notes_and_no_formula(
    client: FlaskClient, said: dict[str, str | list[str]]
) -> None:
    answer = client.post("/collections/export", data={**said, "format": "csv"})
    assert answer.mimetype == "text/csv"
    assert 'filename="Noir -b-references.csv"' in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["kind"] for row in rows] == ["search", "film", "film"]
    assert [row["title"] for row in rows] == ["Film No. 3", "Film No. 5", "Film No. 4"]
    assert rows[1]["note"] == "'=Red title"
    assert rows[0]["permalink"] == rows[1]["permalink"] == f"http://localhost/r/{said['search'][0]}"
    assert rows[2]["permalink"] == ""
    assert rows[2]["imdb_url"] == "https://www.imdb.com/title/tt0000004/"


def test_what_is_no_collection_is_refused_in_a_sentence(client: FlaskClient) -> None:
    for answer in (
        client.get("/collections/shared"),
        client.get("/collections/shared?film=x"),
        client.post("/collections/export", data={"film": "1", "format": "exe"}),
    ):
        assert answer.status_code == 400
        assert 'class="lead"' in answer.text


def test_a_server_that_only_shows_still_gives_files(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONESHEET_READ_ONLY", "on")
    app = create_app(home, TESTING=True)
    fields = {"film": "5", "format": "csv"}
    assert app.test_client().post("/collections/export", data=fields).status_code == 200
    app.extensions["onesheet"].close()


def test_of_several_posters_searched_together_the_one_that_hangs_is_named(
    client: FlaskClient,
) -> None:
    found = client.post("/recommendations", data={"like": ["4", "6"]}).location.rpartition("/")[2]
    text = client.get("/collections/shared", query_string={"film": "5", "search": found}).text
    assert "<b>Film No. 4 + Film No. 6</b>" in text
    assert 'alt="Poster of Film No. 4"' in text
