"""The table of a folder in our layout: its encoding, its columns, its bad rows and values."""

import pytest

from catalog.catalog import Catalog, CatalogError
from catalog.sources.folder import import_folder
from tests.catalog.sources.conftest import HEADER, LayFolder, row, summary


def test_a_genre_named_twice_in_two_spellings_counts_once(
    catalog: Catalog, lay_folder: LayFolder
) -> None:
    lines = ["imdb_id,title,genres", "tt0000001,Film,Drama|drama|War| DRAMA"]
    assert summary(import_folder(catalog, lay_folder(lines, [1]))) == (1, 0, 0, 0)
    assert catalog.by_imdb("tt0000001")[0].genres == ("Drama", "War")


def test_columns_are_found_by_name_in_any_order_and_others_ignored(
    catalog: Catalog, lay_folder: LayFolder
) -> None:
    lines = ["Plot, GENRES ,year,title,imdb_id", '"long, dull",War,1999,"Hello, ""you""",tt0000001']
    assert summary(import_folder(catalog, lay_folder(lines, [1]))) == (1, 0, 0, 0)
    (card,) = catalog.by_imdb("tt0000001")
    assert (card.title, card.year, card.genres) == ('Hello, "you"', 1999, ("War",))
    assert (card.rating, card.votes) == (None, None)
    assert card.split in ("train", "val", "test")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["", "\r"])
def test_utf_8_is_read_with_or_without_a_byte_order_mark(
    catalog: Catalog, lay_folder: LayFolder, encoding: str, ending: str
) -> None:
    lines = [HEADER + ending, row(1).replace("Film 1", "Amélie 东京") + ending]
    import_folder(catalog, lay_folder(lines, [1], encoding))
    assert catalog.by_imdb("tt0000001")[0].title == "Amélie 东京"


@pytest.mark.parametrize("hole", ["", "  ", "\\N", "NaN", "N/A", "None"])
def test_missing_values_are_kept_as_missing(
    catalog: Catalog, lay_folder: LayFolder, hole: str
) -> None:
    lines = [HEADER, f"tt0000001,{hole},Film,{hole},{hole},{hole},Drama,{hole}"]
    assert summary(import_folder(catalog, lay_folder(lines, [1]))) == (1, 0, 0, 0)
    (card,) = catalog.by_imdb("tt0000001")
    assert (card.year, card.rating, card.votes) == (None, None, None)


def test_whole_numbers_may_be_written_as_decimals(catalog: Catalog, lay_folder: LayFolder) -> None:
    import_folder(catalog, lay_folder([HEADER, "tt0000001,7.0,Film,1999.0,7,12.,Drama,train"], [1]))
    (card,) = catalog.by_imdb("tt0000001")
    assert (card.year, card.rating, card.votes) == (1999, 7.0, 12)


BAD_ROWS = {
    "a bad id": ("nm0000001,1,Film,1950,6.5,1,Drama,train", "imdb_id 'nm0000001'"),
    "a path for an id": ("../tt0000001,1,Film,1950,6.5,1,Drama,train", "imdb_id"),
    "no id": (",1,Film,1950,6.5,1,Drama,train", "imdb_id ''"),
    "no title": ("tt0000009,1, ,1950,6.5,1,Drama,train", "title"),
    "too few cells to name it": ("tt0000009,1", "cells"),
    "a cell too many": ("tt0000009,1,Film, The,1950,6.5,1,Drama,train", "cells"),
    "an id seen before": ("tt0000001,1,Film,1950,6.5,1,Drama,train", "already on line 2"),
    "no image": ("tt0000077,1,Film,1950,6.5,1,Drama,train", "no images/tt0000077.webp"),
}


@pytest.mark.parametrize(("bad", "says"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_reported_with_its_line_and_skipped(
    catalog: Catalog, lay_folder: LayFolder, bad: str, says: str
) -> None:
    report = import_folder(catalog, lay_folder([HEADER, row(1), bad, row(2)], [1, 2, 9]))
    assert summary(report) == (2, 0, 0, 1)
    assert report.skipped[0].startswith("line 3: ")
    assert says in report.skipped[0]
    assert catalog.by_imdb("tt0000009") == []


BAD_VALUES = {
    "a year in words": ("9,Film,MCML,6.5,1,Drama,train", "year 'MCML'"),
    "half a year": ("9,Film,1950.5,6.5,1,Drama,train", "year '1950.5'"),
    "an impossible year": ("9,Film,19500,6.5,1,Drama,train", "year '19500'"),
    "a rating above ten": ("9,Film,1950,65,1,Drama,train", "rating '65'"),
    "a rating below zero": ("9,Film,1950,-1,1,Drama,train", "rating '-1'"),
    "a rating in words": ("9,Film,1950,good,1,Drama,train", "rating 'good'"),
    "an infinite rating": ("9,Film,1950,inf,1,Drama,train", "rating 'inf'"),
    "votes in words": ("9,Film,1950,6.5,many,Drama,train", "votes 'many'"),
    "votes below zero": ("9,Film,1950,6.5,-5,Drama,train", "votes '-5'"),
    "a bad tmdb id": ("x1,Film,1950,6.5,1,Drama,train", "tmdb_id 'x1'"),
    "another split": ("9,Film,1950,6.5,1,Drama,dev", "split 'dev'"),
}


@pytest.mark.parametrize(("bad", "says"), BAD_VALUES.values(), ids=BAD_VALUES)
def test_a_value_that_means_nothing_is_left_empty_with_a_warning(
    catalog: Catalog, lay_folder: LayFolder, bad: str, says: str
) -> None:
    report = import_folder(catalog, lay_folder([HEADER, row(1), f"tt0000009,{bad}"], [1, 9]))
    assert summary(report) == (2, 0, 0, 0)
    (warning,) = report.warnings
    assert warning.startswith("line 3: ")
    assert says in warning
    (card,) = catalog.by_imdb("tt0000009")
    facts = {"year": card.year, "rating": card.rating, "votes": card.votes}
    meant = says.split()[0]
    good = {"year": 1950, "rating": 6.5, "votes": 1}
    assert facts == {name: None if name == meant else value for name, value in good.items()}


@pytest.mark.parametrize("genres", ["", "| |", "(no genres listed)"])
def test_a_film_may_have_no_genre(catalog: Catalog, lay_folder: LayFolder, genres: str) -> None:
    report = import_folder(
        catalog, lay_folder([HEADER, f"tt0000009,1,Film,1950,6.5,1,{genres},train"], [9])
    )
    assert (summary(report), report.warnings) == ((1, 0, 0, 0), [])
    assert catalog.by_imdb("tt0000009")[0].genres == ()


def test_the_last_cells_of_a_row_may_be_left_out(catalog: Catalog, lay_folder: LayFolder) -> None:
    report = import_folder(catalog, lay_folder([HEADER, row(1), "tt0000009,9,Film,1950"], [1, 9]))
    assert summary(report) == (2, 0, 0, 0)
    assert report.warnings == [
        "line 3: it has fewer cells than there are columns, the last of them; left empty"
    ]
    assert catalog.by_imdb("tt0000009")[0].year == 1950


def test_lines_are_counted_as_an_editor_counts_them(
    catalog: Catalog, lay_folder: LayFolder
) -> None:
    lines = [HEADER, "", 'tt0000001,1,"Two\nlines",1950,6.5,1,Drama,train', "", row(2), "bad,row"]
    report = import_folder(catalog, lay_folder(lines, [1, 2]))
    assert report.skipped == ["line 7: it does not have as many cells as there are columns"]
    assert catalog.by_imdb("tt0000001")[0].title == "Two\nlines"


def test_a_table_without_rows_imports_nothing(catalog: Catalog, lay_folder: LayFolder) -> None:
    assert summary(import_folder(catalog, lay_folder([HEADER, ""], []))) == (0, 0, 0, 0)


@pytest.mark.parametrize("column", ["tmdb_id", "year", "rating", "votes", "genres", "split"])
def test_an_optional_column_may_be_missing(
    catalog: Catalog, lay_folder: LayFolder, column: str
) -> None:
    assert (
        import_folder(catalog, lay_folder([HEADER.replace(column, "other"), row(1)], [1])).added
        == 1
    )
    assert catalog.by_imdb("tt0000001")[0].title == "Film 1"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "has no column that names films"),
        (b"a,b\n1,2", "its first line has a, b. Say which"),
        (HEADER.replace("votes", "title").encode(), "more than one column title"),
        (HEADER.encode() + b'\ntt0000001,1,"Film,1950', "line 2: .*not CSV"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(
    catalog: Catalog, lay_folder: LayFolder, content: bytes, says: str
) -> None:
    folder = lay_folder([], [1])
    (folder / "movies.csv").write_bytes(content)
    with pytest.raises(CatalogError, match=says):
        import_folder(catalog, folder)
    assert catalog.counts().movies == 0
