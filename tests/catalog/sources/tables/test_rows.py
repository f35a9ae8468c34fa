"""Tables in every dialect give the cells that were written."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.records import CatalogError
from catalog.sources.tables.rows import rows_of

HEADER = ["title", "year", "genres"]
LATIN = st.characters(codec="cp1252", exclude_categories=("C", "Zl", "Zp", "Zs"))
ANY = st.characters(exclude_categories=("C", "Zl", "Zp", "Zs"))


def cells(letters: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    text = st.text(st.one_of(letters, st.sampled_from(" ,;\t|\"'")), max_size=12)
    return st.lists(st.lists(text, min_size=3, max_size=3), min_size=1, max_size=6)


def write(
    path: Path, rows: list[list[str]], delimiter: str, ending: str, quoting: int, encoding: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ending, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([HEADER, *rows])
    path.write_bytes(text.getvalue().encode(encoding))


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=cells(ANY),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    packed=st.booleans(),
    said=st.booleans(),
)
def test_a_table_is_read_as_it_was_written(
    tmp_path: Path,
    rows: list[list[str]],
    delimiter: str,
    ending: str,
    quoting: int,
    encoding: str,
    packed: bool,
    said: bool,
) -> None:
    path = tmp_path / "films.csv"
    write(path, rows, delimiter, ending, quoting, encoding)
    if said:
        text = path.read_bytes().decode(encoding)
        path.write_bytes(f"sep={delimiter}{ending}{text}".encode(encoding))
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    found = rows_of(path)
    assert found.header == HEADER
    assert [row for _, row in found.read()] == rows
    assert [row for _, row in found.read()] == rows, "and again"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=cells(LATIN), delimiter=st.sampled_from([",", ";"]))
def test_windows_1252_with_words_in_it_is_read(
    tmp_path: Path, rows: list[list[str]], delimiter: str
) -> None:
    path = tmp_path / "films.csv"
    words = [["Amélie à Montréal", "2001", "Comédie"], ["Être et avoir", "2002", "Schön"]]
    write(path, words, delimiter, "\r\n", csv.QUOTE_MINIMAL, "cp1252")
    assert [row for _, row in rows_of(path).read()] == words
    assert "Windows-1252" in rows_of(path).written


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=cells(ANY), one_list=st.booleans())
def test_json_is_read_as_it_was_written(
    tmp_path: Path, rows: list[list[str]], one_list: bool
) -> None:
    objects = [dict(zip(HEADER, row, strict=True)) for row in rows]
    lines = "\n".join(json.dumps(each) for each in objects)
    path = tmp_path / "films.json"
    path.write_text(json.dumps(objects) if one_list else lines, encoding="utf-8")
    assert [row for _, row in rows_of(path).read()] == rows


@pytest.mark.parametrize(
    "text",
    [
        '{"films": [{"title": "Heat", "year": 1995}], "pages": [1]}',
        '{\n  "films": [\n    {"title": "Heat", "year": 1995}\n  ]\n}',
        '{\n "title": "Heat",\n "year": 1995\n}',
        '[\n {"title": "Heat", "year": 1995}\n]',
        '\n{"title": "Heat", "year": 1995}\n\n',
    ],
)
def test_json_may_hold_its_films_under_a_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "films.json"
    path.write_text(text)
    assert rows_of(path).header == ["title", "year"]
    assert [row for _, row in rows_of(path).read()] == [["Heat", "1995"]]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text('title,year\n\n"two\nlines",1\n\nthree,2\n')
    assert list(rows_of(path).read()) == [(3, ["two\nlines", "1"]), (6, ["three", "2"])]


@pytest.mark.parametrize("one_list", [True, False])
def test_a_field_that_only_a_late_object_has_is_read(tmp_path: Path, one_list: bool) -> None:
    films: list[dict[str, object]] = [{"title": f"Film {n}"} for n in range(40)]
    films.append({"title": "Heat", "year": 1995})
    text = json.dumps(films) if one_list else "\n".join(map(json.dumps, films))
    path = tmp_path / "films.json"
    path.write_text(text)
    found = rows_of(path)
    assert found.header == ["title", "year"]
    assert [row for _, row in found.read()][39:] == [["Film 39", ""], ["Heat", "1995"]]


def test_a_torn_table_is_one_and_reading_it_tells(tmp_path: Path) -> None:
    path = tmp_path / "films.jsonl"
    path.write_text('{"title": "Heat"}\n{"title": ')
    found = rows_of(path)
    assert found.header == ["title"]
    with pytest.raises(CatalogError, match="no list of JSON objects"):
        list(found.read())
