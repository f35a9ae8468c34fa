"""One file that holds an instance.

The file is a tar: the database as it was at one moment, as an SQLite file whatever it is, the files
that it names, the model, the index in use, and at the end a manifest with the SHA-256 of each. A
server may serve meanwhile.
"""

from __future__ import annotations

import errno
import hashlib
import io
import logging
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO, Final

import msgspec
from msgspec import Struct
from sqlalchemy.exc import DBAPIError

from bandit import FeedbackStore
from catalog.file_store import FileStore, UnreachableError
from catalog.files import SET_ASIDE
from catalog.flushing import UnwritableError
from onesheet.base.film_thumbs import Thumbs
from onesheet.base.home import MODEL_FILES, Home
from onesheet.base.payload import CODEC
from onesheet.base.secret import SECRET, shared_secret
from onesheet.base.settings import PGVECTOR
from onesheet.indexing.lock import building
from onesheet.storage import schema
from onesheet.storage.file_places import file_store, site_notes
from onesheet.storage.transfer import moment_of
from onesheet.uploads.clock_watch import ClockWatch
from onesheet.uploads.errors import EXPIRED
from onesheet.uploads.store import UploadStore

log = logging.getLogger("onesheet")

BACKUP_FORMAT: Final = 1
CONTENTS: Final = "manifest.json"
POSTERS: Final = "posters/"
DATABASE_FILE: Final = "onesheet.db"
WHOLE_FOLDERS: Final = ("model", "genres")
"""Copied whole, as posters are; of uploads those that are recorded, of the index the one in use."""
SAFE_NAME = re.compile(r"(?!\.)[\w.-]+(/(?!\.)[\w.-]+)*", re.ASCII)
_UNFINISHED: Final = ".onesheet-backup-"
"""How the name of the folder begins in which a backup is made."""
_LEFT_AFTER: Final = timedelta(minutes=10)
"""What nothing was written to for so long was killed: backups and restores write all the time."""

Told = Callable[[int, int], None]


class BackupError(ValueError):
    """A file that is no whole backup, or a place where none can be made or unpacked."""


class PackedFile(Struct, frozen=True):
    """A file in a backup."""

    sha256: str
    bytes: int


class Contents(Struct, frozen=True):
    """What a backup holds; `revision` is the database's, `files` are by their names."""

    format: int
    created: str
    revision: str
    files: dict[str, PackedFile]


def back_up(home: Home, target: Path, progress: Told = lambda done, total: None) -> Contents:
    """Write an instance into a new file, readable by its owner alone.

    Raises BackupError, BusyError where an index or a backup is being made, UnwritableError, and
    UnreachableError where an object store is away; then nothing is left of the file. What killed
    backups left beside it is removed.
    """
    from index import FolderStore  # which loads FAISS, as the commands should not for nothing

    if target.exists():
        raise BackupError(f"{target} is there already; name a new file.")
    try:
        home.indexes.mkdir(exist_ok=True)
        with (
            building(FolderStore(home.indexes)),
            tempfile.TemporaryDirectory(dir=target.parent, prefix=_UNFINISHED) as scratch,
        ):
            remove_leftovers(Path(scratch), _UNFINISHED)
            partial = Path(scratch) / "backup.tar"
            opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "wb") as file:
                contents = _packed(home, Path(scratch) / DATABASE_FILE, file, progress)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
    except (UnreachableError, UnwritableError):  # the latter of a disk of copies
        raise
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_FULL:
            raise
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # only the copy is written to
        raise UnwritableError(target.parent, full) from error
    except OSError as error:
        lock = Path(error.filename or target).is_relative_to(home.indexes)
        raise UnwritableError(home.indexes if lock else target.parent, error) from error
    return contents


def remove_leftovers(own: Path, beginning: str) -> None:
    """Remove the folders whose names begin so and which killed runs left beside the folder of one
    that has just begun, by the clock of their disk: another may be at work there just now."""
    now = own.stat().st_mtime
    for each in own.parent.glob(f"{beginning}*"):
        with suppress(OSError):  # done meanwhile, or another user's
            written = max(path.stat().st_mtime for path in (each, *each.rglob("*")))
            if now - written > _LEFT_AFTER.total_seconds():
                shutil.rmtree(each, ignore_errors=True)


def _packed(home: Home, copy: Path, file: BinaryIO, progress: Told) -> Contents:
    engine = moment_of(home.database_url, copy)
    revision = schema.revision(engine) or ""
    entries: dict[str, PackedFile] = {}
    posters = file_store(home, "posters")
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        names = list(_file_names(home, posters))
        for done, name in enumerate(names):
            with suppress(FileNotFoundError):  # removed meanwhile, or a poster that is lost
                entries[name] = _added_file(tar, _place(home, posters, name), name)
            progress(done, len(names))
        store, thumbs = FeedbackStore(engine, CODEC), Thumbs(engine)
        uploads = UploadStore(file_store(home, "uploads"), store, ClockWatch(site_notes(home)))
        whenever = datetime.max.replace(tzinfo=UTC)
        for record in store.expiring(whenever, unreadable=_tell_of_unread):
            try:
                file_name, poster = uploads.read(record.id)
                name = f"uploads/{file_name}"
                entries[name] = _added_bytes(tar, name, io.BytesIO(poster), len(poster))
            except FileNotFoundError:  # deleted since the snapshot, or lost: so it is in the copy
                store.redact(record.id, record.payload.redacted(EXPIRED, datetime.now(UTC)))
                thumbs.forget(record.id)
        store.settle()
        engine.dispose()
        if home.settings.files is not None:
            key = shared_secret(file_store(home, "site"))
            entries[SECRET] = _added_bytes(tar, SECRET, io.BytesIO(key), len(key))
            for each, path in _model_files(home).items():
                name = f"{home.model.name}/{each}"
                entries[name] = _added_file(tar, path, name)
        entries[DATABASE_FILE] = _added_file(tar, copy, DATABASE_FILE)
        contents = Contents(BACKUP_FORMAT, datetime.now(UTC).isoformat(), revision, entries)
        _added_bytes(tar, CONTENTS, io.BytesIO(said := msgspec.json.encode(contents)), len(said))
        progress(len(names), len(names))
    return contents


def _file_names(home: Home, posters: FileStore) -> Iterator[str]:
    """Of the instance's files those to keep but for uploads and the database."""
    folders = [home.folder / name for name in WHOLE_FOLDERS]
    if home.settings.files is not None:  # which has the model
        folders.remove(home.model)
    if home.settings.vectors != PGVECTOR and home.settings.files is None:  # else out of date
        with suppress(FileNotFoundError):
            current = (home.indexes / "current").read_text(encoding="utf-8").strip()
            folders.append(home.indexes / current)
            yield "index/current"
    if home.secret.exists() and home.settings.files is None:
        yield home.secret.name
    names = sorted(f"{POSTERS}{entry.name}" for entry in posters.entries())
    for folder in folders:
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        names += [path.relative_to(home.folder).as_posix() for path in files]
    for name in names:
        if SAFE_NAME.fullmatch(name) and not name.endswith(SET_ASIDE):
            yield name


def _tell_of_unread(error: ValueError) -> None:
    log.warning("the backup lacks an upload, whose record it has as it is: %s", error)


def _model_files(home: Home) -> dict[str, Path]:
    """Of the object store's chosen model, but for the packaged one, by their names; where it cannot
    be had, that is logged: all else does without it."""
    from embedder import ModelError  # which loads ONNX Runtime
    from embedder.card import PACKAGED
    from onesheet.indexing.models import instance_models

    try:
        folder = instance_models(home).load().folder
    except ModelError as error:
        log.warning("the backup has no model: %s", error)
        return {}
    return {} if folder == PACKAGED else {name: folder / name for name in MODEL_FILES}


def _place(home: Home, posters: FileStore, name: str) -> Path:
    """Where a file that a backup is to have is on this machine."""
    poster = name.removeprefix(POSTERS)
    return home.folder / name if poster == name else posters.path(poster)


def _added_file(tar: tarfile.TarFile, path: Path, name: str) -> PackedFile:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        return _added_bytes(tar, name, file, os.fstat(file.fileno()).st_size)


def _added_bytes(tar: tarfile.TarFile, name: str, file: BinaryIO, size: int) -> PackedFile:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    reader = HashedFile(file)
    tar.addfile(info, reader)
    return PackedFile(reader.digest.hexdigest(), size)


class HashedFile:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data
