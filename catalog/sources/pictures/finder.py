"""The picture that a table's row means: by a path or an address in it, or by a file's name."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalog.models import TMDB_ORIGIN
from catalog.records import CatalogError, is_storable
from catalog.sources.pictures.files import picture_stem, poster_reader
from catalog.sources.source import LONGEST_ORIGIN
from catalog.sources.web import Web

_SEPARATOR: Final = re.compile(r"[/\\]")
_PREFERRED: Final = (".webp", ".jpg", ".jpeg", ".png")
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
_TMDB_PATH: Final = re.compile(r"/[\w-]{10,}\.(?:jpg|png|svg)", re.ASCII)
TMDB_PICTURES: Final = "https://image.tmdb.org/t/p/w780"
_LONGEST_NAME: Final = 255
"""Bytes of a file's name that a system takes; it fails where one asks for a longer one."""


@dataclass(frozen=True, slots=True)
class MeantPicture:
    """A picture: its name for people, what reads it, and where it came from, if from elsewhere."""

    name: str
    read: Callable[[], bytes]
    origin: str | None = None


class PictureFinder:
    """Pictures among some files, and elsewhere by their addresses."""

    def __init__(self, folder: Path, pictures: Iterable[Path], web: Web | None = None) -> None:
        """`folder` is where paths begin; `web` fetches addresses, None: they are not fetched."""
        self._folder, self._web = folder, web
        self._meant: set[str] = set()
        self._by_stem: dict[str, Path] = {}
        self._by_name: dict[str, Path] = {}
        for path in pictures:
            stem = picture_stem(path)
            if stem not in self._by_stem or _rank(path) < _rank(self._by_stem[stem]):
                self._by_stem[stem] = path
            self._by_name.setdefault(path.name, path)

    def __len__(self) -> int:
        return len(self._by_stem)

    def left_out(self) -> list[str]:
        """Return the names of the pictures that nothing has meant so far."""
        return [path.name for stem, path in self._by_stem.items() if stem not in self._meant]

    def by_stem(self, stems: Iterable[str | None]) -> MeantPicture | None:
        """Return the picture named by the first of these that there is; of several the one whose
        extension is preferred: WebP, JPEG, PNG, others."""
        for stem in stems:
            path = self._by_stem.get(stem) if stem else None
            if path is not None:
                return self._file(path)
        return None

    def by_cell(self, text: str) -> MeantPicture | None:
        """Return the picture that a cell means: a path, a file's name, an address, or a path of
        TMDB's. Raises `CatalogError` where addresses are not fetched."""
        if _ADDRESS.match(text) and is_storable(text):
            return self._fetched(text, text)
        for path in _paths_in(self._folder, text):
            if path.is_file():
                return self._file(path)
        plain = text.replace("\\", "/")
        named = self._by_name.get(plain.rpartition("/")[2]) or self._by_stem.get(plain)
        if named is not None:
            return self._file(named)
        if _TMDB_PATH.fullmatch(text):
            return self._fetched(TMDB_PICTURES + text, f"{TMDB_ORIGIN}{text}")
        return None

    def _file(self, path: Path) -> MeantPicture:
        self._meant.add(picture_stem(path))
        return MeantPicture(path.name, poster_reader(path))

    def _fetched(self, address: str, origin: str) -> MeantPicture:
        if self._web is None:
            raise CatalogError("its picture is an address, and none are fetched here")
        if len(origin) > LONGEST_ORIGIN:
            origin = f"sha256:{hashlib.sha256(origin.encode()).hexdigest()}"
        fetch = self._web.image
        return MeantPicture(address, lambda: fetch(address), origin)


def is_elsewhere(text: str) -> bool:
    """Return whether a cell means a picture by its address, or by TMDB's path of it."""
    return bool(_ADDRESS.match(text) or _TMDB_PATH.fullmatch(text))


def is_file_in(folder: Path, text: str) -> bool:
    """Return whether a cell is the path of a file, from a folder."""
    return any(path.is_file() for path in _paths_in(folder, text))


def _paths_in(folder: Path, text: str) -> Iterator[Path]:
    """A path as it is written, and as Windows writes it; none for what can be no path."""
    if is_storable(text) and all(
        len(part.encode()) <= _LONGEST_NAME for part in _SEPARATOR.split(text)
    ):
        yield folder / text
        yield folder / text.replace("\\", "/")


def _rank(path: Path) -> int:
    extension = path.suffix.casefold()
    return _PREFERRED.index(extension) if extension in _PREFERRED else len(_PREFERRED)
