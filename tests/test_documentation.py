"""The README and the pages in docs/ name commands, options, addresses and files that exist."""

import re
import shlex
from itertools import chain
from pathlib import Path

import click
import pytest

from benchmarks.instruments.reporting import ANOTHER_MODEL
from cli.importing.group import DEFAULT_COMMAND, SourceCommands
from cli.main import main
from embedder.card import packaged_fingerprint
from webapp.app import create_app

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
ANCHOR = re.compile(r"\]\(([^)#\s]*)#([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ROOMS = "bandit|benchmarks|catalog|cli|demo|embedder|genres|index|onesheet|papers|webapp"
PLACE = re.compile(
    rf"(?:{ROOMS}|docs|static|templates|tests)/(?:[\w-]+/)*(?:[\w-]+\.(?:css|html|js|md|py))?"
    rf"|(?:{ROOMS})\.[\w.]+"
)
"""A path or a dotted name, as pages name files and modules."""
WORD = re.compile(r"[a-z][a-z-]*")
MODEL = re.compile(r"[Mm]odel `([0-9a-f]{12})`")


def title(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def code(page: Path) -> list[str]:
    """What a page shows as code, a line or a span each."""
    text = page.read_text(encoding="utf-8")
    fenced = [line for block in FENCE.findall(text) for line in block.splitlines()]
    return fenced + SPAN.findall(FENCE.sub("", text))


def named(page: Path) -> list[list[str]]:
    """The words after `onesheet` in each command of a page."""
    found = []
    for line in code(page):
        parts = (part.strip() for part in line.split("&&"))
        found += [shlex.split(p, comments=True)[1:] for p in parts if p.startswith("onesheet ")]
    return found


def within(group: click.Group) -> dict[str, click.Command]:
    """A group's commands by name; asked for one by one, since they may be imported only then."""
    context = click.Context(group)
    commands = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {name: command for name, command in commands.items() if command is not None}


def resolve(words: list[str]) -> tuple[click.Command, str, list[str]]:
    """The command that the words lead to, its name, and the words that are left.

    Raises KeyError for a command that does not exist.
    """
    command: click.Command = main
    path: list[str] = []
    rest = list(words)
    if rest[:1] == ["--home"]:
        rest = rest[2:]
    while isinstance(command, click.Group) and rest and WORD.fullmatch(rest[0]):
        command = within(command)[rest[0]]
        path.append(rest.pop(0))
    if isinstance(command, SourceCommands) and rest and not rest[0].startswith("-"):
        command = within(command)[DEFAULT_COMMAND]  # a path alone
        path.append(DEFAULT_COMMAND)
    return command, " ".join(path), rest


def leaves(group: click.Group, path: str = "") -> set[str]:
    found: set[str] = set()
    for name, command in within(group).items():
        below = f"{path} {name}".strip()
        found |= leaves(command, below) if isinstance(command, click.Group) else {below}
    return found


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_every_command_and_option_named_exists(page: Path) -> None:
    for words in named(page):
        try:
            command, _, rest = resolve(words)
        except KeyError:
            pytest.fail(f"{page.name} names `onesheet {' '.join(words)}`, which does not exist")
        options = [each.opts + each.secondary_opts for each in command.params]
        known = {"--help", *chain.from_iterable(options)}
        unknown = {word for word in rest if word.startswith("--")} - known
        assert not unknown, f"{page.name}: `onesheet {' '.join(words)}` has no {unknown}"


def test_readme_names_every_command() -> None:
    told = {resolve(words)[1] for words in named(ROOT / "README.md")}
    assert leaves(main) <= told


def test_every_address_in_the_readme_is_served(tmp_path: Path) -> None:
    lines = re.findall(
        r"http://127\.0\.0\.1:8000(/[\w/.]+)", (ROOT / "README.md").read_text(encoding="utf-8")
    )
    assert lines
    app = create_app(tmp_path)
    app.extensions["onesheet"].close()
    adapter = app.url_map.bind("127.0.0.1:8000")
    for path in lines:
        assert adapter.allowed_methods(path), f"nothing is served at {path}"


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_every_page_says_something_and_has_the_headings_linked(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# "), f"{title(page)} has no title"
    for target, anchor in ANCHOR.findall(text):
        there = (page.parent / target) if target else page
        if there.suffix == ".md" and ":" not in target:
            headings = HEADING.findall(there.read_text(encoding="utf-8"))
            assert anchor in map(anchor_of, headings), f"{title(page)} links to {target}#{anchor}"


def anchor_of(heading: str) -> str:
    """As code hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_every_file_linked_exists(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if ":" not in link]
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing, f"{page.name} links to {missing}"


def test_every_folder_of_the_map_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    folders = re.findall(r"`([a-z]+)/`", text.partition("## A map of the code")[2])
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} <= set(folders)
    assert [name for name in folders if not (ROOT / name).is_dir() and name != "uploads"] == []


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_every_file_and_module_named_exists(page: Path) -> None:
    """Not in decisions, nor in what benchmarks wrote: these say what was."""
    if {"decisions", "benchmarks"} & set(page.parts) or page.name == "CHANGELOG.md":
        return
    missing = [span for span in code(page) if PLACE.fullmatch(span) and not stands(span)]
    assert not missing, f"{title(page)} names {missing}"


def stands(place: str) -> bool:
    """Whether a path, or the dotted name of a module or of something in it, exists."""
    if "/" in place:
        return (ROOT / place).exists()
    parts = place.split(".")
    for length in range(len(parts), 0, -1):
        folder = ROOT.joinpath(*parts[:length])
        for file in (folder.with_suffix(".py"), folder / "__init__.py"):
            if file.is_file():
                rest = parts[length : length + 1]
                return all(re.search(rf"\b{name}\b", file.read_text("utf-8")) for name in rest)
    return ROOT.joinpath(*parts).is_dir()


def test_make_targets_in_the_readme_exist() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    said = {
        word
        for line in code(ROOT / "README.md")
        if line.startswith("make ")
        for word in line.partition("#")[0].split()[1:]
        if "=" not in word
    }
    assert said
    assert said <= set(targets)


def test_the_pictures_of_the_pages_are_small_together() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "docs" / "screens").iterdir()) < 2_000_000


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "benchmarks").glob("*.md")), ids=title)
def test_figures_of_another_model_than_the_packaged_one_say_so(page: Path) -> None:
    for section in page.read_text(encoding="utf-8").split("\n## "):
        others = {*MODEL.findall(section)} - {packaged_fingerprint()[:12]}
        assert (ANOTHER_MODEL in section) == bool(others), section.partition("\n")[0]
