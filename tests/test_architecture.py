"""What the contracts in `pyproject.toml` do not say: no cycle, no crowd, a small web process."""

import subprocess
import sys
import tomllib
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["root_packages"]
MOST_MODULES = 15
"""In a folder, beside its `__init__`."""
HISTORY = ROOT / "onesheet" / "storage" / "migrations" / "versions"
"""Migrations, which are never taken away, so that any database can be brought up to date."""
MOST_LINES = 250
TABLES = {"demo/words/vocabulary.py", "webapp/presenting/api_operations.py"}
"""Modules that are tables of data, which may be longer."""
UNTESTED_BY_NAME = {
    "demo/drawing": "what they draw is judged on whole posters, in tests/demo/test_poster.py",
    "demo/scenes": "likewise",
    "demo/typesetting": "likewise, but for what fits and where lines break",
    "demo/words": "likewise; words are judged on whole films, in tests/demo/test_films.py",
    "onesheet/storage/migrations": "what they make together is tested, in storage/test_schema.py",
    "webapp/schemas": "types alone; tests/webapp/schemas/test_schemas.py holds answers to them",
    "benchmarks": "each runs on a few posters, in tests/benchmarks",
}
"""Folders whose modules need no test file of their name, and why."""
TRIVIAL = 60
"""Lines below which a module needs no test file of its name."""


def modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def test_every_folder_of_modules_is_a_room() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/*.py")}
    assert packages - {"tests"} == set(ROOMS)


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = grimp.build_graph(*ROOMS)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    TopologicalSorter(imports).prepare()  # raises CycleError, which names the modules


def test_no_folder_is_crowded() -> None:
    counts = Counter(path.parent for path in modules() if path.name != "__init__.py")
    del counts[HISTORY]
    crowded = {str(folder.relative_to(ROOT)): n for folder, n in counts.items() if n > MOST_MODULES}
    assert crowded == {}


def test_no_module_is_long() -> None:
    long = {}
    for path in [*modules(), *(ROOT / "tests").rglob("*.py")]:
        name = path.relative_to(ROOT).as_posix()
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MOST_LINES and name not in TABLES:
            long[name] = lines
    assert long == {}


@pytest.mark.parametrize("module", ["webapp", "cli.main", "webapp.routes.results", "webapp.server"])
def test_importing_the_web_app_loads_nothing_heavy(module: str) -> None:
    program = (
        f"import sys, {module}\n"
        "heavy = {'torch', 'torchvision', 'sklearn', 'umap', 'numba', 'plotly', 'httpx', "
        "'prometheus_client', 'fpdf', 'pptx', 'fsspec', 's3fs', 'botocore', 'aiohttp', "
        "'ray', 'grpc'}\n"
        "print(*(heavy & set(sys.modules)))"
    )
    assert python(program).split() == []


def test_a_server_has_loaded_no_native_threads_before_it_forks() -> None:
    program = (
        "import sys, click\n"
        "from cli.main import main\n"
        "assert main.get_command(click.Context(main), 'serve')\n"
        "assert main.get_command(click.Context(main), 'demo')\n"
        "print(*({'onnxruntime', 'faiss', 'torch'} & set(sys.modules)))"
    )
    assert python(program).split() == []


def test_an_application_that_answers_has_loaded_nothing_heavy(home: Path) -> None:
    program = (
        "import sys, webapp.app\n"
        f"app = webapp.app.create_app({str(home)!r})\n"
        "client = app.test_client()\n"
        "body = client.post('/api/v1/recommendations', json={'imdb': 'demo-0001'})\n"
        "assert body.status_code == 201, body.text\n"
        "assert client.get('/').status_code == 200\n"
        "heavy = {'torch', 'torchvision', 'sklearn', 'umap', 'numba', 'fsspec'}\n"
        "print(*(heavy & set(sys.modules)))"
    )
    assert python(program).split() == []


def python(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_has_its_test_file() -> None:
    missing = []
    for path in modules():
        name = path.relative_to(ROOT)
        test = ROOT / "tests" / name.parent / f"test_{name.name}"
        excepted = any(name.is_relative_to(folder) for folder in UNTESTED_BY_NAME)
        long = len(path.read_text(encoding="utf-8").splitlines()) >= TRIVIAL
        if long and not excepted and path.stem != "__init__" and not test.exists():
            missing.append(name.as_posix())
    assert missing == []
