"""The rooms import each other downwards only, and the web process stays small."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("webapp", "embedder", "index", "bandit", "genres", "catalog")
MAY_IMPORT = {
    "webapp": {"embedder", "index", "bandit", "genres", "catalog"},
    "embedder": {"catalog"},
    "index": {"catalog"},
    "bandit": {"catalog"},
    "genres": {"catalog"},
    "catalog": set[str](),
}
KNOWS_NOTHING_OF = {
    "catalog": {"torch", "onnxruntime", "faiss", "flask", "click"},
    "embedder": {"faiss", "flask", "click", "sqlalchemy", "alembic"},
    "index": {"torch", "onnxruntime", "PIL", "flask", "click", "sqlalchemy"},
    "bandit": {"numpy", "torch", "faiss", "PIL", "flask", "click"},
    "genres": {"flask", "click", "faiss", "sqlalchemy", "torch"},
    "webapp": {"torch", "torchvision", "faiss", "onnxruntime", "sklearn", "umap"},
}


def modules(room: str) -> Iterator[Path]:
    return (ROOT / room).rglob("*.py")


def imported(path: Path, *, at_import: bool = False) -> set[str]:
    """Dotted names a module imports; only those run on importing it, where asked."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(executed(tree.body)) if at_import else list(ast.walk(tree))
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names |= {node.module or ""} | {f"{node.module}.{a.name}" for a in node.names}
    return names


def executed(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Statements run on import: not the insides of functions, nor what is for type checkers."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        for name in ("body", "orelse", "finalbody", "handlers"):
            yield from executed(getattr(node, name, []))


def tops(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_below_it(room: str) -> None:
    for path in modules(room):
        foreign = tops(imported(path)) & set(ROOMS) - {room}
        assert foreign <= MAY_IMPORT[room], f"{path.relative_to(ROOT)} imports {foreign}"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_nothing_of_the_others_crafts(room: str) -> None:
    for path in modules(room):
        found = tops(imported(path)) & KNOWS_NOTHING_OF[room]
        assert not found, f"{path.relative_to(ROOT)} imports {found}"


def test_every_top_level_package_is_a_room() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == set(ROOMS)


@pytest.mark.parametrize("module", ["webapp", "webapp.cli", "webapp.pages", "webapp.server"])
def test_importing_the_web_app_loads_nothing_heavy(module: str) -> None:
    program = (
        f"import sys, {module}\n"
        "heavy = {'torch', 'torchvision', 'sklearn', 'umap', 'numba', 'plotly'}\n"
        "print(*(heavy & set(sys.modules)))"
    )
    assert python(program).split() == []


def test_a_server_has_loaded_no_native_threads_before_it_forks() -> None:
    program = (
        "import sys, click\n"
        "from webapp.cli import main\n"
        "assert main.get_command(click.Context(main), 'serve')\n"
        "assert main.get_command(click.Context(main), 'demo')\n"
        "print(*({'onnxruntime', 'faiss', 'torch'} & set(sys.modules)))"
    )
    assert python(program).split() == []


def test_an_application_that_answers_has_loaded_nothing_heavy(home: Path) -> None:
    program = (
        "import sys, webapp\n"
        f"app = webapp.create_app({str(home)!r})\n"
        "client = app.test_client()\n"
        "body = client.post('/api/v1/recommendations', json={'imdb': 'demo-0001'})\n"
        "assert body.status_code == 201, body.text\n"
        "assert client.get('/').status_code == 200\n"
        "print(*({'torch', 'torchvision', 'sklearn', 'umap', 'numba'} & set(sys.modules)))"
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
