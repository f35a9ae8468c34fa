"""One file that holds an instance, and an instance made of such a file.

The file is a tar: the database as it was at one moment, as an SQLite file whatever it is, the files
that it names, the model, the index in use, and at the end a manifest with the SHA-256 of each. A
server may serve meanwhile.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO, Final

import msgspec
from msgspec import Struct

from bandit import FeedbackStore
from catalog.flushing import UnwritableError
from onesheet.base.film_thumbs import Thumbs
from onesheet.base.home import Home
from onesheet.base.payload import CODEC
from onesheet.base.settings import PGVECTOR
from onesheet.indexing.lock import building
from onesheet.storage import schema
from onesheet.storage.transfer import moment_of
from onesheet.uploads.clock_watch import ClockWatch
from onesheet.uploads.errors import EXPIRED
from onesheet.uploads.store import UploadStore

BACKUP_FORMAT: Final = 1
CONTENTS: Final = "manifest.json"
DATABASE_FILE: Final = "onesheet.db"
WHOLE_FOLDERS: Final = ("posters", "model", "genres")
"""Copied whole; of uploads those that the database names, of the index the one in use."""
_SAFE_NAME = re.compile(r"(?!\.)[\w.-]+(/(?!\.)[\w.-]+)*", re.ASCII)
_PIECE = 1 << 20

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

    Raises BackupError, BusyError where an index is being built, and UnwritableError; then nothing
    is left of the file.
    """
    from index import FolderStore  # which loads FAISS, as the commands should not for nothing

    if target.exists():
        raise BackupError(f"{target} is there already; name a new file.")
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        home.indexes.mkdir(exist_ok=True)
        with (
            building(FolderStore(home.indexes)),
            tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch,
            os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        ):
            contents = _packed(home, Path(scratch) / DATABASE_FILE, file, progress)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        raise UnwritableError(target.parent, error) from error
    finally:
        partial.unlink(missing_ok=True)
    return contents


def _packed(home: Home, copy: Path, file: BinaryIO, progress: Told) -> Contents:
    engine = moment_of(home.database_url, copy)
    revision = schema.revision(engine) or ""
    entries: dict[str, PackedFile] = {}
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        names = list(_file_names(home))
        for done, name in enumerate(names):
            with suppress(FileNotFoundError):  # removed meanwhile, or a poster that is lost
                entries[name] = _added_file(tar, home.folder / name, name)
            progress(done, len(names))
        store, thumbs = FeedbackStore(engine, CODEC), Thumbs(engine)
        uploads = UploadStore(home.uploads, store, thumbs, ClockWatch(home.clock))
        for record in store.expiring(datetime.max.replace(tzinfo=UTC)):
            path = uploads.path(record.id)
            name = f"uploads/{path.name}"
            try:
                entries[name] = _added_file(tar, path, name)
            except FileNotFoundError:  # deleted since the snapshot, or lost: so it is in the copy
                store.redact(record.id, record.payload.redacted(EXPIRED, datetime.now(UTC)))
                thumbs.forget(record.id)
        store.settle()
        engine.dispose()
        entries[DATABASE_FILE] = _added_file(tar, copy, DATABASE_FILE)
        contents = Contents(BACKUP_FORMAT, datetime.now(UTC).isoformat(), revision, entries)
        _added_bytes(tar, CONTENTS, io.BytesIO(said := msgspec.json.encode(contents)), len(said))
        progress(len(names), len(names))
    return contents


def _file_names(home: Home) -> Iterator[str]:
    """Of the folder's files those to keep but for uploads and the database."""
    folders = [home.folder / name for name in WHOLE_FOLDERS]
    if home.settings.vectors != PGVECTOR:  # else what lies there is of before, and out of date
        with suppress(FileNotFoundError):
            current = (home.indexes / "current").read_text(encoding="utf-8").strip()
            folders.append(home.indexes / current)
            yield "index/current"
    if home.secret.exists():
        yield home.secret.name
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(home.folder).as_posix()
            if path.is_file() and _SAFE_NAME.fullmatch(name) and path.suffix != ".damaged":
                yield name


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
    reader = _HashedFile(file)
    tar.addfile(info, reader)
    return PackedFile(reader.digest.hexdigest(), size)


class _HashedFile:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def unpack(source: Path, folder: Path) -> Contents:
    """Make an instance of a backup, in a folder that is absent or empty.

    Every file is held against the manifest before the folder appears. Raises BackupError for a
    file that is damaged or no backup, and UnwritableError.
    """
    folder = folder.resolve()  # a sibling of "." can be named then
    try:
        source.open("rb").close()
    except FileNotFoundError as error:
        raise BackupError(f"{source} is not there.") from error
    except OSError as error:
        raise BackupError(f"{source} cannot be read: {error.strerror}.") from error
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(f"{folder} holds something already; name a new folder.")
    unpacked = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        try:
            unpacked.mkdir(parents=True)
            contents = _unpacked(source, unpacked)
            if hasattr(os, "sync"):
                os.sync()  # a file at a time would take minutes
            if folder.exists():
                folder.rmdir()
            unpacked.replace(folder)
        except (tarfile.TarError, EOFError, msgspec.DecodeError) as error:
            raise BackupError(f"{source} is damaged or no backup: {error}.") from error
        finally:
            shutil.rmtree(unpacked, ignore_errors=True)
    except OSError as error:
        raise UnwritableError(folder.parent, error) from error
    return contents


def _unpacked(source: Path, folder: Path) -> Contents:
    found: dict[str, PackedFile] = {}
    contents: Contents | None = None
    with tarfile.open(source, "r:") as tar:
        for info in tar:
            file = tar.extractfile(info) if info.isreg() else None
            known = contents is not None or info.name in found
            if file is None or known or not _SAFE_NAME.fullmatch(info.name):
                raise BackupError(f"{source} is no backup: it holds {info.name!r}.")
            if info.name == CONTENTS:
                contents = msgspec.json.decode(file.read(), type=Contents)
            else:
                found[info.name] = _unpacked_file(file, folder / info.name, info.size)
    if contents is None:
        raise BackupError(f"{source} is cut short: it has no contents.")
    if contents.format != BACKUP_FORMAT or contents.revision > schema.HEAD:
        raise BackupError(f"{source} was made by a newer Onesheet; use that one.")
    if wrong := sorted(name for name, _ in found.items() ^ contents.files.items()):
        raise BackupError(f"{source} is damaged: {wrong[0]} is not what was written.")
    return contents


def _unpacked_file(file: IO[bytes], path: Path, size: int) -> PackedFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    reader = _HashedFile(file)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        shutil.copyfileobj(reader, target, _PIECE)
    return PackedFile(reader.digest.hexdigest(), size)
