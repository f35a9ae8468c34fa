"""Where a header stands, which delimiter a table has, and what becomes of odd quotes."""

from pathlib import Path

import pytest

from catalog.records import CatalogError
from catalog.sources.tables.delimited import TableRow, delimited_text

LETTERBOXD_LIST = (
    "Letterboxd list export v7\nDate,Name,Tags,URL,Description\n"
    '2023-01-01,"Mine, all",,https://boxd.it/x,\n\nPosition,Name,Year,URL,Description\n'
    "1,Heat,1995,https://boxd.it/2aJq,\n"
)


def read(path: Path, text: str) -> tuple[list[str], str, list[TableRow]]:
    path.write_bytes(text.encode())
    found = delimited_text(path, "utf-8")
    rows = list(found.read())
    assert list(found.read()) == rows, "and again"
    return found.header, found.delimiter, rows


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "films.csv"


@pytest.mark.parametrize(
    ("before", "line"),
    [("", 2), ("My films\n\n", 4), ("# of 2024; mine\n", 3), ("sep=,\n", 3), ('"sep=,"\r\n', 3)],
)
def test_a_table_may_begin_with_what_it_is(table: Path, before: str, line: int) -> None:
    header, _, rows = read(table, f"{before}title,year\nHeat,1995\n")
    assert header == ["title", "year"]
    assert rows == [(line, ["Heat", "1995"])]


def test_a_list_of_letterboxds_is_read_below_what_it_says_of_itself(table: Path) -> None:
    header, _, rows = read(table, LETTERBOXD_LIST)
    assert header == ["Position", "Name", "Year", "URL", "Description"]
    assert rows == [(6, ["1", "Heat", "1995", "https://boxd.it/2aJq", ""])]


def test_a_row_that_has_one_columns_name_is_no_header(table: Path) -> None:
    header, _, rows = read(table, "A,B\nFilm,1971\nHeat,1995\n")
    assert header == ["A", "B"]
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("mark", "words"), [("^", "parted by ^"), ("\t", "tabs"), (";", "semicolons")]
)
def test_excels_line_may_name_any_delimiter(table: Path, mark: str, words: str) -> None:
    header, delimiter, rows = read(table, f"sep={mark}\na{mark}b\n1,5{mark}2\n")
    assert (header, delimiter, rows) == (["a", "b"], words, [(3, ["1,5", "2"])])


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ('"Heat" it is', "Heat it is"),
        ('The "Heat" it is', 'The "Heat" it is'),
        (r'"The \"Heat\", it is"', 'The "Heat", it is'),
        (r'"\"Heat\""', '"Heat"'),
    ],
)
def test_odd_quotes_cost_no_row(table: Path, cell: str, meant: str) -> None:
    _, _, rows = read(table, f"title,year\nA,1\n{cell},1995\nB,2\n")
    assert rows == [(2, ["A", "1"]), (3, [meant, "1995"]), (4, ["B", "2"])]


def test_a_quote_that_never_ends_is_refused_with_its_line(table: Path) -> None:
    with pytest.raises(CatalogError, match="line 3: this is not CSV"):
        read(table, 'title,year\nA,1\n"B,2\nC,3\n')


def test_a_page_in_a_tables_place_is_refused(table: Path) -> None:
    with pytest.raises(CatalogError, match="web page or XML, no table"):
        read(table, "\n<!doctype html><table><tr><td>title</td></tr></table>")
