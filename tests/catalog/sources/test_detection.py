"""What a path is taken for, and what is said of what cannot be read."""

import io
import os
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from catalog.records import CatalogError
from catalog.sources.detection import source_at
from catalog.sources.source import SourceNotes
from tests.catalog.sources.conftest import OWN, PICTURE, Files, Lay, gzipped, tell


def test_a_table_may_be_named_itself(lay_files: Lay) -> None:
    root = lay_files({"a/films.csv": OWN, "a/x/tt0113277.jpg": PICTURE})
    assert tell(root / "a" / "films.csv").pictures == [PICTURE]


@pytest.mark.parametrize(
    ("cell", "elsewhere"),
    [("https://a.example/h.jpg", True), ("/rrBuGu0Pjq7Y2BWSI6teGfZzviY.jpg", True),
     ("x\\h.jpg", False), ("x/h.jpg", False)],
)  # fmt: skip
def test_a_folder_is_not_looked_through_for_a_table_that_says_where_its_pictures_are(
    lay_files: Lay, cell: str, elsewhere: bool
) -> None:
    table = f"title,poster\nHeat,{cell}\nAlien,N/A\n"
    root = lay_files({"films.csv": table, "x/h.jpg": PICTURE, "onesheet.db": b""})
    films = list(source_at(root / "films.csv", web=Addresses()).films(SourceNotes()))
    assert films[0].poster is not None
    assert films[0].poster() == PICTURE
    assert (films[0].origin is not None, films[1].poster) == (elsewhere, None)
    for named in (cell.replace("h.", "gone.") if not elsewhere else "gone.jpg", ""):
        (root / "films.csv").write_text(f"title,poster\nHeat,{named}\n")
        with pytest.raises(CatalogError, match="instance of Onesheet"):
            source_at(root / "films.csv")


def test_tables_that_are_not_read_are_named(lay_files: Lay) -> None:
    root = lay_files({"a.csv": OWN, "b/notes.txt": "a,b\n1,2\n", "tt0113277.jpg": PICTURE})
    assert source_at(root).description()[-1] == "Tables left alone: b/notes.txt."
    (root / "a.csv").write_text("A,B\nHeat,1995\n")
    assert source_at(root).description()[-1] == (
        "Left alone: a.csv, b/notes.txt; where that has films, name it with --columns."
    )
    by_hand = source_at(root, override={"title": "a", "year": "b"})
    assert [film.record.title for film in by_hand.films(SourceNotes())] == ["Heat"]
    assert len(by_hand.description()) == 4


def test_a_film_that_is_there_twice_is_told_by_its_title(lay_files: Lay) -> None:
    told = tell(lay_files({"films.csv": "title,year\nHeat,1995\nheat,1995\n"}) / "films.csv")
    assert told.notes.skipped == ["line 3: heat is already on line 2"]


def test_parquet_is_read(lay_files: Lay) -> None:
    buffer = io.BytesIO()
    columns = {"imdb_id": ["tt0113277"], "title": ["Heat"], "genres": [["Action", "War"]]}
    parquet.write_table(pyarrow.table(columns | {"year": [1995.0]}), buffer)
    told = tell(lay_files({"films.parquet": buffer.getvalue(), "tt0113277.jpg": PICTURE}))
    assert (told.records[0].genres, told.records[0].year) == (("Action", "War"), 1995)


def test_columns_may_be_named_by_hand(lay_files: Lay) -> None:
    table = "A,B,C\nHeat,1995,h.jpg\n"
    root = lay_files({"films.csv": table, "h.jpg": PICTURE})
    told = tell(root / "films.csv", override={"title": "a", "year": "B", "picture": "C"})
    assert (told.records[0].title, told.records[0].year) == ("Heat", 1995)
    assert told.pictures == [PICTURE]


class Addresses:
    """A web of two pictures."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    def image(self, url: str) -> bytes:
        self.fetched.append(url)
        return PICTURE

    def json(self, url: str, headers: dict[str, str] | None = None) -> Any:
        raise AssertionError(f"only pictures are fetched, not {url}")


@pytest.mark.parametrize(
    ("cell", "address", "origin"),
    [
        ("https://a.example/h.jpg", "https://a.example/h.jpg", "https://a.example/h.jpg"),
        ("/rrBuGu0Pjq7Y2BWSI6teGfZzviY.jpg",
         "https://image.tmdb.org/t/p/w780/rrBuGu0Pjq7Y2BWSI6teGfZzviY.jpg",
         "tmdb:/rrBuGu0Pjq7Y2BWSI6teGfZzviY.jpg"),
    ],
)  # fmt: skip
def test_addresses_are_fetched(lay_files: Lay, cell: str, address: str, origin: str) -> None:
    root, web = lay_files({"films.csv": f"title,poster_path\nHeat,{cell}\n"}), Addresses()
    (film,) = source_at(root, web=web).films(SourceNotes())
    assert film.poster is not None
    assert (film.poster(), film.origin, web.fetched) == (PICTURE, origin, [address])


def test_what_is_no_ordinary_file_is_skipped_with_a_line(lay_files: Lay) -> None:
    root = lay_files({"Heat (1995).jpg": PICTURE, "a/b.psd": b"", "notes.docx": b"", ".x.jpg": b""})
    os.mkfifo(root / "pipe.jpg")
    (root / "out.jpg").symlink_to("/etc/hosts")
    (root / "gone.jpg").symlink_to("nowhere")
    (root / "a" / "round").symlink_to(root)
    told = tell(root)
    assert [record.title for record in told.records] == ["Heat"]
    assert told.notes.skipped == [
        "a/b.psd: PSD is not read here; save it as JPEG, PNG or WebP",
        "a/round: it is a link to a folder above it",
        "gone.jpg: it is a link that leads nowhere",
        "out.jpg: it is a link out of the folder",
        "pipe.jpg: it is no ordinary file",
    ]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"notes.docx": b""}, "there are no films in .*: no pictures"),
        ({"poster.psd": b""}, "no pictures; passed over: poster.psd"),
        ({"films.csv": "a,b,c\n1,2,3\n"}, "there are no films in"),
        ({"films.csv": b"PK\x03\x04"}, "there are no films in"),
    ],
)
def test_a_folder_without_films_is_refused(lay_files: Lay, files: Files, says: str) -> None:
    with pytest.raises(CatalogError, match=says):
        source_at(lay_files(files))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a,b,c\n1,2,3\n", "its first line has a, b, c. Say which it is: --columns title=NAME"),
        (b"PK\x03\x04", "unpack it first"),
        (b"\xd0\xcf\x11\xe0", "an old spreadsheet; save it as CSV"),
        (b"\x28\xb5\x2f\xfd" + bytes(20), "packed otherwise than by gzip"),
        (b"\x89PNG\r\n", "a picture; name the folder that it lies in"),
        ("<html>", "a web page or XML"),
        ("tt0113277\ntt0078748\n", "lists ids alone; `onesheet import ids` finds such films"),
        (gzipped(OWN)[:40], "cut short or damaged"),
        ('{"title": "Heat"}\n{"title": ', "no list of JSON objects"),
        (b"PAR1 and nothing", "no whole Parquet file"),
        (b"title\x8d,year\x81\xff\x00\x9d\n" * 9, "throughout; save it as UTF-8"),
        ("title,year\n", "no films in .*: nothing stands below its first line"),
        ("", "no column that names films"),
    ],
)
def test_a_table_that_cannot_be_understood_is_refused(
    lay_files: Lay, content: bytes | str, says: str
) -> None:
    table = lay_files({"films.csv": content}) / "films.csv"
    with pytest.raises(CatalogError, match=says):
        list(source_at(table).films(SourceNotes()))


def test_neither_a_table_nor_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="neither a table nor a folder"):
        source_at(tmp_path / "nowhere")
