"""What the command changes is written down, where the operator wants that."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, imports


def test_changes_by_the_command_are_written_down(
    run: Run, poster_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "audit.jsonl"
    monkeypatch.setenv("ONESHEET_AUDIT_LOG", str(log))
    imports(run, poster_file)
    run("keys", "list")
    run("import", run.home / "folder", "--dry-run")
    run("catalog", "check")
    run("catalog", "check", "--repair")
    run("similar", poster_file)
    run("remove", "tt1000000")
    run("remove", "tt1000000", status=2)
    said = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(each["asked"], each["failed"]) for each in said] == [
        ("onesheet import folder", False),
        ("onesheet catalog check", False),
        ("onesheet similar", False),
        ("onesheet remove", False),
        ("onesheet remove", True),
    ]
