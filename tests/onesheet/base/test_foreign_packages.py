"""Another project's package in the place of Onesheet's is named in one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from onesheet.base.foreign_packages import foreign_package
from tests.postgres import of_sqlite

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys
# An editable install finds Onesheet's modules even within another project's package.
sys.meta_path = [each for each in sys.meta_path if "editable" not in repr(each).lower()]
sys.path[:0] = sys.argv[1:3]
del sys.argv[1:3]
from cli.main import main
main()
"""


def onesheet(foreign: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The command where the packages in `foreign` come before Onesheet's."""
    return subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, str(foreign), str(ROOT), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def package(folder: Path, name: str) -> Path:
    """A package of another project; its folder."""
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text("__version__ = '1.8'\n")
    return folder / name


@pytest.mark.parametrize("name", ["bandit", "catalog"])
def test_a_foreign_package_is_named_before_anything_is_done(tmp_path: Path, name: str) -> None:
    place = package(tmp_path, name)
    done = onesheet(tmp_path, "--help")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert f"{name} in {place} is not Onesheet's" in done.stderr


@of_sqlite
@pytest.mark.parametrize(("name", "command"), [("index", "doctor"), ("genres", "doctor")])
def test_a_foreign_package_that_only_some_commands_need_is_named_by_them(
    tmp_path: Path, small_home: Path, name: str, command: str
) -> None:
    place = package(tmp_path, name)
    done = onesheet(tmp_path, "--home", small_home, command)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"{name} in {place} is not Onesheet's" in done.stderr


def test_another_packages_failure_is_not_explained_so() -> None:
    assert foreign_package(ImportError("no torch", name="torch")) is None
    assert foreign_package(ImportError("no name at all")) is None
    circle = "cannot import name 'a' from partially initialized module 'index'"
    assert foreign_package(ImportError(circle, name="index")) is None
