"""Which films a file names, and how TMDB finds them."""

import gzip
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from catalog.records import CatalogError
from catalog.sources.source import SourceNotes
from catalog.sources.tmdb import Tmdb
from catalog.sources.tmdb_ids import TmdbByIds, WantedFilm, wanted_films
from tests.catalog.sources.tables.test_delimited import LETTERBOXD_LIST

RESULT = {"title": "Heat", "release_date": "1995-12-15", "poster_path": "/p.jpg"}
ANSWERS: dict[str, Any] = {
    "genre/movie/list": {"genres": []},
    "configuration": {
        "images": {"secure_base_url": "https://i.example/", "poster_sizes": ["w780"]}
    },
    "movie/949": RESULT | {"id": 949, "imdb_id": "tt0113277", "genres": [{"name": "Crime"}]},
    "find/tt0113277": {"movie_results": [RESULT | {"id": 949}]},
    "find/tt0000009": {"movie_results": []},
    "search/movie": {
        "results": [
            RESULT | {"id": 1, "release_date": "1986-01-01"},
            RESULT | {"id": 949, "imdb_id": "tt0113277"},
        ]
    },
}


class StatusError(ValueError):
    """What `Web` raises where a service answers with another status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"it answers with {status}")
        self.status = status


class Answering:
    """TMDB, as far as these tests go."""

    def __init__(self) -> None:
        self.searched: list[dict[str, list[str]]] = []

    def image(self, url: str) -> bytes:
        return url.encode()

    def json(self, url: str, headers: dict[str, str] | None = None) -> Any:
        parts = urlsplit(url)
        self.searched.append(parse_qs(parts.query))
        if parts.path.startswith("/3/movie/40"):
            raise StatusError(int(parts.path.rpartition("/")[2]))
        return ANSWERS[parts.path.removeprefix("/3/")]


def test_ids_and_links_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "films.txt"
    path.write_text(
        "\ufefftt0113277\n\n# a remark\n949\nhttps://www.themoviedb.org/movie/949-heat\n"
        "https://www.imdb.com/title/tt0113277/?ref_=x\n0113277\nimdb:tt113277\ntmdb:949,\n"
        "https://letterboxd.com/film/heat-1995/\n",
        encoding="utf-8",
    )
    found = wanted_films(path)
    assert [(each.imdb_id, each.tmdb_id) for each in found[:-1]] == [
        ("tt0113277", None),
        (None, 949),
        (None, 949),
        ("tt0113277", None),
        ("tt0113277", None),
        ("tt0113277", None),
        (None, 949),
    ]
    assert "neither an id nor a link" in (found[-1].problem or "")
    assert found[1].where == "line 4"
    assert len(wanted_films(path, 2)) == 2


def test_a_table_of_ids_or_titles(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Position,Name,Year,Letterboxd URI\n1,Heat,1995,https://boxd.it/1\n")
    (film,) = wanted_films(path)
    assert (film.imdb_id, film.tmdb_id, film.title, film.year) == (None, None, "Heat", 1995)
    path.write_text("Const,Title\ntt0113277,Heat\n")
    assert wanted_films(path)[0].imdb_id == "tt0113277"


def test_a_table_is_read_without_its_pictures_and_what_it_does_not_name_is_told(
    tmp_path: Path,
) -> None:
    (tmp_path / "films.csv").write_text(
        "title,year,poster\nHeat,1995,https://a.example/h.jpg\n,1996,x.jpg\nAlien,1979,gone.jpg\n"
    )
    (tmp_path / "locked").mkdir(0o000)
    found = wanted_films(tmp_path / "films.csv")
    assert [each.title for each in found] == ["Heat", "Alien", ""]
    assert (found[2].where, found[2].problem) == ("line 3", "there is no title")


def test_a_list_that_letterboxd_exports(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LETTERBOXD_LIST)
    (film,) = wanted_films(path)
    assert (film.title, film.year, film.where) == ("Heat", 1995, "line 6")


@pytest.mark.parametrize("text", ["hello\nworld\n", "", "a,b\n1,2\n", "Name\n"])
def test_what_names_no_films_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "films.txt"
    path.write_text(text)
    with pytest.raises(CatalogError, match=r"names no films|no films in"):
        wanted_films(path)


def test_the_daily_export_gives_the_most_popular_first(tmp_path: Path) -> None:
    rows = [
        {"adult": False, "id": 1, "original_title": "a", "popularity": 2.5, "video": False},
        {"adult": True, "id": 2, "original_title": "b", "popularity": 9.5, "video": False},
        {"adult": False, "id": 3, "original_title": "c", "popularity": 7.5, "video": False},
        {"adult": False, "id": 4, "original_title": "d", "popularity": 1.5, "video": False},
    ]
    path = tmp_path / "movie_ids_05_15_2024.json.gz"
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    path.write_bytes(gzip.compress(f"{lines}\n".encode()))
    assert [each.tmdb_id for each in wanted_films(path, 2)] == [3, 1]
    assert [each.tmdb_id for each in wanted_films(path)] == [3, 1, 4]


@pytest.mark.parametrize("line", ["null", "[1]", "{}", '{"id": 1'])
def test_an_export_with_a_line_that_is_no_film_is_refused(tmp_path: Path, line: str) -> None:
    film = {"adult": False, "id": 1, "original_title": "a", "popularity": 2.5, "video": False}
    path = tmp_path / "movie_ids.json"
    path.write_text(f"{json.dumps(film)}\n{line}\n")
    with pytest.raises(CatalogError, match="is not TMDB's daily export"):
        wanted_films(path)


@pytest.mark.parametrize(
    "wanted",
    [
        WantedFilm("x", tmdb_id=949),
        WantedFilm("x", imdb_id="tt0113277"),
        WantedFilm("x", title="heat", year=1995),
    ],
)
def test_a_film_is_found_however_it_is_named(wanted: WantedFilm) -> None:
    notes = SourceNotes()
    source = TmdbByIds(Tmdb(Answering(), "k"), [wanted], lambda number: None)
    (film,) = source.films(notes)
    assert (film.record.imdb_id, film.record.tmdb_id, film.record.year) == ("tt0113277", 949, 1995)
    assert film.poster is not None
    assert film.poster() == b"https://i.example/w780/p.jpg"
    assert notes.skipped == []


def test_what_tmdb_does_not_know_is_told() -> None:
    wanted = [
        WantedFilm("line 1", imdb_id="tt0000009"),
        WantedFilm("line 2", title="Heat", year=2020),
        WantedFilm("line 3", problem="it is odd"),
        WantedFilm("line 4", tmdb_id=404),
        WantedFilm("line 5", tmdb_id=409),
    ]
    notes = SourceNotes()
    service = Answering()
    assert list(TmdbByIds(Tmdb(service, "k"), wanted, lambda number: None).films(notes)) == []
    assert notes.skipped == [
        "line 1: TMDB does not know it",
        "line 2: TMDB does not know it",
        "line 3: it is odd",
        "line 4: TMDB does not know it",
        "line 5: it answers with 409",
    ]
    assert {"query": ["Heat"], "year": ["2020"], "api_key": ["k"]} in service.searched


@pytest.mark.parametrize("year", [None, 1995])
def test_a_result_with_an_odd_date_hides_no_other(
    monkeypatch: pytest.MonkeyPatch, year: int | None
) -> None:
    odd = {"title": "Heat II", "release_date": "someday"}
    results = [odd | {"id": 2}, RESULT | {"id": 949, "imdb_id": "tt0113277"}]
    monkeypatch.setitem(ANSWERS, "search/movie", {"results": results})
    notes = SourceNotes()
    wanted = [WantedFilm("x", title="Heat", year=year)]
    (film,) = TmdbByIds(Tmdb(Answering(), "k"), wanted, lambda number: None).films(notes)
    assert film.record.tmdb_id == 949
    assert notes.skipped == []
