"""import: what was found and done is told, and searches know it."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run, imports, one_line
from tests.conftest import drawn_bytes


def test_importing_a_folder_reports_what_it_did_and_skipped(run: Run, poster_file: Path) -> None:
    result = imports(run, poster_file)
    assert "Added 1, updated 0, unchanged 0, skipped 1." in result.stdout
    assert "skipped: line 3" in result.stderr
    assert "unchanged 1" in imports(run, poster_file).stdout


def test_a_path_alone_is_imported(run: Run, poster_file: Path, tmp_path: Path) -> None:
    heap = tmp_path / "tmdb"
    heap.mkdir()
    shutil.copy(poster_file, heap / "New (1999).PNG")
    rehearsed = run("import", "--dry-run", heap)
    assert "Would add 1 poster," in rehearsed.stdout
    assert "1 picture in" in rehearsed.stderr
    assert "Added 1, updated 0" in run("import", heap).stdout
    assert "the poster of New" in run("similar", poster_file).stdout


def test_the_value_of_an_option_before_a_command_is_no_path(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmdb").mkdir()
    monkeypatch.chdir(tmp_path)
    assert "No such option" in one_line(run("import", "--home", run.home, "tmdb", status=2))
    assert "no films in" in one_line(run("import", "--home", run.home, "./tmdb", status=2))


def test_columns_are_named_by_hand(run: Run, poster_file: Path, tmp_path: Path) -> None:
    table = tmp_path / "films.csv"
    table.write_text(f"a;b\nNew;{poster_file.name}\n")
    assert "--columns title=NAME" in one_line(run("import", table, status=2))
    result = run("import", table, "--columns", "title=a,picture=b")
    assert "title from a" in result.stderr
    assert "Added 1" in result.stdout


def test_what_could_not_be_used_is_told(run: Run, poster_file: Path, tmp_path: Path) -> None:
    table = tmp_path / "films.csv"
    table.write_text(f"title,year,genre,poster\nNew,soon,Heist,{poster_file.name}\n")
    result = run("import", table)
    assert "warning: line 2: year 'soon'" in result.stderr
    assert "not known here: Heist (1)" in result.stderr
    assert "Added 1" in result.stdout


def test_a_run_in_which_every_film_is_skipped_ends_with_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "films.csv").write_text("title,poster\nNew,gone.jpg\n")
    for options in ([], ["--dry-run"]):
        result = run("import", tmp_path / "films.csv", *options, status=2)
        assert "there is no picture gone.jpg" in result.stderr
        assert isinstance(result.exception, SystemExit)


def test_a_folder_without_films_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("import", "folder", tmp_path / "empty", status=2)
    assert result.stderr.strip() == one_line(result), "before any progress"
    assert "no films in" in one_line(result)


def test_an_instance_is_no_folder_of_posters(run: Run) -> None:
    said = one_line(run("import", run.home, status=2))
    assert "an instance of Onesheet" in said
    assert "move its onesheet.db away" in said


def test_a_full_disk_is_one_sentence_and_the_same_command_goes_on(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heap, sync, synced = tmp_path / "heap", os.fsync, iter((True, True, False))
    heap.mkdir()
    for number in range(901, 905):
        (heap / f"New {number} (1999).png").write_bytes(drawn_bytes(number))

    def fills_up(file: int) -> None:
        if not next(synced, True):
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(file)

    monkeypatch.setattr("catalog.files.os.fsync", fills_up)
    assert "No space left" in one_line(run("import", heap, status=2))
    assert list(run.home.rglob("posters/??/.*")) == []
    assert "Added 4," in run("import", heap).stdout
    run("catalog", "check")
