"""doctor: each ailment is told, and nothing where all is well."""

import json
import signal
from pathlib import Path
from types import ModuleType

import pytest

from cli import serve
from onesheet import backup, restore
from onesheet.base.home import DATABASE_VARIABLE
from tests.cli.conftest import Run, ailing, one_line


def test_doctor_finds_a_sound_instance_well(run: Run) -> None:
    findings = json.loads(run("doctor", "--json").stdout)
    assert {finding["name"] for finding in findings} == {
        "database",
        "posters",
        "uploads",
        "thumbnails",
        "model",
        "index",
        "coverage",
        "portraits",
        "duplicates",
        "votes",
        "fonts",
        "files",
    }
    assert all(finding["well"] for finding in findings)
    assert "80 posters" in run("doctor").output


def test_doctor_ends_with_2_where_something_is_ill(run: Run) -> None:
    (run.home / "model" / "model.onnx").write_bytes(b"torn")
    assert ailing(run) == {"model", "index"}
    assert run("doctor", status=2).output.count("BAD") == 2


def test_rows_are_copied_into_another_database_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    told = run("copy-database", url).stdout
    assert f"set {DATABASE_VARIABLE} to the address that you gave" in told
    assert "has rows already" in one_line(run("copy-database", url, status=2))
    (run.home / "onesheet.db").unlink()
    monkeypatch.setenv(DATABASE_VARIABLE, url)
    assert "80 posters" in run("doctor").output
    assert not (run.home / "onesheet.db").exists()
    assert "SQLite or PostgreSQL" in one_line(run("copy-database", "mysql://host/films", status=2))


@pytest.mark.parametrize(
    ("cores", "gigabytes", "unasked", "all_of_them"),
    [(1, 8, 1, 1), (2, 8, 2, 2), (16, 64, 4, 16), (16, 3, 3, 3), (8, 0.5, 1, 1), (8, None, 4, 8)],
)
def test_workers_are_chosen_from_cores_and_memory(
    monkeypatch: pytest.MonkeyPatch,
    cores: int,
    gigabytes: float | None,
    unasked: int,
    all_of_them: int,
) -> None:
    monkeypatch.setattr(serve, "usable_cores", lambda: cores)
    memory = None if gigabytes is None else int(gigabytes * 10**9)
    monkeypatch.setattr(serve, "usable_memory", lambda: memory)
    assert (serve.fitting(None), serve.fitting(0)) == (unasked, all_of_them)


@pytest.mark.parametrize(
    ("command", "work"), [("backup", (backup, "_packed")), ("restore", (restore, "_unpacked"))]
)
def test_what_is_terminated_leaves_nothing(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    work: tuple[ModuleType, str],
) -> None:
    def terminated(*_: object) -> None:
        signal.raise_signal(signal.SIGTERM)

    def passed_over(*_: object) -> None:
        """Else the tests would end where the command does not take the signal."""

    file, there = tmp_path / "all.tar", tmp_path / "there"
    there.mkdir()
    if command == "restore":
        file.touch()
        arguments: list[object] = ["restore", file, "--home", there / "new"]
    else:
        arguments = ["backup", there / "all.tar"]
    monkeypatch.setattr(*work, terminated)
    before = signal.signal(signal.SIGTERM, passed_over)
    try:
        assert "Aborted" in run(*arguments, status=1).stderr
        assert signal.getsignal(signal.SIGTERM) is passed_over
    finally:
        signal.signal(signal.SIGTERM, before)
    assert list(there.iterdir()) == []
