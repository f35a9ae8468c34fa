"""Nothing that is read can run a program: no pickles, weights alone, arrays without objects."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["root_packages"]
UNPICKLERS = {"cloudpickle", "dill", "joblib", "marshal", "shelve"}
"""Modules whose reading runs what it reads; of pickle itself its errors alone may be named."""
RUNNING = {"eval", "exec", "compile"}


def problems(source: str) -> Iterator[str]:
    """What of a module's text could run what it reads."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None)
            named = [module] if module else [each.name for each in node.names]
            first = {str(name).partition(".")[0] for name in named}
            if first & UNPICKLERS or module == "pickle":
                yield ast.unparse(node)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "pickle":
            if not node.attr.endswith("Error"):
                yield ast.unparse(node)
        elif isinstance(node, ast.Call):
            yield from _of_call(node, ast.unparse(node.func))


def _of_call(node: ast.Call, name: str) -> Iterator[str]:
    said = {each.arg: ast.unparse(each.value) for each in node.keywords}
    unsafe = (
        name in RUNNING
        or name in ("torch.jit.load", "torch.hub.load", "torch.package.PackageImporter")
        or (name == "torch.load" and said.get("weights_only") != "True")
        or said.get("allow_pickle", "False") != "False"
    )
    if unsafe:
        yield ast.unparse(node)


def test_no_module_unpickles() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): each
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for each in problems(path.read_text(encoding="utf-8"))
    }
    assert found == {}


def test_what_would_unpickle_is_seen() -> None:
    unsafe = (
        "import joblib",
        "from pickle import loads",
        "import pickle\npickle.load(file)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "np.load(path, allow_pickle=True)",
        "eval(text)",
    )
    assert all(list(problems(each)) for each in unsafe)
    safe = ("import pickle\npickle.UnpicklingError", "torch.load(p, weights_only=True)", "a.eval()")
    assert not any(list(problems(each)) for each in safe)
