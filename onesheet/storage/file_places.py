"""Where an instance's files are, as its operator chose."""

from __future__ import annotations

import secrets
from typing import Final, Literal

from catalog.file_store import FileStore, FolderFiles, UnreachableError
from onesheet.base.home import Home
from onesheet.base.settings import FILES, SettingsError

FileKind = Literal["posters", "uploads", "index", "model", "genres", "site"]
"""The catalogue's posters; visitors' posters; index folders; models; what genres look like; and
what all machines of a site share besides. Each has a prefix of this name in the object store, and
all but models a folder."""

PROBE: Final = b"onesheet"
UPLOADS_KEPT: Final = 60.0
"""Seconds for which a machine uses its copy of an upload; once it is twice as old, the next look of
a server removes it."""


def file_store(home: Home, kind: FileKind) -> FileStore:
    """The store of one kind of files.

    An upload outlasts a loss of power, its name in the folder too. What an object store has never
    changes under its name, so copies are used unasked; those of uploads for UPLOADS_KEPT alone.
    Raises SettingsError where the object store's package is not installed.
    """
    if home.settings.files is None:
        return FolderFiles(home.folder / kind, names_flushed=kind == "uploads")
    try:
        from catalog.file_store.local_cache import LocalCache
        from catalog.file_store.object_files import ObjectFiles

        cache = LocalCache(
            home.cache / kind,
            home.settings.files_cache_mb * 1_000_000 if kind == "posters" else None,
            kept_seconds=UPLOADS_KEPT if kind == "uploads" else None,
        )
        return ObjectFiles(f"{home.settings.files}/{kind}", cache)
    except ImportError as error:
        raise SettingsError(
            f"{FILES} needs `pip install 'onesheet[object-store]'`, and gcsfs for gs://, adlfs for "
            f"az:// ({error})."
        ) from error


def site_notes(home: Home) -> FileStore:
    """Where all processes of a site, on whichever machine, note something for each other."""
    return FolderFiles(home.folder) if home.settings.files is None else file_store(home, "site")


def reached(home: Home) -> str:
    """Ask the object store whether it is there, if there is one. Raises UnreachableError."""
    file_store(home, "site").reach()
    return "can be reached"


def tried(home: Home) -> str:
    """Write a file, read it and remove it, where files are in an object store; tell where they are.
    Raises UnreachableError."""
    if home.settings.files is None:
        return "in the instance's folder"
    files, name = file_store(home, "site"), f"probe-{secrets.token_hex(8)}"
    files.write(name, PROBE)
    found = files.read(name)
    files.remove(name)
    if found != PROBE:
        raise UnreachableError(f"{home.settings.files} gives other bytes than were written")
    return f"in {home.settings.files}, which takes and gives them"
