from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.images import MAX_BYTES
from catalog.records import CatalogError
from catalog.sources.pictures.files import contents_of, is_table, picture_stem, poster_reader
from tests.catalog.sources.conftest import Lay


def test_files_are_told_by_what_they_are(lay_files: Lay) -> None:
    root = lay_files(
        {
            "b/a.JPG": "",
            "b/a.nfo": "",
            "a.webp": "",
            "c/film.mkv": "",
            "films.csv.gz": "",
            "extrafanart/1.jpg": "",
            ".hidden/1.jpg": "",
            "x.psd": "",
            "notes.docx": "",
        }
    )
    contents = contents_of(root)
    assert [contents.name(path) for path in contents.pictures] == ["a.webp", "b/a.JPG"]
    assert [path.name for path in contents.tables] == ["films.csv.gz"]
    assert contents.nfos == {root / "b": [root / "b" / "a.nfo"]}
    assert contents.film_folders == {root / "b": {"a"}, root / "c": {"film"}}
    assert contents.passed_over == ["x.psd: PSD is not read here; save it as JPEG, PNG or WebP"]


def test_a_picture_is_known_by_its_bytes_where_its_suffix_says_nothing(
    lay_files: Lay, poster: Callable[..., bytes]
) -> None:
    jpeg = poster(1, "JPEG")
    files = dict.fromkeys(("Heat (1995)", "St. Elmo (1985)", "M (1931).jpg_large"), jpeg)
    unread = {"N (1995).jpg.part": jpeg, "films.xlsx": b"PK\x03\x04", "notes.docx": b"PK\x03\x04"}
    contents = contents_of(lay_files({**files, **unread}))
    assert sorted(picture_stem(path) for path in contents.pictures) == [
        *("Heat (1995)", "M (1931)", "St. Elmo (1985)"),
    ]
    assert contents.passed_over == [
        "N (1995).jpg.part: it is a download in parts",
        "films.xlsx: spreadsheets are not read; save it as CSV",
    ]


def test_a_link_within_the_folder_is_followed(lay_files: Lay) -> None:
    root = lay_files({"a/heat.jpg": "", "b/x.txt": ""})
    (root / "b" / "again.jpg").symlink_to(root / "a" / "heat.jpg")
    contents = contents_of(root)
    assert [contents.name(p) for p in contents.pictures] == ["a/heat.jpg", "b/again.jpg"]


def test_a_picture_of_too_many_bytes_is_not_even_read(tmp_path: Path) -> None:
    with (tmp_path / "a.jpg").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(CatalogError, match="larger than"):
        poster_reader(tmp_path / "a.jpg")()
    with pytest.raises(FileNotFoundError):
        poster_reader(tmp_path / "b.jpg")()
    with pytest.raises(CatalogError, match="no ordinary file"):
        poster_reader(tmp_path)()


@pytest.mark.parametrize(
    ("name", "table"),
    [("a.CSV", True), ("a.tsv.gz", True), ("a.Parquet", True), ("a.jpg", False), ("a.gz", False)],
)
def test_a_table_is_told_by_its_name(name: str, table: bool) -> None:
    assert is_table(Path(name)) is table
