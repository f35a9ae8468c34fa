"""A built wheel holds everything and works far from the checkout."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import tomllib
import venv
import zipfile
from email import message_from_bytes as metadata
from importlib.metadata import Distribution, distribution
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from onesheet.doctor import FONTS

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = ("bandit", "catalog", "cli", "demo", "embedder", "genres", "index", "onesheet", "webapp")
NOT_SOURCES = {"__pycache__", ".git", ".venv", "build", "dist", "instance", "runs"}
DEMO_SECONDS = 300
"""After which the demo is given up; it takes a few seconds."""

pytestmark = pytest.mark.slow


def source_files(folder: Path) -> set[str]:
    """Files below a folder of the checkout, relative to the checkout."""
    found = (path.relative_to(ROOT) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in found if not NOT_SOURCES.intersection(path.parts)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, by the backend that pyproject.toml names, without the network."""
    copy, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in (*ROOMS, "templates", "static"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns(*NOT_SOURCES))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    program = f"from setuptools import build_meta; build_meta.build_wheel({str(out)!r})"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a fresh environment: the wheel and what it declares, nothing else."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    here = {"base": str(environment), "platbase": str(environment)}
    site = Path(sysconfig.get_path("purelib", "venv", vars=here))
    python = scripts / "python"
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        str(wheel),
    ]
    subprocess.run(command, check=True)
    for found in declared(wheel):
        for top in {file.parts[0] for file in found.files or () if file.parts[0] != ".."}:
            if not (site / top).exists():  # a namespace may be shared
                (site / top).symlink_to(Path(str(found.locate_file(top))))
    return scripts


def outside() -> dict[str, str]:
    """The environment, without what would lead back to the checkout."""
    inside = ("ONESHEET_HOME", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if name not in inside}


def declared(wheel: Path) -> list[Distribution]:
    """What the wheel requires without an extra, and what that requires in turn."""
    with zipfile.ZipFile(wheel) as held:
        (name,) = (name for name in held.namelist() if name.endswith(".dist-info/METADATA"))
        wanted = [(line, "") for line in metadata(held.read(name)).get_all("Requires-Dist", [])]
    found: dict[str, Distribution] = {}
    asked: set[tuple[str, str]] = set()
    while wanted:
        line, extra = wanted.pop()
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        found.setdefault(name, distribution(name))
        for each in ("", *requirement.extras):
            if (name, each) not in asked:
                asked.add((name, each))
                wanted += [(line, each) for line in found[name].requires or ()]
    return list(found.values())


def test_a_fresh_environment_has_no_torch(installed: Path) -> None:
    command = [str(installed / "python"), "-c", "import torch"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "No module named 'torch'" in done.stderr


def test_the_wheel_holds_every_module_template_static_file_and_model(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        name
        for room in ROOMS
        for name in source_files(ROOT / room)
        if name.endswith((".py", ".mako", ".onnx", ".json"))
    }
    for folder in ("templates", "static"):
        expected |= {f"webapp/{name}" for name in source_files(ROOT / folder)}
    assert expected <= held, sorted(expected - held)
    assert "embedder/packaged/model.onnx" in held
    assert "onesheet/storage/migrations/script.py.mako" in held


def test_nothing_but_the_packages_lands_beside_them(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {*ROOMS, f"onesheet-{PROJECT['project']['version']}.dist-info"}


def test_the_licence_goes_with_it(wheel: Path) -> None:
    held = zipfile.ZipFile(wheel).namelist()
    assert [name for name in held if name.endswith("licenses/LICENSE")]


def test_the_installed_command_runs_far_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [installed / "onesheet", "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "Usage: onesheet" in done.stdout


def test_the_installed_app_serves_its_pages(
    installed: Path, small_home: Path, tmp_path: Path
) -> None:
    shutil.copytree(small_home, tmp_path / "instance")
    program = (
        "import onesheet, webapp.app, embedder\n"
        "from pathlib import Path\n"
        "print(webapp.__file__)\n"
        "app = webapp.app.create_app()\n"
        "client = app.test_client()\n"
        "answer = client.post('/api/v1/recommendations', json={'imdb': 'demo-0001'})\n"
        "assert answer.status_code == 201, answer.text\n"
        "for path in ('/', '/r/' + answer.json['id'], '/learning', '/about', '/static/base.css'):\n"
        "    assert client.get(path, buffered=True).status_code == 200, path\n"
        "embedder.Embedder.load()\n"
    )
    done = subprocess.run(
        [installed / "python", "-c", program],
        cwd=tmp_path,
        env=outside(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(ROOT) not in done.stdout
    assert (tmp_path / "instance" / "onesheet.db").exists()


def test_the_doctor_looks_for_every_font_that_is_required() -> None:
    required = {Requirement(each).name for each in PROJECT["project"]["dependencies"]}
    assert {name for name in required if name.startswith(("font-", "fontpkg-", "noto-"))} == set(
        FONTS
    )


def test_the_installed_command_builds_and_serves_the_demo(installed: Path, tmp_path: Path) -> None:
    command = [str(installed / "onesheet"), "demo", "--films", "24", "--port", "0"]
    log = tmp_path / "errors"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command, cwd=tmp_path, env=outside(), stdout=subprocess.PIPE, stderr=errors, text=True
        ) as served,
    ):
        assert served.stdout is not None
        alarm = threading.Timer(DEMO_SECONDS, served.kill)  # ends the lines below as well
        alarm.start()
        try:
            lines = iter(served.stdout.readline, "")
            found = next(
                filter(None, (re.search(r"http://[0-9.:]+", line) for line in lines)), None
            )
            assert found is not None, log.read_text()
            page = httpx.get(found.group(), timeout=60)
        finally:
            served.terminate()
            try:
                served.wait(timeout=60)
            except subprocess.TimeoutExpired:
                served.kill()
            alarm.cancel()
    assert page.status_code == 200
    assert page.text.count("/posters/") >= 24
    assert (tmp_path / "instance" / "index" / "current").exists()


def test_constraints_pin_every_requirement_within_its_range() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    versions = {}
    for pin in pins:
        (only,) = pin.specifier
        assert (only.operator, pin.url, pin.marker) == ("==", None, None), pin
        assert "+" not in only.version, f"{pin} names a build of one machine"
        versions[canonicalize_name(pin.name)] = only.version
    project = PROJECT["project"]
    wanted = [*project["dependencies"], *PROJECT["build-system"]["requires"]]
    for extra in project["optional-dependencies"].values():
        wanted += extra
    assert len(wanted) > 30
    for requirement in map(Requirement, wanted):
        name = canonicalize_name(requirement.name)
        assert name in versions, f"constraints.txt does not pin {name}"
        assert versions[name] in requirement.specifier, f"{name} {versions[name]}"
