from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from catalog.catalog import Catalog, CatalogError, ImportReport
from catalog.database import reading
from catalog.images import content_hash
from catalog.sources.folder import import_folder

Bytes = Callable[..., bytes]
Lay = Callable[..., Path]

HEADER = "imdb_id,tmdb_id,title,year,rating,votes,genres,split"


def row(number: int, split: str = "train") -> str:
    return f"tt{number:07d},{number},Film {number},1950,6.5,100,Crime|Drama,{split}"


@pytest.fixture
def lay(tmp_path: Path, poster: Bytes) -> Lay:
    """Lay out a folder: the lines of its table, and a poster for each number."""

    def lay(lines: Iterable[str], posters: Iterable[int], encoding: str = "utf-8") -> Path:
        folder = tmp_path / "source"
        (folder / "images").mkdir(parents=True, exist_ok=True)
        (folder / "movies.csv").write_bytes("\n".join(lines).encode(encoding))
        for number in posters:
            (folder / "images" / f"tt{number:07d}.webp").write_bytes(poster(number))
        return folder

    return lay


def summary(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.skipped)


def everything(engine: Engine) -> list[object]:
    with reading(engine) as session:
        return [
            session.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
            for table in ("movie", "poster")
        ]


def test_a_folder_is_imported(catalog: Catalog, lay: Lay, poster: Bytes) -> None:
    folder = lay([HEADER, row(1), row(2, "val"), row(3, "test")], [1, 2, 3])
    assert summary(import_folder(catalog, folder)) == (3, 0, 0, 0)
    (card,) = catalog.by_imdb("tt0000002")
    assert (card.title, card.year, card.rating, card.votes) == ("Film 2", 1950, 6.5, 100)
    assert (card.genres, card.split) == (("Crime", "Drama"), "val")
    assert catalog.poster_path(content_hash(poster(2))).read_bytes() == poster(2)


def test_importing_again_changes_nothing(catalog: Catalog, engine: Engine, lay: Lay) -> None:
    folder = lay([HEADER, *map(row, range(1, 9))], range(1, 9))
    import_folder(catalog, folder)
    before = everything(engine)
    assert summary(import_folder(catalog, folder)) == (0, 0, 8, 0)
    assert everything(engine) == before


def test_changed_facts_and_changed_images_are_taken(
    catalog: Catalog, lay: Lay, poster: Bytes
) -> None:
    import_folder(catalog, lay([HEADER, row(1), row(2), row(3)], [1, 2, 3]))
    folder = lay([HEADER, row(1).replace("6.5", "7.5"), row(2), row(3), row(4)], [4])
    (folder / "images" / "tt0000002.webp").write_bytes(poster(20))
    assert summary(import_folder(catalog, folder)) == (1, 2, 1, 0)
    assert catalog.by_imdb("tt0000001")[0].rating == 7.5
    assert [card.content_hash for card in catalog.by_imdb("tt0000002")] == [
        content_hash(poster(20)),
        content_hash(poster(2)),
    ], "the newest first"


def test_an_interrupted_import_goes_on_where_it_was(
    catalog: Catalog, lay: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.importer.BATCH_ITEMS", 5)
    folder = lay([HEADER, *map(row, range(1, 13))], range(1, 13))

    def interrupt(done: int, total: int, *, posters: int) -> None:
        if done >= 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_folder(catalog, folder, progress=interrupt)
    assert catalog.counts().posters == 5
    assert summary(import_folder(catalog, folder)) == (7, 0, 5, 0)


def test_a_genre_named_twice_in_two_spellings_counts_once(catalog: Catalog, lay: Lay) -> None:
    lines = ["imdb_id,title,genres", "tt0000001,Film,Drama|drama|War| DRAMA"]
    assert summary(import_folder(catalog, lay(lines, [1]))) == (1, 0, 0, 0)
    assert catalog.by_imdb("tt0000001")[0].genres == ("Drama", "War")


def test_columns_are_found_by_name_in_any_order_and_others_ignored(
    catalog: Catalog, lay: Lay
) -> None:
    lines = ["Plot, GENRES ,year,title,imdb_id", '"long, dull",War,1999,"Hello, ""you""",tt0000001']
    assert summary(import_folder(catalog, lay(lines, [1]))) == (1, 0, 0, 0)
    (card,) = catalog.by_imdb("tt0000001")
    assert (card.title, card.year, card.genres) == ('Hello, "you"', 1999, ("War",))
    assert (card.rating, card.votes) == (None, None)
    assert card.split in ("train", "val", "test")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["", "\r"])
def test_utf_8_is_read_with_or_without_a_byte_order_mark(
    catalog: Catalog, lay: Lay, encoding: str, ending: str
) -> None:
    lines = [HEADER + ending, row(1).replace("Film 1", "Amélie 东京") + ending]
    import_folder(catalog, lay(lines, [1], encoding))
    assert catalog.by_imdb("tt0000001")[0].title == "Amélie 东京"


@pytest.mark.parametrize("hole", ["", "  ", "\\N", "NaN", "N/A", "None"])
def test_missing_values_are_kept_as_missing(catalog: Catalog, lay: Lay, hole: str) -> None:
    lines = [HEADER, f"tt0000001,{hole},Film,{hole},{hole},{hole},Drama,{hole}"]
    assert summary(import_folder(catalog, lay(lines, [1]))) == (1, 0, 0, 0)
    (card,) = catalog.by_imdb("tt0000001")
    assert (card.year, card.rating, card.votes) == (None, None, None)


def test_whole_numbers_may_be_written_as_decimals(catalog: Catalog, lay: Lay) -> None:
    import_folder(catalog, lay([HEADER, "tt0000001,7.0,Film,1999.0,7,12.,Drama,train"], [1]))
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
    catalog: Catalog, lay: Lay, bad: str, says: str
) -> None:
    report = import_folder(catalog, lay([HEADER, row(1), bad, row(2)], [1, 2, 9]))
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
    catalog: Catalog, lay: Lay, bad: str, says: str
) -> None:
    report = import_folder(catalog, lay([HEADER, row(1), f"tt0000009,{bad}"], [1, 9]))
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
def test_a_film_may_have_no_genre(catalog: Catalog, lay: Lay, genres: str) -> None:
    report = import_folder(
        catalog, lay([HEADER, f"tt0000009,1,Film,1950,6.5,1,{genres},train"], [9])
    )
    assert (summary(report), report.warnings) == ((1, 0, 0, 0), [])
    assert catalog.by_imdb("tt0000009")[0].genres == ()


def test_the_last_cells_of_a_row_may_be_left_out(catalog: Catalog, lay: Lay) -> None:
    report = import_folder(catalog, lay([HEADER, row(1), "tt0000009,9,Film,1950"], [1, 9]))
    assert summary(report) == (2, 0, 0, 0)
    assert report.warnings == [
        "line 3: it has fewer cells than there are columns, the last of them; left empty"
    ]
    assert catalog.by_imdb("tt0000009")[0].year == 1950


def test_lines_are_counted_as_an_editor_counts_them(catalog: Catalog, lay: Lay) -> None:
    lines = [HEADER, "", 'tt0000001,1,"Two\nlines",1950,6.5,1,Drama,train', "", row(2), "bad,row"]
    report = import_folder(catalog, lay(lines, [1, 2]))
    assert report.skipped == ["line 7: it does not have as many cells as there are columns"]
    assert catalog.by_imdb("tt0000001")[0].title == "Two\nlines"


def test_an_unreadable_image_is_reported_and_its_film_left_out_until_it_is_mended(
    catalog: Catalog, lay: Lay, poster: Bytes
) -> None:
    folder = lay([HEADER, *map(row, range(1, 6))], [1, 2, 3, 4, 5])
    images = folder / "images"
    (images / "tt0000002.webp").write_bytes(poster(2)[:300])
    (images / "tt0000003.webp").write_bytes(b"")
    (images / "tt0000004.webp").unlink()
    (images / "tt0000004.webp").mkdir()
    report = import_folder(catalog, folder)
    assert summary(report) == (2, 0, 0, 3)
    damaged, empty, directory = report.skipped
    assert damaged.startswith("line 3: tt0000002.webp: The image is damaged")
    assert empty.startswith("line 4: tt0000003.webp: The file is empty")
    assert directory.startswith("line 5: tt0000004.webp: ")
    assert catalog.counts().movies == 2
    (images / "tt0000002.webp").write_bytes(poster(2))
    assert summary(import_folder(catalog, folder)) == (1, 0, 2, 2)


def test_an_image_of_too_many_bytes_is_not_even_read(
    catalog: Catalog, lay: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lay([HEADER, row(1)], [1])
    with (folder / "images" / "tt0000001.webp").open("r+b") as file:
        file.truncate(21 * 1024 * 1024)
    report = import_folder(catalog, folder)
    assert report.skipped == ["line 2: tt0000001.webp: the file is larger than 20 MB"]


@pytest.mark.parametrize(
    ("extension", "file_format"),
    [("jpg", "JPEG"), ("jpeg", "JPEG"), ("png", "PNG"), ("JPG", "JPEG"), ("png", "JPEG")],
)
def test_images_may_be_jpeg_or_png_and_content_decides(
    catalog: Catalog, lay: Lay, poster: Bytes, extension: str, file_format: str
) -> None:
    folder = lay([HEADER, row(1)], [])
    data = poster(1, file_format)
    (folder / "images" / f"tt0000001.{extension}").write_bytes(data)
    assert summary(import_folder(catalog, folder)) == (1, 0, 0, 0)
    assert catalog.by_imdb("tt0000001")[0].content_hash == content_hash(data)


def test_of_several_images_webp_comes_first_then_jpeg(
    catalog: Catalog, lay: Lay, poster: Bytes
) -> None:
    folder = lay([HEADER, row(1), row(2)], [1])
    for name, seed in (("tt0000001.png", 5), ("tt0000002.png", 6), ("tt0000002.jpg", 7)):
        (folder / "images" / name).write_bytes(poster(seed, "PNG"))
    import_folder(catalog, folder)
    assert catalog.by_imdb("tt0000001")[0].content_hash == content_hash(poster(1))
    assert catalog.by_imdb("tt0000002")[0].content_hash == content_hash(poster(7, "PNG"))


def test_progress_runs_from_none_to_all(
    catalog: Catalog, lay: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.importer.BATCH_ITEMS", 3)
    calls: list[tuple[int, int]] = []
    folder = lay([HEADER, "bad,row", *map(row, range(1, 9))], range(1, 8))
    import_folder(catalog, folder, progress=lambda *call, **_: calls.append(call), workers=1)
    assert {total for _, total in calls} == {9}
    done = [done for done, _ in calls]
    assert done == sorted(done)
    assert done[-1] == 9
    assert len(set(done)) >= 3


def test_near_duplicates_across_splits_are_counted_and_kept_as_given(
    catalog: Catalog, lay: Lay, poster: Bytes
) -> None:
    folder = lay([HEADER, row(1, "train"), row(2, "test"), row(3, "val")], [1, 3])
    (folder / "images" / "tt0000002.jpg").write_bytes(poster(1, "JPEG"))
    assert import_folder(catalog, folder).across_splits == 1
    assert [card.split for card in catalog.all_cards()] == ["train", "test", "val"]


def test_a_table_without_rows_imports_nothing(catalog: Catalog, lay: Lay) -> None:
    assert summary(import_folder(catalog, lay([HEADER, ""], []))) == (0, 0, 0, 0)


@pytest.mark.parametrize("column", ["tmdb_id", "year", "rating", "votes", "genres", "split"])
def test_an_optional_column_may_be_missing(catalog: Catalog, lay: Lay, column: str) -> None:
    assert import_folder(catalog, lay([HEADER.replace(column, "other"), row(1)], [1])).added == 1
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
    catalog: Catalog, lay: Lay, content: bytes, says: str
) -> None:
    folder = lay([], [1])
    (folder / "movies.csv").write_bytes(content)
    with pytest.raises(CatalogError, match=says):
        import_folder(catalog, folder)
    assert catalog.counts().movies == 0


@pytest.mark.parametrize("missing", ["movies.csv", "images", "."])
def test_a_missing_part_is_named(catalog: Catalog, tmp_path: Path, missing: str) -> None:
    folder = tmp_path / "source"
    if missing != ".":
        folder.mkdir()
    if missing == "movies.csv":
        (folder / "images").mkdir()
    says = "is not a folder" if missing == "." else f"{missing} is missing"
    with pytest.raises(CatalogError, match=says):
        import_folder(catalog, folder)
