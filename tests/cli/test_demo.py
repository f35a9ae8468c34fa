"""demo: built once, and anew where it is stale."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Run, one_line


@pytest.mark.slow
def test_the_demo_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "audit.jsonl"
    monkeypatch.setenv("ONESHEET_AUDIT_LOG", str(log))
    run = Run(tmp_path / "demo")
    first = run("demo", "--films", 6, "--no-serve")
    assert "Added 6," in first.stdout
    assert "an instance of their own: `onesheet --home mine import PATH`" in first.stderr
    assert run("demo", "--films", 6, "--no-serve").stdout == ""
    next((run.home / "posters").rglob("*.webp")).unlink()
    assert "unchanged 6" in run("demo", "--films", 6, "--no-serve").stdout
    assert run("demo", "--films", 6, "--no-serve").stdout == ""
    assert "Added 2," in run("demo", "--films", 8, "--no-serve").stdout
    said = [json.loads(line) for line in log.read_text().splitlines()]
    assert [each["asked"] for each in said] == ["onesheet demo"] * 3, "once for each change"
    run("doctor")


def test_a_demo_with_other_posters_in_the_same_number_is_indexed_anew(run: Run) -> None:
    with sqlite3.connect(run.home / "onesheet.db") as database:
        database.execute("UPDATE poster SET id = 1000 WHERE id = (SELECT max(id) FROM poster)")
    database.close()
    assert "run `onesheet index`" in run("doctor", status=2).output
    run("demo", "--films", 6, "--no-serve")
    run("doctor")


def test_a_demo_without_a_model_is_refused_before_drawing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("embedder.card", "embedder.model", "onesheet.indexing.models"):
        monkeypatch.setattr(f"{module}.PACKAGED", tmp_path / "absent")
    run = Run(tmp_path / "home")
    assert "install Onesheet again" in one_line(run("demo", "--no-serve", status=2))
    assert not (run.home / "posters").exists()
