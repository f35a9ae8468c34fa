"""Services are asked only with a key, and told in one line."""

from pathlib import Path

import pytest

from cli.importing.services import _server
from tests.cli.conftest import Run, imports, one_line
from tests.internet import Internet
from tests.onesheet.fetching.test_operator_web import API, PICTURES, HttpWeb, answer, film, jpeg


def test_tmdb_needs_a_key_and_filters_need_discover(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONESHEET_TMDB_KEY", raising=False)
    assert "ONESHEET_TMDB_KEY" in one_line(run("import", "tmdb", status=2))
    assert "--list discover" in one_line(run("import", "tmdb", "--years", "1990-1999", status=2))
    odd = ("import", "tmdb", "--list", "discover", "--years", "soon")
    assert "1990-1999" in one_line(run(*odd, status=2))


def test_imdbs_files_bring_facts(run: Run, poster_file: Path, tmp_path: Path) -> None:
    imports(run, poster_file)
    (tmp_path / "imdb").mkdir()
    assert "has neither" in one_line(run("import", "imdb", tmp_path / "imdb", status=2))
    table = "tconst\taverageRating\tnumVotes\ntt1000000\t8.1\t1500\n"
    (tmp_path / "imdb" / "title.ratings.tsv").write_text(table)
    assert "updated 1" in run("import", "imdb", tmp_path / "imdb").stdout


@pytest.mark.parametrize(("server", "setting"), [("jellyfin", "KEY"), ("plex", "TOKEN")])
def test_a_media_server_needs_a_key_and_an_address(
    run: Run, monkeypatch: pytest.MonkeyPatch, server: str, setting: str
) -> None:
    name = f"ONESHEET_{server.upper()}_{setting}"
    monkeypatch.delenv(name, raising=False)
    assert name in one_line(run("import", server, "nas.home:8096", status=2))
    monkeypatch.setenv(name, "k")
    assert "http://" in one_line(run("import", server, "ftp://nas.home", status=2))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nas.home:8096/", "http://nas.home:8096"),
        ("http://nas.home:8096/web/index.html#!/home.html", "http://nas.home:8096"),
        ("https://nas.home/jellyfin/web/#/home", "https://nas.home/jellyfin"),
        ("http://nas.home:32400/web", "http://nas.home:32400"),
        ("https://web.home/website", "https://web.home/website"),
        ("http://web/", "http://web"),
        ("http://nas/web/jellyfin", "http://nas/web/jellyfin"),
    ],
)
def test_a_media_servers_address_may_be_copied_from_a_browser(typed: str, meant: str) -> None:
    assert _server(typed, "ONESHEET_KEY", {})[0] == meant


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
