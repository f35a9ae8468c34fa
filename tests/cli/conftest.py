"""The command over one instance folder."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main


@pytest.fixture
def run(home: Path) -> "Run":
    return Run(home)


class Run:
    """The command over one instance folder."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: object, status: int = 0) -> Result:
        result = CliRunner().invoke(main, ["--home", str(self.home), *map(str, arguments)])
        assert result.exit_code == status, result.output + repr(result.exception)
        return result


@pytest.fixture
def poster_file(tmp_path: Path, new_poster: bytes) -> Path:
    path = tmp_path / "poster.png"
    path.write_bytes(new_poster)
    return path


def imports(run: Run, poster: Path) -> Result:
    folder = run.home / "folder"
    (folder / "images").mkdir(parents=True, exist_ok=True)
    shutil.copy(poster, folder / "images" / "tt1000000.png")
    (folder / "movies.csv").write_text(
        "genres,title,imdb_id\nDrama|Comedy,New,tt1000000\nDrama,No poster,tt1000001\n"
    )
    return run("import", "folder", folder)


def one_line(result: Result) -> str:
    assert isinstance(result.exception, SystemExit), result.exception
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    return line


def ailing(run: Run) -> set[str]:
    findings = json.loads(run("doctor", "--json", status=2).stdout)
    return {finding["name"] for finding in findings if not finding["well"]}
