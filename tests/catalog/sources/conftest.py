"""What a source tells of its films, without a catalogue."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from catalog.records import MovieRecord
from catalog.sources.detection import source_at
from catalog.sources.source import SourceNotes


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
