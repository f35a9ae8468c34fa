"""Films of TMDB's lists, of its export, and as a file names them."""

import errno
import gzip
import json
import os
from pathlib import Path

import pytest

from catalog.files import PosterFiles, StoredPoster
from cli.importing.tmdb import _discovered
from tests.cli.conftest import Run, one_line
from tests.internet import Internet
from tests.onesheet.fetching.local_tmdb import (
    API,
    PICTURES,
    HttpWeb,
    answer,
    film,
    jpeg,
    listed,
    pages_asked,
)


def test_tmdb_needs_a_key_and_filters_need_discover(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONESHEET_TMDB_KEY", raising=False)
    assert "ONESHEET_TMDB_KEY" in one_line(run("import", "tmdb", status=2))
    assert "--list discover" in one_line(run("import", "tmdb", "--years", "1990-1999", status=2))
    odd = ("import", "tmdb", "--list", "discover", "--years", "soon")
    assert "1990-1999" in one_line(run(*odd, status=2))


def test_a_list_of_ids_needs_tmdbs_key(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ONESHEET_TMDB_KEY", raising=False)
    (tmp_path / "ids.txt").write_text("tt0113277\n")
    assert "ONESHEET_TMDB_KEY" in one_line(run("import", "ids", tmp_path / "ids.txt", status=2))


@pytest.fixture
def tmdb(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> Internet:
    """TMDB with two films, asked by whatever the command asks with."""
    monkeypatch.setenv("ONESHEET_TMDB_KEY", "k" * 32)
    monkeypatch.setattr(
        "onesheet.fetching.operator_web.ServiceWeb",
        lambda key: HttpWeb(key, internet.fetcher(at_once=16), lambda seconds: None, seed=1),
    )
    images = {"secure_base_url": "https://image.tmdb.org/t/p/", "poster_sizes": ["w780"]}
    internet.pages |= {
        f"{API}genre/movie/list": answer({"genres": []}),
        f"{API}configuration": answer({"images": images}),
        f"{API}movie/popular": answer({"total_pages": 1, "results": [film(1)]}),
        f"{API}movie/1/external_ids": answer({"imdb_id": "tt9100001"}),
        f"{API}find/tt9100002": answer({"movie_results": [film(2)]}),
        **{f"{PICTURES}p{number}.jpg": jpeg(number) for number in (1, 2)},
    }
    return internet


def test_films_of_tmdb_come_by_a_list_or_by_ids(run: Run, tmdb: Internet, tmp_path: Path) -> None:
    assert "Added 1, updated 0" in run("import", "tmdb", "--pages", 3).stdout
    assert "unchanged 1" in run("import", "tmdb", "--pages", 3).stdout
    (tmp_path / "films.txt").write_text("tt9100002\n# a remark\nhello\n")
    result = run("import", "ids", tmp_path / "films.txt")
    assert "Added 1, updated 0, unchanged 0, skipped 1." in result.stdout
    assert "line 3: 'hello' is neither an id nor a link" in result.stderr
    asked = [each.path.partition("?")[0].rpartition("/")[2] for each in tmdb.requests]
    assert asked.count("configuration") == 1, "kept for the runs after the first"


def test_a_refused_key_and_another_answer_are_one_sentence(run: Run, tmdb: Internet) -> None:
    for page, says in (
        ((401, {"Content-Type": "application/json"}, b"{}"), "check ONESHEET_TMDB_KEY"),
        (answer([1, 2]), "did not answer as it should"),
        ((200, {"Content-Type": "text/html"}, b"<html>"), "did not answer as it should"),
    ):
        tmdb.pages[f"{API}movie/popular"] = page
        assert says in one_line(run("import", "tmdb", status=2))


@pytest.mark.parametrize(
    ("years", "first", "last"),
    [
        ("1990-1999", "1990-01-01", "1999-12-31"),
        ("1995", "1995-01-01", "1995-12-31"),
        ("1990-", "1990-01-01", None),
        ("-1999", None, "1999-12-31"),
    ],
)
def test_years_are_a_span_or_a_side_of_one(years: str, first: str | None, last: str | None) -> None:
    fields = _discovered(years, None, None, None)
    assert fields.get("primary_release_date.gte") == first
    assert fields.get("primary_release_date.lte") == last


@pytest.mark.parametrize("years", ["soon", "", "-", "1999-1990", "90-99", "1990-1995-1999"])
def test_years_that_mean_nothing_are_refused(run: Run, years: str) -> None:
    command = ("import", "tmdb", "--list", "discover", "--years", years)
    assert "1990-1999" in one_line(run(*command, status=2))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """TMDB's daily export, as of a day with three films."""
    rows = [
        {"adult": False, "id": n, "original_title": "a", "popularity": p, "video": False}
        for n, p in ((1, 2.5), (2, 7.5), (3, 1.5))
    ]
    path = tmp_path / "movie_ids_05_15_2024.json.gz"
    path.write_bytes(gzip.compress("".join(f"{json.dumps(row)}\n" for row in rows).encode()))
    return path


def test_films_come_by_tmdbs_daily_export(run: Run, tmdb: Internet, export: Path) -> None:
    tmdb.pages |= {f"{API}movie/{n}": answer(film(n, imdb_id=f"tt910000{n}")) for n in (1, 2)}
    result = run("import", "tmdb", "--export", export, "--most", 2)
    assert "2 films to be found at TMDB." in result.stderr
    assert "Added 2, updated 0" in result.stdout
    asked = [each.path.partition("?")[0].rpartition("/")[2] for each in tmdb.requests]
    assert sorted(filter(str.isdecimal, asked)) == ["1", "2"], "the most popular ones"


def test_an_export_takes_the_place_of_a_list(run: Run, export: Path, tmp_path: Path) -> None:
    command = ("import", "tmdb", "--export", export)
    for more in (("--list", "popular"), ("--pages", 3)):
        assert "takes the place" in one_line(run(*command, *more, status=2))
    assert "go with --list discover" in one_line(run(*command, "--votes", 3, status=2))
    assert "--most goes with --export" in one_line(run("import", "tmdb", "--most", 3, status=2))
    (tmp_path / "ids.txt").write_text("tt0113277\n")
    odd = ("import", "tmdb", "--export", tmp_path / "ids.txt")
    assert "not TMDB's daily export" in one_line(run(*odd, status=2))


def test_an_interrupted_import_goes_on_where_it_was(run: Run, tmdb: Internet) -> None:
    pages = [film(1)], [film(2, imdb_id="tt9100002")]
    tmdb.pages[f"{API}movie/popular"] = listed(*pages, None)
    assert "503" in one_line(run("import", "tmdb", status=2))
    tmdb.requests.clear()
    tmdb.pages[f"{API}movie/popular"] = listed(*pages, [])
    result = run("import", "tmdb")
    assert "goes on at page 2" in result.stderr
    assert "Added 0, updated 0, unchanged 1" in result.stdout
    assert pages_asked(tmdb) == [2, 3]
    assert "goes on" not in run("import", "tmdb").stderr


def test_a_list_of_ids_goes_on_at_the_film_it_had_reached(
    run: Run, tmdb: Internet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the disk is full for a while, once it has taken two posters."""
    numbers = (1, 2, 3)
    tmdb.pages |= {f"{API}movie/{n}": answer(film(n, imdb_id=f"tt910000{n}")) for n in numbers}
    tmdb.pages[f"{PICTURES}p3.jpg"] = jpeg(3)
    (tmp_path / "films.txt").write_text("1\n2\n3\n")
    monkeypatch.setattr("catalog.importer.BATCH_ITEMS", 1)
    taken: list[bytes] = []

    def store(files: PosterFiles, poster: bytes) -> StoredPoster:
        if len(taken) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken.append(poster)
        return stored(files, poster)

    with monkeypatch.context() as full:
        stored = PosterFiles.store
        full.setattr(PosterFiles, "store", store)
        told = one_line(run("import", "ids", tmp_path / "films.txt", status=2))
        assert "The disk takes nothing more" in told
    tmdb.requests.clear()
    result = run("import", "ids", tmp_path / "films.txt")
    assert "goes on at film 2" in result.stderr
    assert "Added 1, updated 0, unchanged 1" in result.stdout
    asked = [each.path.partition("?")[0].rpartition("/")[2] for each in tmdb.requests]
    assert sorted(filter(str.isdecimal, asked)) == ["2", "3"]
