"""The requests of `many_films`: every page and address whose work may grow with a catalogue."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.serving import API

FILMS_ASKED = 50
"""Films drawn from the whole catalogue that are asked about."""
READING_MOST = 30.0
TYPED_TEXTS = (
    *("the", "star", "love st", "e", "night of the", "zzqx", "dracula 1958", "amelie"),
    *("man who", "2001", "la", "king kong", "x", "der", "spider man", "return of", "blood"),
    *("a trip to the", "one", "heart of"),
)
"""As somebody types them: common words, beginnings, a year, and what no title has."""


@dataclass(frozen=True)
class RequestKind:
    """`send` is given a number, so that one may ask for something else each time; what it returns
    is told, if it is a text. `often`: it is asked again."""

    what: str
    send: Callable[[httpx.Client, int], object]
    often: bool = True


def get_at(what: str, *addresses: str, often: bool = True) -> RequestKind:
    """GET of these addresses by turns."""

    def send(client: httpx.Client, number: int) -> None:
        answer = client.get(addresses[number % len(addresses)])
        assert answer.status_code == httpx.codes.OK, (answer.status_code, answer.url)

    return RequestKind(what, send, often)


def new_answer(client: httpx.Client, film: str) -> tuple[str, str]:
    """The address of a new answer of the API, and the key that may rate it."""
    answer = client.post(API, json={"imdb": film})
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.headers["location"], answer.json()["rating_key"]


def asked_films(home: Path) -> list[str]:
    """Ids of films from the whole catalogue of an instance."""
    with closing(sqlite3.connect(home / "onesheet.db")) as database:
        ids = [row[0] for row in database.execute("SELECT imdb_id FROM movie ORDER BY id")]
    known = [each for each in ids if each.startswith("tt")]
    return known[:: max(1, len(known) // FILMS_ASKED)]


def request_kinds(home: Path, genre: str) -> list[RequestKind]:
    """Those to an instance with many films; `genre` has a page and films."""
    films, map_ = asked_films(home), any((home / "index").glob("*/map*"))
    with closing(sqlite3.connect(home / "onesheet.db")) as database:
        answers = [
            row[0]
            for row in database.execute(
                "SELECT id FROM recommendations WHERE rating IS NULL LIMIT ?", [FILMS_ASKED]
            )
        ]

    def ask(client: httpx.Client, number: int) -> None:
        answer = client.post("/recommendations", data={"imdb": films[number % len(films)]})
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        assert client.get(answer.headers["location"]).status_code == httpx.codes.OK

    def ask_as_program(client: httpx.Client, number: int) -> None:
        new_answer(client, films[number % len(films)])

    kept: list[tuple[str, str]] = []

    def rate(client: httpx.Client, number: int) -> None:
        if not number:
            kept.append(new_answer(client, films[0]))
        there, key = kept[-1]
        rated = client.put(
            f"{there}/rating",
            json={"rating": ("good", "okay", "bad")[number % 3]},
            headers={"Authorization": f"Bearer {key}"},
        )
        assert rated.status_code == httpx.codes.OK, rated.text

    return [
        get_at("`/`", "/"),
        get_at("`/about`", "/about"),
        get_at("`/about.json`", "/about.json"),
        get_at("`/healthz`", "/healthz"),
        get_at("`/readyz`", "/readyz"),
        get_at("`/films?q=`, 20 texts", *(f"/films?q={each}" for each in TYPED_TEXTS)),
        get_at(
            "`/api/v1/suggestions?q=`, the same",
            *(f"/api/v1/suggestions?q={t}" for t in TYPED_TEXTS),
        ),
        get_at("`/genres`", "/genres"),
        get_at("`/genres/` and one of them", f"/genres/{genre.lower()}"),
        get_at("`/genres.json`", "/genres.json"),
        get_at("`/trends`", *(f"/trends?year={year}" for year in range(1990, 2020))),
        get_at("`/trends.json`", "/trends.json"),
        get_at("`/trends.csv`", "/trends.csv"),
        get_at("`/colours?q=`", "/colours?q=red+and+black", f"/colours?q=%2333aa55&genre={genre}"),
        get_at("`/colours.json?q=`", "/colours.json?q=red", "/colours.json?q=blue&decade=1990"),
        get_at("`/map`", "/map"),
        *(_MAP if map_ else ()),
        RequestKind("a film by its link, to its page", ask),
        RequestKind("a film by its link, as JSON", ask_as_program),
        get_at("an answer's page, of any time", *(f"/r/{each}" for each in answers)),
        get_at("the same as JSON", *(f"/r/{each}.json" for each in answers)),
        get_at("an answer, of a genre", *(f"/r/{each}?genre={genre}" for each in answers)),
        get_at("an answer, of a decade", *(f"/r/{each}?decade=1990" for each in answers)),
        get_at("an answer, by colour", *(f"/r/{each}?colour=0.5" for each in answers)),
        get_at("an answer's report", *(f"/r/{each}/report" for each in answers)),
        get_at("an answer's row by composition", *(f"/r/{a}?row=composition" for a in answers)),
        get_at("an answer's row by colour", *(f"/r/{each}?row=colour" for each in answers)),
        RequestKind("a rating", rate),
        get_at("`/learning`", "/learning"),
        get_at("`/learning.json`", "/learning.json"),
        get_at("`/learning/simulator`", "/learning/simulator"),
        RequestKind(
            "`/learning/ratings.csv`",
            lambda client, _: _export(client, "csv"),
            often=False,
        ),
        RequestKind(
            "`/learning/ratings.json`",
            lambda client, _: _export(client, "json"),
            often=False,
        ),
    ]


def _points_file(client: httpx.Client, number: int) -> None:
    address = client.get("/map.json").json()["points_url"]
    assert client.get(address).status_code == httpx.codes.OK


def _export(client: httpx.Client, kind: str) -> str:
    """How many ratings a second come of all; they are read for READING_MOST seconds at most."""
    start, lines = time.perf_counter(), 0
    with client.stream("GET", f"/learning/ratings.{kind}") as answer:
        assert answer.status_code == httpx.codes.OK
        for part in answer.iter_raw():
            lines += part.count(b"\n")
            if (took := time.perf_counter() - start) > READING_MOST:
                break
    return f"{lines / took:.0f} ratings a second"


_MAP = (get_at("`/map.json`", "/map.json"), RequestKind("the file of points", _points_file))
