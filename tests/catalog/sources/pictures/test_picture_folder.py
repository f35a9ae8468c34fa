"""Which pictures of a folder are posters, and of which films."""

import re
from pathlib import Path

import pytest

from catalog.sources.pictures.files import FolderContents, contents_of
from catalog.sources.pictures.picture_folder import PictureFolder
from catalog.sources.source import SourceNotes
from tests.catalog.sources.conftest import Lay

PATH = re.compile(r"(\S.*?\.(?:jpg|png|webp|nfo|mkv))(?: |$)")
LAYOUTS = {
    "a heap": ("Heat (1995).jpg Ronin (1998).png x/M.webp", "Heat Ronin M"),
    "a folder a film": (
        "Heat (1995)/poster.jpg Heat (1995)/fanart.jpg Ronin (1998)/folder.jpg",
        "Heat Ronin",
    ),
    "films side by side": (
        "Heat (1995)-poster.jpg Ronin (1998)-poster.jpg Heat (1995)-fanart.jpg folder.jpg "
        "Heat (1995).nfo",
        "Heat Ronin",
    ),
    "films side by side, as Plex has them": (
        "Heat (1995).mkv Heat (1995).jpg Ronin (1998).mkv Ronin (1998)-poster.jpg still.jpg "
        "folder.jpg",
        "Heat Ronin",
    ),
    "a collection of films": (
        "poster.jpg Set/folder.jpg Set/Heat (1995)/poster.jpg Ronin (1998)/poster.jpg",
        "Heat Ronin",
    ),
    "a series": (
        "Lost/tvshow.nfo Lost/poster.jpg Lost/Season 1/poster.jpg Lost/Season 1/x.mkv",
        "Lost",
    ),
    "a disc": ("Heat (1995)/poster.jpg Heat (1995)/BDMV/META/DL/small.jpg", "Heat"),
    "a film in two files": ("Heat/a.mkv Heat/b.mkv Heat/a-poster.jpg Heat/movie.nfo", "a"),
    "a film's alternates": ("Heat (1995)/poster.jpg Heat (1995)/poster2.jpg", "Heat Heat"),
    "one film twice": ("Heat (1995)/poster.jpg Heat (1995)/Heat (1995)-poster.jpg", "Heat"),
    "a designer's drafts": ("drafts/poster.jpg drafts/v2.jpg drafts/v3 final.png", "drafts v2 v3"),
    "stills of a film": ("Heat (1995)/poster.jpg Heat (1995)/still.jpg", "Heat"),
    "a film without a poster": ("Heat (1995)/movie.nfo Ronin (1998).jpg", "Ronin"),
}


@pytest.mark.parametrize(("files", "titles"), LAYOUTS.values(), ids=LAYOUTS)
def test_posters_are_told_from_other_pictures(lay_files: Lay, files: str, titles: str) -> None:
    folder = PictureFolder(contents_of(lay_files(dict.fromkeys(PATH.findall(files), ""))))
    notes = SourceNotes()
    found = [film.record.title.split(" ")[0] for film in folder.films(notes)]
    assert sorted(found) == sorted(titles.split())
    assert folder.count() == len(found) + len(notes.skipped)


def test_two_drafts_of_one_name_in_two_folders_are_two_films(lay_files: Lay) -> None:
    folder = PictureFolder(contents_of(lay_files({"a/v1.jpg": "", "b/v1.jpg": ""})))
    assert len({film.record.imdb_id for film in folder.films(SourceNotes())}) == 2


def test_what_is_left_alone_is_told(lay_files: Lay) -> None:
    folder = PictureFolder(
        contents_of(lay_files({"H/movie.nfo": "", "H/poster.jpg": "", "H/x.jpg": ""}))
    )
    assert "1 other picture of those films" in " ".join(folder.description())
    assert "A media library" in folder.description()[0]


def test_a_name_in_no_utf_8_is_read_with_question_marks() -> None:
    """As an old archive's, unpacked by a system that keeps its bytes."""
    root = Path("found")
    contents = FolderContents(root, pictures=[root / "Am\udce9lie (2001).jpg"])
    (film,) = PictureFolder(contents).films(SourceNotes())
    assert (film.record.title, film.record.year) == ("Am?lie", 2001)
