"""What every command shares: the home, and mistakes in one line with status 2."""

import errno
import os
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.framework import Mistake, echo, printable
from cli.main import main
from onesheet.base.home import HOME_VARIABLE, Home
from tests.cli.conftest import Run, one_line
from tests.object_store import KIND, ObjectStore
from tests.postgres import of_sqlite


@pytest.mark.parametrize(
    "command",
    [
        "index",
        "doctor",
        "map",
        "evaluate",
        "remove tt1000000",
        "uploads prune",
        "bandit show",
        "import imdb .",
        "train",
        "compose",
    ],
)
def test_a_mistyped_home_is_named_and_not_made(tmp_path: Path, command: str) -> None:
    told = Run(tmp_path / "hmoe")(*command.split(), status=2).stderr
    assert "There is no instance in" in told
    assert "hmoe" in told
    assert list(tmp_path.iterdir()) == []


@of_sqlite
def test_a_folder_of_pictures_is_no_instance_and_becomes_none(tmp_path: Path) -> None:
    (tmp_path / "Heat (1995).jpg").touch()
    assert "There is no instance in" in Run(tmp_path)("doctor", status=2).stderr
    assert [path.name for path in tmp_path.iterdir()] == ["Heat (1995).jpg"]


def test_a_file_that_is_no_image_exits_2_with_one_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam")
    for command in ("similar", "read"):
        assert "not an image" in one_line(run(command, path, status=2))


@pytest.mark.parametrize(
    "arguments",
    [
        ("similar", "nowhere.png"),
        ("similar", ".", "--metric", "hamming"),
        ("similar", ".", "--k", "0"),
        ("import", "folder", "nowhere"),
        ("serve", "--port", "70000"),
        ("serve", "--workers", "-1"),
        ("serve", "--host", "127..0.0.1"),
        ("train", "--threads", "-1"),
        ("train", "--promise", "0"),
        ("bandit", "simulate", "--means", "2", "0", "0"),
        ("nonsense",),
    ],
)
def test_a_mistaken_argument_exits_2(run: Run, arguments: tuple[str, ...]) -> None:
    one_line(run(*arguments, status=2))


def test_a_file_that_is_no_database_exits_2(run: Run) -> None:
    for path in run.home.glob("onesheet.db*"):
        path.unlink()
    (run.home / "onesheet.db").write_bytes(b"not a database" * 100)
    assert "database" in one_line(run("bandit", "show", status=2))


def test_a_database_of_a_newer_program_exits_2(run: Run) -> None:
    with sqlite3.connect(run.home / "onesheet.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert "newer" in one_line(run("bandit", "show", status=2))


@of_sqlite
@pytest.mark.parametrize("command", ["catalog check", "uploads prune", "backup all.tar"])
def test_an_object_store_that_is_away_exits_2(
    run: Run,
    object_store: ObjectStore,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: str,
) -> None:
    monkeypatch.setenv("ONESHEET_FILES", f"{KIND}://no-such-bucket/site")
    monkeypatch.chdir(tmp_path)
    said = one_line(run(*command.split(), status=2))
    assert f"{KIND}://no-such-bucket/site" in said
    assert "cannot be used" in said


def test_a_home_that_is_a_file_exits_2(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    one_line(Run(tmp_path / "file" / "instance")("bandit", "show", status=2))


def test_the_home_may_come_from_the_environment_or_after_the_command(
    home: Path, monkeypatch: pytest.MonkeyPatch, poster_file: Path
) -> None:
    arguments = ["similar", str(poster_file), "--json"]
    after = CliRunner().invoke(main, [*arguments, "--home", str(home)])
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    environment = CliRunner().invoke(main, arguments)
    assert after.exit_code == environment.exit_code == 0


def test_a_title_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    evil = "Alien\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe\rgone"
    echo(evil)
    Mistake(evil).show()
    for said in capsys.readouterr():
        assert said.startswith(("Alien\ufffd", "Error: Alien\ufffd"))
        assert not set(said) & set("\x1b\x07\x9b\u202e\r")
    assert printable("Am\udce9lie") == "Am\ufffdlie", "it could not be written"
    assert printable("Amélie — 東京\tok\n") == "Amélie — 東京\tok\n"


def test_days_that_are_no_number_are_refused_in_one_line(run: Run) -> None:
    assert "number of days" in one_line(run("uploads", "prune", "--older-than", "nan", status=2))


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "The disk takes nothing more: "),
        (errno.EDQUOT, "The disk takes nothing more: "),
        (errno.EIO, ""),
    ],
)
def test_a_full_or_failing_disk_is_told_in_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, number: int, told: str
) -> None:
    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("onesheet.uploads.store.UploadStore.prune", fails)
    said = one_line(run("uploads", "prune", status=2))
    assert said == f"Error: {told}{os.strerror(number)}."


def test_no_more_of_a_file_is_read_than_a_poster_may_have(run: Run, tmp_path: Path) -> None:
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(3 << 30)  # of holes; read whole, it would fill the memory
    for command in ("read", "similar"):
        assert "larger than 20 MB" in one_line(run(command, str(huge), status=2))


def test_a_machine_without_a_folder_works_on_what_the_environment_names(
    home: Path, tmp_path: Path, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONESHEET_DATABASE_URL", str(Home(home).database_url))
    assert "There is no instance in" in Run(tmp_path / "new")("bandit", "show", status=2).stderr
    monkeypatch.setenv("ONESHEET_FILES", object_store.address())
    assert "cosine" in Run(tmp_path / "new")("bandit", "show").output
