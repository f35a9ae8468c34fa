"""A language is added with a file of texts; numbers and dates follow the visitor's locale."""

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel import numbers
from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from jinja2.runtime import Context

from catalog.images import ImageError
from onesheet.base.refusals import RefusalError
from webapp.app import create_app
from webapp.text import wording
from webapp.text.translation import locale, number, percentage, separators, translated

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def german(home: Path, tmp_path: Path) -> Iterator[FlaskClient]:
    """An application that has German for a few texts."""
    catalog = Catalog("de")
    catalog.add("Nothing hangs here", "Hier hängt nichts")
    catalog.add("Search", "Suche")
    catalog.add("Damaged at %(place)s.", "Kaputt bei %(place)s.")
    catalog.add("Kept until %(day)s.", "Bis %(day)s.")
    folder = tmp_path / "translations" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    app = create_app(home, TESTING=True, BABEL_TRANSLATION_DIRECTORIES=str(folder.parents[1]))
    yield app.test_client()
    app.extensions["onesheet"].close()


@pytest.mark.parametrize(
    ("asked", "language", "title"),
    [
        ("de", "de", "Hier hängt nichts"),
        ("de-CH,en;q=0.5", "de", "Hier hängt nichts"),
        ("fr,de;q=0.8,en;q=0.5", "de", "Hier hängt nichts"),
        ("en-GB,de;q=0.5", "en", "Nothing hangs here"),
        ("fr", "en", "Nothing hangs here"),
        ("*", "en", "Nothing hangs here"),
        ("en-u-ca-buddhist, ../../etc;q=0.9, ,", "en", "Nothing hangs here"),
    ],
)
def test_the_first_language_asked_for_that_is_spoken_is_answered_in(
    german: FlaskClient, asked: str, language: str, title: str
) -> None:
    answer = german.get("/nowhere", headers={"Accept-Language": asked})
    assert f'<html lang="{language}"' in answer.text
    assert f"<h1>{title}</h1>" in answer.text
    assert "Accept-Language" in answer.headers["Vary"]
    assert answer.headers["Content-Language"] == language


def test_a_text_without_translation_stays_english(german: FlaskClient) -> None:
    text = german.get("/nowhere", headers={"Accept-Language": "de"}).text
    assert ">Suche</a>" in text
    assert ">Learning</a>" in text


def test_numbers_follow_the_locale(german: FlaskClient) -> None:
    for asked, written in (("de", "1.204,5"), ("de-CH", "1’204.5"), ("en-GB", "1,204.5")):
        with german.application.test_request_context(headers={"Accept-Language": asked}):
            assert number(1204.5) == written
            assert separators() == written[-2] + written[1]


@pytest.mark.parametrize("pattern", ["0.0", "0.000", "0.00"])
@pytest.mark.parametrize("asked", ["en", "de", "de-CH"])
def test_a_number_alone_is_written_as_babel_writes_it(
    german: FlaskClient, pattern: str, asked: str
) -> None:
    with german.application.test_request_context(headers={"Accept-Language": asked}):
        for value in (0, 0.04, 0.96, 7.25, 9.999, 1204.5, 123456.789, -0.25, -1234.5678):
            babel = numbers.format_decimal(value, pattern, locale())
            assert number(value, pattern) == babel


def test_shares_are_written_in_whole_per_cent(german: FlaskClient) -> None:
    for asked, written in (("de", "12\xa0%"), ("en", "12%")):
        with german.application.test_request_context(headers={"Accept-Language": asked}):
            assert percentage(0.1234) == percentage(0.12) == written


def test_a_text_in_a_template_is_translated_filled_in_and_escaped(german: FlaskClient) -> None:
    source = "{{ _('Search') }} {{ _('%(a)s %% <b>', a=a) }} {{ _('Search') | upper }}"
    app = german.application
    for asked, said in (
        ("de", "Suche &lt;i&gt; % <b> SUCHE"),
        ("en", "Search &lt;i&gt; % <b> SEARCH"),
    ):
        with app.test_request_context(headers={"Accept-Language": asked}):
            for _ in range(2):
                assert render_template_string(source, a="<i>") == said


def test_a_text_in_a_loop_does_not_copy_all_names(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[object] = []
    monkeypatch.setattr(Context, "derived", lambda *told: copied.append(told))
    source = "{% for n in range(2) %}{{ _('%(n)s of', n=n) }} {{ ngettext('%(num)s', 'n', 1) }} "
    with app.test_request_context():
        assert render_template_string(f"{source}{{% endfor %}}") == "0 of 1 1 of 1 "
    assert not copied


def test_a_refusal_is_said_in_the_language_of_the_visitor(german: FlaskClient) -> None:
    damaged = ImageError("Damaged at %(place)s.", place="Search")
    refusal = RefusalError("%(file)s: %(trouble)s", file="a.png", trouble=damaged)
    expired = RefusalError("Kept until %(day)s.", day=date(2026, 11, 21))
    with german.application.test_request_context(headers={"Accept-Language": "de"}):
        assert translated(refusal) == "a.png: Kaputt bei Search."
        assert translated(expired) == "Bis 21.11.2026."
    assert translated(refusal) == "a.png: Damaged at Search."
    assert translated(expired) == "Kept until Nov 21, 2026."


def test_outside_a_request_everything_is_english() -> None:
    assert number(1204.5) == "1,204.5"
    assert wording.count(1204, "rating") == "1,204 ratings"


@pytest.mark.parametrize("template", sorted((ROOT / "templates").rglob("*.html")), ids=str)
def test_the_texts_of_every_template_can_be_extracted(template: Path) -> None:
    mapping, options = parse_mapping_cfg(  # type: ignore[no-untyped-call]
        io.StringIO((ROOT / "babel.cfg").read_text())
    )
    method, how = dict(mapping)["templates/**.html"], options["templates/**.html"]
    for _, message, *_ in extract_from_file(method, template, options=how):
        for text in [message] if isinstance(message, str) else message:
            assert "%" not in re.sub(r"%\(\w+\)s|%%", "", text or ""), f"write %% in {text!r}"
