"""What lies in a folder, at any depth: pictures, tables, and what is passed over and why."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from catalog.images import MAX_BYTES, PICTURE_SUFFIXES
from catalog.records import CatalogError
from catalog.sources.values import encodable

INSTANCE_FILE: Final = "onesheet.db"
HEIC_SUFFIXES: Final = frozenset({".heic", ".heif"})
"""Photographs that are read in a process of their own."""
UNREAD_SUFFIXES: Final = frozenset(
    {
        *(".jxl", ".jp2", ".psd", ".psb", ".ai", ".eps", ".svg", ".pdf", ".tga"),
        *(
            ".ico",
            ".ppm",
            ".xcf",
            ".indd",
            ".raw",
            ".cr2",
            ".nef",
            ".arw",
            ".dng",
            ".exr",
            ".hdr",
            ".avifs",
        ),
    }
)
"""Pictures in formats that are not read: named, since somebody may miss them."""
_VIDEO_SUFFIXES: Final = frozenset(
    {
        ".mkv",
        ".mp4",
        ".m4v",
        ".avi",
        ".mov",
        ".ts",
        ".m2ts",
        ".wmv",
        ".mpg",
        ".strm",
        ".iso",
        ".webm",
    }
)
_SPREADSHEET_SUFFIXES: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".numbers"})
_UNFINISHED_SUFFIXES: Final = frozenset({".part", ".crdownload", ".download", ".tmp"})
TABLE_SUFFIXES: Final = (".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson", ".json", ".parquet")
_ART_FOLDERS: Final = frozenset(
    {
        *("extrafanart", "extrathumbs", "@eadir", "backdrops", "extras", "featurettes", "trailers"),
        *(
            "bdmv",
            "video_ts",
            "subs",
            "behind the scenes",
            "deleted scenes",
            "interviews",
            "samples",
            "__macosx",
        ),
    }
)
"""Folders of media servers in which no posters are."""


@dataclass
class FolderContents:
    """The files of a folder by what they are, each list in order of name; `passed_over` has a line
    for each file or folder that could have been a poster and is not looked at."""

    root: Path
    pictures: list[Path] = field(default_factory=list)
    tables: list[Path] = field(default_factory=list)
    nfos: dict[Path, list[Path]] = field(default_factory=dict)
    film_folders: dict[Path, set[str]] = field(default_factory=dict)
    """Those that have a video, or what a media server knows of one, with the names of these files
    in lower case, without suffix."""
    passed_over: list[str] = field(default_factory=list)

    def name(self, path: Path) -> str:
        """Return a file's path within the folder, for people: always text that can be written."""
        return encodable(path.relative_to(self.root).as_posix())


def contents_of(root: Path) -> FolderContents:
    """Return what lies in a folder. Hidden files are left out; links are followed within it.

    Raises `CatalogError` for an instance of Onesheet itself."""
    contents = FolderContents(root)
    if (root / INSTANCE_FILE).is_file():
        raise CatalogError(
            f"{root} is an instance of Onesheet itself, no folder of posters; if it is none, as "
            f"after a mistaken --home, move its {INSTANCE_FILE} away"
        )
    for path, reason in _files(root, root.resolve()):
        suffix = path.suffix.casefold()
        if reason is not None:
            contents.passed_over.append(f"{contents.name(path)}: {reason}")
        elif suffix in PICTURE_SUFFIXES or suffix in HEIC_SUFFIXES:
            contents.pictures.append(path)
        elif suffix in UNREAD_SUFFIXES:
            kind = suffix[1:].upper()
            contents.passed_over.append(
                f"{contents.name(path)}: {kind} is not read here; save it as JPEG, PNG or WebP"
            )
        elif suffix == ".nfo":
            contents.nfos.setdefault(path.parent, []).append(path)
            contents.film_folders.setdefault(path.parent, set()).add(path.stem.casefold())
        elif suffix in _VIDEO_SUFFIXES:
            contents.film_folders.setdefault(path.parent, set()).add(path.stem.casefold())
        elif suffix in _SPREADSHEET_SUFFIXES:
            contents.passed_over.append(
                f"{contents.name(path)}: spreadsheets are not read; save it as CSV"
            )
        elif is_table(path):
            contents.tables.append(path)
        elif _begins_as_picture(path):
            if suffix in _UNFINISHED_SUFFIXES:
                contents.passed_over.append(f"{contents.name(path)}: it is a download in parts")
            else:
                contents.pictures.append(path)
    return contents


def picture_stem(path: Path) -> str:
    """Return a picture's name without its suffix, of which it may have none.

    >>> picture_stem(Path("Heat (1995).JPG")), picture_stem(Path("St. Elmo (1985)"))
    ('Heat (1995)', 'St. Elmo (1985)')
    """
    known = (*PICTURE_SUFFIXES, *HEIC_SUFFIXES)
    return path.stem if path.suffix.casefold().startswith(known) else path.name


def _begins_as_picture(path: Path) -> bool:
    """Whether a file whose suffix says nothing is one of the pictures that the web has."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8"))
        or (head.startswith(b"RIFF") and head.endswith(b"WEBP"))
        or head.endswith(b"ftypavif")
    )


def _files(folder: Path, root: Path) -> Iterator[tuple[Path, str | None]]:
    """Each file below, and why it is passed over where it is."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield folder, f"cannot be looked into: {error.strerror}"
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            reason = _refused_link(path, root)
            if reason is not None:
                yield path, reason
                continue
        if entry.is_dir():
            if (path / INSTANCE_FILE).is_file():
                yield path, "it is an instance of Onesheet itself"
            elif entry.name.casefold() not in _ART_FOLDERS:
                yield from _files(path, root)
        elif entry.is_file():
            yield path, None
        else:
            yield path, "it is no ordinary file"


def _refused_link(path: Path, root: Path) -> str | None:
    """Why a link is not followed: it leads out of the folder, nowhere, or round in a circle."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "it is a link that leads nowhere"
    if not target.is_relative_to(root):
        return "it is a link out of the folder"
    return (
        "it is a link to a folder above it"
        if path.parent.resolve().is_relative_to(target)
        else None
    )


def poster_reader(path: Path) -> Callable[[], bytes]:
    """Return a function that reads a picture's bytes. It raises OSError, and `CatalogError` for
    what is no ordinary file or too large to be decoded."""

    def read() -> bytes:
        if path.exists() and not path.is_file():
            raise CatalogError("it is no ordinary file")
        if path.stat().st_size > MAX_BYTES:
            raise CatalogError(f"the file is larger than {MAX_BYTES >> 20} MB")
        return path.read_bytes()

    return read


def is_table(path: Path) -> bool:
    """Return whether a file is named as a table: by its suffix, `.gz` apart."""
    name = path.name.casefold().removesuffix(".gz")
    return name.endswith(TABLE_SUFFIXES)
