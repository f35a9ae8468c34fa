"""What a source tells of its films, without a catalogue."""

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from catalog.catalog import ImportReport
from catalog.records import MovieRecord
from catalog.sources.detection import source_at
from catalog.sources.source import SourceNotes

PICTURE = b"the bytes of a picture, which no source looks at"
Files = dict[str, bytes | str]
OWN = "imdb_id,title,year,rating,votes,genres\ntt0113277,Heat,1995,8.3,712345,Action|Crime|Drama\n"
"""A table in our own layout, of one film."""


@dataclass(frozen=True)
class Told:
    """The films of a source, and what it could not use."""

    records: list[MovieRecord]
    pictures: list[bytes | None]
    notes: SourceNotes


def tell(path: Path, **options: Any) -> Told:
    source, notes = source_at(path, **options), SourceNotes()
    assert source.description()
    films = list(source.films(notes))
    pictures = [None if film.poster is None else film.poster() for film in films]
    return Told([film.record for film in films], pictures, notes)


Lay = Callable[[dict[str, bytes | str]], Path]


@pytest.fixture
def lay_files(tmp_path: Path) -> Lay:
    """Lay out files by their paths, text as UTF-8."""

    def lay(files: dict[str, bytes | str]) -> Path:
        root = tmp_path / "found"
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return lay


def gzipped(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


Bytes = Callable[..., bytes]
LayFolder = Callable[..., Path]
"""What the fixtures `poster` and `lay_folder` give."""
HEADER = "imdb_id,tmdb_id,title,year,rating,votes,genres,split"


def row(number: int, split: str = "train") -> str:
    return f"tt{number:07d},{number},Film {number},1950,6.5,100,Crime|Drama,{split}"


@pytest.fixture
def lay_folder(tmp_path: Path, poster: Bytes) -> LayFolder:
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
