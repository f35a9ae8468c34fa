"""Every text that a person reads is marked for translation; docs/translating.md tells how."""

import ast
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from jinja2 import Environment, nodes

from onesheet.portraits.colour_census import NAMES, SAID

ROOT = Path(__file__).resolve().parents[3]
KEYWORDS = re.findall(r"-k (\w+)", (ROOT / "docs" / "translating.md").read_text(encoding="utf-8"))
"""What the documented command extracts besides gettext's own."""
MARKS = {"_", "gettext", "ngettext", *KEYWORDS}
NAMED = {"Onesheet", "IMDb", "CSV", "JSON"}
"""Names, the same in every language."""
TERMINAL = {
    "api_keys",
    "api_operations",
    "assessment",
    "backup",
    "restore",
    "builder",
    "connection",
    "film_answers",
    "foreign_packages",
    "lock",
    "metrics",
    "models",
    "openapi",
    "payload",
    "pictures",
    "poster_reader",
    "schema",
    "settings",
    "storing",
    "tag_folder",
    "transfer",
    "trial",
    "upkeep",
    "worker_files",
}
"""Modules whose words are read in a terminal or a schema, by whoever runs or calls the server."""
MISUSE = {"ValueError", "RuntimeError", "ImportError"}
"""What is raised to programmers."""
SENTENCE = re.compile(r"(?=.*[a-z]{2} [a-z(“%])(^[A-Z][a-z]|.*[.;:]$)", re.DOTALL)
"""What reads as a sentence or a part of one: words, and a capital first or a stop last."""
NOT_READ = re.compile(r"Hanken Grotesk|^Onesheet \(fetches|attachment; filename|^const ")
"""A font's name, what the server calls itself to others, a header, a script."""
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
READ_ALOUD = {"alt", "aria-label", "placeholder", "title", "content"}


def sentences(source: str) -> Iterator[str]:
    """The texts of a module that read as sentences and that nothing marks."""
    tree = ast.parse(source)
    passed: set[int] = set()
    for node in ast.walk(tree):
        quiet = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)  # docstrings
        if quiet or isinstance(node, ast.Assert) or _marks(node):
            passed |= {id(each) for each in ast.walk(node)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in passed
        ):
            text = node.value
            if SENTENCE.match(text.strip()) and not NOT_READ.search(text):
                yield text


def _marks(node: ast.AST) -> bool:
    """Whether it marks a text, writes to the log, or speaks to a programmer."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Attribute):
        return isinstance(called.value, ast.Name) and called.value.id == "log"
    return isinstance(called, ast.Name) and called.id in MARKS | MISUSE


MODULES = [
    path
    for room in ("onesheet", "webapp")
    for path in sorted((ROOT / room).rglob("*.py"))
    if path.stem not in TERMINAL and "migrations" not in path.parts
]


@pytest.mark.parametrize(
    "module", [*MODULES, ROOT / "catalog" / "images" / "errors.py"], ids=lambda p: p.stem
)
def test_every_sentence_of_the_program_is_marked(module: Path) -> None:
    assert list(sentences(module.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "left_out",
    [
        'raise GoneError("That poster is gone; upload it again.")',
        'TOO_MANY = "At most six drafts can be compared."',
        'abort(404, f"The film {title} is missing; pick another one.")',
        'says = "Nothing is close" if far else ""',
    ],
)
def test_a_sentence_left_out_of_the_program_is_found(left_out: str) -> None:
    assert list(sentences(left_out))


class Words(HTMLParser):
    """Gathers what is left to read of a template without its expressions."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in ("code", "script")
        read = [value for name, value in attrs if name in READ_ALOUD or name.startswith("data-say")]
        values = dict(attrs)
        if tag == "meta" and values.get("name") in ("viewport", "color-scheme", "robots"):
            return
        if tag == "meta" and not (values.get("content") or "").count(" "):
            return
        self.found += [value or "" for value in read]

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in ("code", "script")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.found.append(data)


def unmarked(source: str) -> list[str]:
    """The words of a template that nothing marks, in its text and in its expressions."""
    environment = Environment(extensions=["jinja2.ext.i18n"])  # noqa: S701  (read, never rendered)
    plain = "".join(value if kind == "data" else " " for _, kind, value in environment.lex(source))
    reader = Words()
    reader.feed(plain)
    words = re.findall(r"[A-Za-z]{2,}", " ".join(reader.found))
    return [word for word in words if word not in NAMED] + list(_said(environment.parse(source)))


def _said(node: nodes.Node) -> Iterator[str]:
    """Texts within expressions, except what is marked."""
    if isinstance(node, nodes.Call) and getattr(node.node, "name", None) in MARKS:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        if re.match(r"[A-Z][a-z]+", node.value) and node.value not in NAMED:
            yield node.value
        return
    for child in node.iter_child_nodes():
        yield from _said(child)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_every_word_of_a_template_is_marked(template: Path) -> None:
    assert unmarked(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "left_out",
    [
        "<p>The poster is gone.</p>",
        "<p>{{ count }} films</p>",
        '<img alt="A poster">',
        "{{ 'Poster of ' ~ title }}",
        "<button title=\"{{ 'Remove' if kept else _('Keep') }}\">{{ _('Keep') }}</button>",
        '<form data-say-lost="Try again"></form>',
    ],
)
def test_a_word_left_out_of_a_template_is_found(left_out: str) -> None:
    assert unmarked(left_out)
    assert not unmarked('<p class="small">{{ _("All is said") }} <code>onesheet index</code></p>')


def test_scripts_hold_no_texts() -> None:
    for path in sorted((ROOT / "static").rglob("*.js")):
        code = re.sub(r"(?m)(^|\s)//.*$", "", path.read_text(encoding="utf-8"))
        texts = re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`", code)
        for text in (next(filter(None, each), "") for each in texts):
            assert not re.search(r"[A-Z][a-z]+ [a-z]{2,}", text), f"{path.name}: {text}"


def extracted() -> set[str]:
    """What the documented command extracts."""
    mapping, options = parse_mapping_cfg(  # type: ignore[no-untyped-call]
        io.StringIO((ROOT / "babel.cfg").read_text())
    )
    keywords = DEFAULT_KEYWORDS | dict.fromkeys(KEYWORDS)
    texts: set[str] = set()
    for _, _, message, *_ in extract_from_dir(ROOT, mapping, options, keywords):
        texts |= {message} if isinstance(message, str) else set(filter(None, message))
    return texts


def test_apostrophes_are_curly() -> None:
    assert [text for text in extracted() if re.search(r"\w'", text)] == []


def test_translators_are_given_all_of_it() -> None:
    """They get the constants and another room's sentences too."""
    assert extracted() > {
        "There is nothing at this address; go back to the front page.",  # a constant
        "%(width)s x %(height)s pixels are too large; scale it below %(most)s megapixels.",
        "Which released posters does this one look like?",  # a template
        "%(field)s must be true or false.",  # an error of the web layer
        "%(site)s could not be reached from here; check the address.",  # an error of the domain
        "mostly in the upper half",
        *SAID,
    }


def test_every_colour_has_a_name_for_translators() -> None:
    assert set(SAID) == set(NAMES)
