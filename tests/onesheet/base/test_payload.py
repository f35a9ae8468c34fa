"""The record is read whatever version of Onesheet wrote it; each shape stands here as it was."""

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace
from sqlalchemy import update

from bandit import Rating
from bandit.models import RecommendationRow
from catalog.database import writing
from onesheet.base.payload import (
    CODEC,
    PLAIN,
    VERSION,
    FoundFilm,
    Payload,
    PayloadError,
    RecordedNeighbour,
    RecordedQuery,
    Removal,
    View,
    kind_in,
)
from onesheet.instance import Instance
from tests.postgres import of_sqlite

FIRST = """{
  "query": {"kind": "upload", "poster_id": null, "content_hash": "ab12"},
  "same_as": 7, "k": 2,
  "results": {"cosine": [[4, 0.012345, 99.5], [2, 0.25, 80.0]],
              "euclidean": [[4, 1.5, 99.5], [2, 2, 80]], "manhattan": [[2, 9.0, 97.1]]},
  "neighbourhood": [[4, 0.012345, 99.5], [2, 0.25, 80.0], [9, 0.3, 71.25]],
  "genres": {"Drama": 0.91, "Comedy": 0.25}, "scores": [0.1, 0.2, 0.3, 0.4, 0]
}"""
"""Without anything that came in later."""
RESTRICTED = """{
  "query": {"kind": "catalogue", "poster_id": 3, "content_hash": "ab12"},
  "same_as": null, "k": 1,
  "results": {"cosine": [[4, 0.5, 99.5]]}, "neighbourhood": [[4, 0.5, 99.5]],
  "restrict": true, "restricted_to": ["Drama"],
  "genres": {"Drama": 0.91}, "predicted": ["Drama"], "scores": [0.1, 0.2, 0.3, 0.4, 0.0],
  "decades": {"1990": 0.75, "2000": 0.25}, "score_told": false
}"""
"""With the restriction to the predicted genres, predictions and decades."""
VIEWED = """{
  "query": {"kind": "catalogue", "poster_id": 3, "content_hash": "ab12"},
  "same_as": null, "k": 1,
  "results": {"cosine": [[4, 0.5, 99.5]]}, "neighbourhood": [[4, 0.5, 99.5]],
  "restrict": false, "restricted_to": null,
  "view": {"balance": 0.3, "colour": 0, "genres": ["Drama"], "decades": [1990, 2000]},
  "genres": {"Drama": 0.91}, "predicted": [], "scores": [0.1, 0.2, 0.3, 0.4, 0.0],
  "decades": {"1990": 1.0}, "score_told": true
}"""
"""With filters and weights."""
OWNED = """{
  "query": {"kind": "upload", "poster_id": null, "content_hash": "ab12",
            "film": {"title": "Amélie", "year": null, "imdb_id": "tt0211915",
                     "poster_url": "https://image.example/p.jpg"},
            "owner": "d1", "root": "r1"},
  "same_as": null, "k": 1,
  "results": {"cosine": [[4, 0.5, 99.5]]}, "neighbourhood": [[4, 0.5, 99.5]],
  "restrict": true, "restricted_to": null, "view": null,
  "genres": {"Drama": 0.91}, "predicted": [], "scores": [0.1, 0.2, 0.3, 0.4, 0.0],
  "decades": {"1990": 1.0}, "score_told": true, "decades_told": false
}"""
"""With the uploader, the film that the catalogue lacks, and whether decades are worth showing."""
REDACTED = """{
  "query": {"kind": "upload", "poster_id": null, "content_hash": ""},
  "same_as": null, "k": 5,
  "results": {"cosine": [], "euclidean": [], "manhattan": []}, "neighbourhood": [],
  "restrict": null, "genres": {}, "scores": [],
  "gone": {"why": "deleted", "when": "2026-03-04T05:06:07.000008+00:00"}
}"""
"""What is left of an upload that is gone."""
NUMBERED = OWNED.replace("{", '{"version": 2, ', 1)
SHAPES = (FIRST, RESTRICTED, VIEWED, OWNED, REDACTED, NUMBERED)


def read(text: str) -> Payload:
    payload: Payload = CODEC.decode(json.loads(text))
    return payload


def test_a_record_of_the_first_shape_is_read() -> None:
    found = read(FIRST)
    assert found.version == 1
    assert found.query == RecordedQuery("upload", None, "ab12")
    assert (found.same_as, found.k) == (7, 2)
    assert found.results["euclidean"][1] == RecordedNeighbour(2, 2.0, 80.0)
    assert [row.poster_id for row in found.neighbourhood] == [4, 2, 9]
    assert list(found.genres.items()) == [("Drama", 0.91), ("Comedy", 0.25)]
    assert found.scores == [0.1, 0.2, 0.3, 0.4, 0.0]
    assert (found.restrict, found.restricted_to, found.view, found.gone) == (None,) * 4
    assert (found.predicted, found.decades) == ([], {})
    assert (found.score_told, found.decades_told) == (True, True)
    assert not found.draft


def test_a_record_with_a_restriction_and_decades_is_read() -> None:
    found = read(RESTRICTED)
    assert found.query.poster_id == 3
    assert (found.restrict, found.restricted_to, found.predicted) == (True, ["Drama"], ["Drama"])
    assert found.decades == {"1990": 0.75, "2000": 0.25}
    assert (found.score_told, found.decades_told) == (False, True)


def test_a_record_with_a_view_is_read() -> None:
    found = read(VIEWED)
    assert found.view == View(0.3, 0.0, ("Drama",), (1990, 2000))
    assert found.restrict is False


def test_a_record_with_an_uploader_and_a_film_from_elsewhere_is_read() -> None:
    query = read(OWNED).query
    assert (query.owner, query.root) == ("d1", "r1")
    assert query.film == FoundFilm("Amélie", None, "tt0211915", "https://image.example/p.jpg")
    assert read(OWNED).decades_told is False


def test_a_record_of_an_upload_that_is_gone_is_read() -> None:
    found = read(REDACTED)
    assert found.gone == Removal("deleted", datetime(2026, 3, 4, 5, 6, 7, 8, tzinfo=UTC))
    assert found.results == {"cosine": (), "euclidean": (), "manhattan": ()}


@pytest.mark.parametrize("text", SHAPES)
def test_whatever_is_read_is_written_and_read_alike(text: str) -> None:
    found = read(text)
    assert kind_in(text) == found.query.kind
    assert read(json.dumps(CODEC.encode(found))) == found


@pytest.mark.parametrize("text", SHAPES)
def test_what_is_written_again_says_what_it_said(text: str) -> None:
    """SQL that looks into older payloads finds the same in those written today."""
    stored = json.loads(text)
    written = json.loads(json.dumps(CODEC.encode(read(text))))
    query, query_before = written.pop("query"), stored.pop("query")
    assert query == {name: value for name, value in query_before.items() if value is not None} | {
        "poster_id": query_before["poster_id"]
    }
    if stored.get("gone"):
        assert written.pop("gone")["why"] == stored.pop("gone")["why"]
    for rows in (stored.get("neighbourhood", []), *stored.get("results", {}).values()):
        for row in rows:
            row += [None] * (4 - len(row))  # records before the fourth say nothing of likeness
    assert written | stored == written


def test_a_version_from_the_future_is_refused() -> None:
    with pytest.raises(PayloadError, match=f"version {VERSION + 1}, written by a later Onesheet"):
        CODEC.decode({**json.loads(FIRST), "version": VERSION + 1})


@pytest.mark.parametrize(
    "change",
    [{"query": {}}, {"scores": "none"}, {"results": {"cosine": [["four", 0.5, 99.5]]}}],
)
def test_what_no_version_wrote_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(PayloadError, match="cannot be read"):
        CODEC.decode({**json.loads(FIRST), **change})


def test_nothing_of_the_poster_is_left_in_a_redacted_payload() -> None:
    when = datetime(2026, 3, 4, tzinfo=UTC)
    found = read(OWNED).redacted("expired", when)
    assert found.version == VERSION
    assert found.query == RecordedQuery("upload", None, "")
    assert (found.genres, found.scores, found.neighbourhood) == ({}, [], ())
    assert (found.predicted, found.decades, found.view, found.same_as) == ([], {}, None, None)
    assert (found.k, found.restrict, found.gone) == (1, True, Removal("expired", when))
    assert read(json.dumps(CODEC.encode(found))) == found


def test_a_draft_stays_one_once_its_poster_is_gone() -> None:
    draft = replace(read(OWNED), draft=True)
    assert draft.redacted("deleted", datetime(2026, 3, 4, tzinfo=UTC)).draft


def test_the_plain_view_is_plain_and_others_are_not() -> None:
    assert PLAIN.plain
    others = (View(balance=0.2), View(colour=0.1), View(genres=("Drama",)), View(decades=(1990,)))
    assert not any(view.plain for view in others)


@of_sqlite
def test_a_new_record_is_of_todays_version_and_sql_can_look_into_it(
    client: FlaskClient, instance: Instance
) -> None:
    number = client.post("/api/v1/recommendations", json={"imdb": "tt0000002"}).get_json()["id"]
    record = instance.feedback.get(number)
    assert record
    assert record.payload.version == VERSION
    with sqlite3.connect(instance.home.folder / "onesheet.db") as database:
        (found,) = database.execute(
            "SELECT json_extract(payload, '$.version'), json_extract(payload, '$.query.kind'),"
            " json_extract(payload, '$.results.cosine[0][0]'), json_extract(payload, '$.gone')"
            " FROM recommendations"
        ).fetchall()
    database.close()
    assert found == (VERSION, "catalogue", record.payload.results["cosine"][0].poster_id, None)


@pytest.mark.parametrize("text", [FIRST, RESTRICTED, VIEWED, OWNED])
def test_pages_show_records_of_every_version(
    client: FlaskClient, instance: Instance, text: str
) -> None:
    number = client.post(
        "/api/v1/recommendations", json={"imdb": "tt0000002", "metric": "cosine"}
    ).get_json()["id"]
    stored = json.loads(text)
    with writing(instance.engine) as session:
        mine = update(RecommendationRow).where(RecommendationRow.id == number)
        session.execute(mine.values(payload=stored))
    body = client.get(f"/api/v1/recommendations/{number}").get_json()
    rows = stored["results"]["cosine"]
    assert [[film["poster_id"], film["distance"]] for film in body["results"]] == [
        row[:2] for row in rows
    ]
    assert body["scores"] == stored["scores"]
    assert body["view"] == stored.get("view")
    page = client.get(f"/r/{number}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert (
        client.put(f"/api/v1/recommendations/{number}/rating", json={"rating": "good"}).status_code
        == 403
    )
    instance.recommender.rate(number, Rating.GOOD)
    assert client.get("/learning/ratings.csv").text.count("\n") == 2
    assert client.get("/learning").status_code == 200
