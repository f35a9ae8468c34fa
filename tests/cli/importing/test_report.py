"""What an import says: not more lines than anybody reads."""

import sqlite3
from pathlib import Path

import pytest

from catalog.flushing import UnwritableError
from catalog.records import ImportReport
from cli.importing import report
from cli.importing.report import LINES_WRITTEN, echo_report
from index import current_folder
from onesheet.instance import Instance
from tests.cli.conftest import Run, imports
from tests.conftest import MOVIES, drawn_bytes


def test_a_report_is_cut_short_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    skipped = [f"line {number}: odd" for number in range(LINES_WRITTEN + 7)]
    echo_report(ImportReport(added=2, skipped=skipped, unknown_genres={"Oddity": 3}))  # type: ignore[arg-type]
    said = capsys.readouterr()
    assert said.out == f"Added 2, updated 0, unchanged 0, skipped {LINES_WRITTEN + 7}.\n"
    assert said.err.count("skipped: line") == LINES_WRITTEN
    assert "skipped: 7 more like these" in said.err
    assert "Oddity (3)" in said.err


def test_an_import_among_the_demos_films_alone_says_so(run: Run, poster_file: Path) -> None:
    said = "`onesheet --home mine import PATH`"
    with sqlite3.connect(run.home / "onesheet.db") as database:
        database.execute("UPDATE movie SET invented = 1")
    database.close()
    assert said in imports(run, poster_file).stderr
    assert said not in imports(run, poster_file).stderr  # now a real one is there


def test_a_long_import_takes_what_came_into_the_index(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve posters beside eighty are no reason at its end."""
    monkeypatch.setattr(report, "TAKEN_IN_EVERY", 10)
    monkeypatch.setattr("catalog.importer.BATCH_ITEMS", 10)
    folder = run.home / "folder"
    (folder / "images").mkdir(parents=True)
    rows = [f"tt20000{number},Film {number}" for number in range(10, 22)]
    (folder / "movies.csv").write_text("\n".join(["imdb_id,title", *rows]))
    for number in range(10, 22):
        (folder / "images" / f"tt20000{number}.webp").write_bytes(drawn_bytes(900 + number))
    before = current_folder(run.home / "index")
    run("import", "folder", folder)
    assert current_folder(run.home / "index") == before
    monkeypatch.setattr(report, "GROWN_SHARE", 10 / MOVIES)
    for path in (folder / "images").glob("*.webp"):
        path.write_bytes(drawn_bytes(950 + int(path.stem[-2:])))
    run("import", "folder", folder)
    assert current_folder(run.home / "index") != before


def test_an_index_that_cannot_take_in_what_came_ends_no_import(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def fails(*args: object) -> None:
        told.append("asked")
        raise UnwritableError(run.home / "index", OSError(28, "No space left on device"))

    monkeypatch.setattr(report, "TAKEN_IN_EVERY", 1)
    monkeypatch.setattr(report, "rebuild_if_due", fails)
    instance = Instance.at(run.home)
    progress = report._taking_in(instance, lambda *_, **__: None)
    for posters in range(5):
        progress(posters, 5, posters=posters)
    instance.close()
    assert told == ["asked"]
