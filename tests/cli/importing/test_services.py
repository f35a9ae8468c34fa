"""Services are asked only with a key, and told in one line."""

from pathlib import Path

import pytest

from cli.importing.services import _server
from tests.cli.conftest import Run, imports, one_line


def test_imdbs_files_bring_facts(run: Run, poster_file: Path, tmp_path: Path) -> None:
    imports(run, poster_file)
    (tmp_path / "imdb").mkdir()
    assert "has neither" in one_line(run("import", "imdb", tmp_path / "imdb", status=2))
    table = "tconst\taverageRating\tnumVotes\ntt1000000\t8.1\t1500\n"
    (tmp_path / "imdb" / "title.ratings.tsv").write_text(table)
    assert "updated 1" in run("import", "imdb", tmp_path / "imdb").stdout
    assert "unchanged 1" in run("import", "imdb", tmp_path / "imdb").stdout


def test_imdbs_files_that_tell_of_no_film_here_end_with_2(run: Run, tmp_path: Path) -> None:
    table = "tconst\taverageRating\tnumVotes\ntt9999999\t8.1\t1500\n"
    (tmp_path / "title.ratings.tsv").write_text(table)
    assert "no film that is here" in one_line(run("import", "imdb", tmp_path, status=2))


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


def test_an_address_that_lacks_a_bracket_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONESHEET_PLEX_TOKEN", "k")
    said = one_line(run("import", "plex", "http://[fe80::1:32400", status=2))
    assert "http://[fe80::1:32400 is no address" in said
