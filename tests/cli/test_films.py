"""import and remove: what was done is told, and searches know it."""

from pathlib import Path

from tests.cli.conftest import Run, imports


def test_an_imported_film_is_found_and_a_removed_one_is_not(run: Run, poster_file: Path) -> None:
    imports(run, poster_file)
    assert "the poster of New" in run("similar", poster_file).stdout
    told = run("remove", "tt1000000").stdout
    assert "Removed tt1000000" in told
    assert "catalog check --repair" in told
    assert "the poster of" not in run("similar", poster_file).stdout
    run("doctor")
    assert "no film tt1000000" in run("remove", "tt1000000", status=2).stderr


def test_the_operator_says_what_is_for_adults(run: Run) -> None:
    assert "demo-0001: adult." in run("catalog", "adult", "demo-0001").stdout
    assert "demo-0001: source." in run("catalog", "adult", "demo-0001", "--as", "source").stdout
    assert "no film tt9999999" in run("catalog", "adult", "tt9999999", status=2).stderr


def test_a_lost_file_is_found_and_mended(run: Run, poster_file: Path) -> None:
    assert "fit each other" in run("catalog", "check").stdout
    imports(run, poster_file)
    newest = max((run.home / "posters").rglob("*.webp"), key=lambda path: path.stat().st_mtime)
    newest.unlink()
    assert "posters without a whole file: 1" in run("catalog", "check", status=2).stdout
    assert "Mended." in run("catalog", "check", "--repair").stdout
    assert "fit each other" in run("catalog", "check").stdout
    assert "added 0, updated 1" in imports(run, poster_file).stdout.lower()
