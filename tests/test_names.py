"""One name, one meaning: no two modules of the repository define the same name for two things."""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["root_packages"]

BY_CONVENTION = {
    "Base": "the declarative base of a package's own tables",
    "blueprint": "what Flask registers of a module of pages",
    "_document": "what a benchmark writes",
    "_faiss": "FAISS without its types, which are wrong",
    "log": "a module's own logger",
    "init_app": "what gives an application to an extension, as in Flask",
    "_opening": "the first paragraph of what a benchmark writes",
    "main": "what a command or a benchmark runs",
}
"""Names that say the same in every module that defines them."""

MOST_PRIVATE = 2
"""Modules that may have a private name in common before it is to tell them apart."""

TO_BE_MENDED: set[str] = set()
"""What is left of the names that two modules share: to be told apart, never to be added to."""

VAGUE = {"asked", "given", "held", "seen", "told"}
"""Participles that name nothing that a visitor knows."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the rooms, but migrations, whose names Alembic prescribes."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name:
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def definitions(module: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that a module defines at its top, each with what it is the same as elsewhere.

    Pages and commands are left out: they are known by their address and by their command.
    """
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if not any(_has_address(each) for each in node.decorator_list):
                yield node.name, ""
        elif isinstance(node, ast.ClassDef):
            yield node.name, ""
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in (each for target in targets for each in _names(target)):
                if not name.startswith("__"):
                    yield name, _alias(node.value)


def _names(target: ast.expr) -> Iterator[str]:
    """The names that an assignment gives, also several at once."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple):
        for each in target.elts:
            yield from _names(each)


def _has_address(decorator: ast.expr) -> bool:
    """Whether a decorator makes a function a page, a resource or a command."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    kinds = {"route", "get", "post", "put", "patch", "delete", "command", "group"}
    return isinstance(called, ast.Attribute) and called.attr in kinds


def _alias(value: ast.expr | None) -> str:
    """A type's alias, or a type variable, as its text: the same text is the same type."""
    is_type = (
        isinstance(value, ast.Subscript)
        or (isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr))
        or (isinstance(value, ast.Call) and ast.unparse(value.func) == "TypeVar")
    )
    return ast.unparse(value) if is_type and value is not None else ""


@pytest.fixture(scope="module")
def homes() -> dict[str, dict[str, str]]:
    """For each name, the modules that define it, and the type that it is an alias of, or ""."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path, module in modules():
        for name, alias in definitions(module):
            found[name][path] = alias
    return found


def test_no_two_public_definitions_share_a_name(homes: dict[str, dict[str, str]]) -> None:
    shared = {
        name: sorted(where)
        for name, where in homes.items()
        if not name.startswith("_") and _different(where) and name not in BY_CONVENTION
    }
    assert {name: where for name, where in shared.items() if name not in TO_BE_MENDED} == {}


def test_no_private_name_is_in_more_modules_than_two(homes: dict[str, dict[str, str]]) -> None:
    shared = {
        name: sorted(where)
        for name, where in homes.items()
        if name.startswith("_")
        and _different(where)
        and len(where) > MOST_PRIVATE
        and name not in BY_CONVENTION
    }
    assert {name: where for name, where in shared.items() if name not in TO_BE_MENDED} == {}


def test_no_type_or_module_has_a_vague_name() -> None:
    vague = []
    for path, module in modules():
        if Path(path).stem in VAGUE:
            vague.append(path)
        vague += [
            f"{path}: {node.name}"
            for node in module.body
            if isinstance(node, ast.ClassDef) and node.name.strip("_").lower() in VAGUE
        ]
    assert vague == []


def _different(where: dict[str, str]) -> bool:
    """Whether these definitions are more than one thing."""
    return len(where) > 1 and (len(set(where.values())) > 1 or "" in where.values())
