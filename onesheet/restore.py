"""An instance made of a backup's file."""

from __future__ import annotations

import os
import secrets
import shutil
import tarfile
from pathlib import Path
from typing import IO, Final

import msgspec

from catalog.flushing import UnwritableError
from onesheet.backup import (
    BACKUP_FORMAT,
    CONTENTS,
    DATABASE_FILE,
    SAFE_NAME,
    BackupError,
    Contents,
    HashedFile,
    PackedFile,
    remove_leftovers,
)
from onesheet.storage import schema

_PIECE: Final = 1 << 20
_UNPACKING: Final = ".onesheet-restore-"
"""How the name of the folder begins in which a restore unpacks."""
_OF_THE_DISK: Final = "lost+found"
"""The folder that a new ext4 disk holds."""


def unpack(source: Path, folder: Path) -> Contents:
    """Make an instance of a backup, in a folder that is absent or empty.

    Every file is held against the manifest before the folder appears, or anything in it: one that
    is there may be a mounted disk, which no other folder can replace. What killed restores were
    unpacking there is removed. Raises BackupError for a file that is damaged or no backup, and
    where another restore is at work in the folder; and UnwritableError.
    """
    folder = folder.resolve()  # a sibling of "." can be named then
    try:
        source.open("rb").close()
    except FileNotFoundError as error:
        raise BackupError(f"{source} is not there.") from error
    except OSError as error:
        raise BackupError(f"{source} cannot be read: {error.strerror}.") from error
    there = folder.exists()
    if there and not _is_free(folder):
        raise BackupError(f"{folder} holds something already; name a new folder, or empty it.")
    beside = folder if there else folder.parent
    unpacked = beside / f"{_UNPACKING}{secrets.token_hex(4)}"
    try:
        try:
            unpacked.mkdir(parents=True)
            remove_leftovers(unpacked, _UNPACKING)
            if there and (others := _others(unpacked)):
                raise BackupError(
                    f"Another restore writes into {folder}, or did just now; wait for it, or if it "
                    f"was killed remove {others[0]}."
                )
            contents = _unpacked(source, unpacked)
            if hasattr(os, "sync"):
                os.sync()  # a file at a time would take minutes
            if there:
                _move_up(unpacked, folder)
            else:
                unpacked.replace(folder)
        except (tarfile.TarError, EOFError, msgspec.DecodeError) as error:
            raise BackupError(f"{source} is damaged or no backup: {error}.") from error
        finally:
            shutil.rmtree(unpacked, ignore_errors=True)
    except OSError as error:
        raise UnwritableError(beside, error) from error
    return contents


def _is_free(folder: Path) -> bool:
    """Whether a folder holds nothing, but for what restores unpack there."""
    return folder.is_dir() and all(
        path.name == _OF_THE_DISK or path.name.startswith(_UNPACKING) for path in folder.iterdir()
    )


def _others(unpacked: Path) -> list[Path]:
    """What is beside the folder in which a restore unpacks."""
    known = (unpacked.name, _OF_THE_DISK)
    return [path for path in unpacked.parent.iterdir() if path.name not in known]


def _move_up(unpacked: Path, folder: Path) -> None:
    """Move what was unpacked into the folder around it. The database comes last: until then it is
    no instance. Whatever keeps one file from it, the others are taken back."""
    if _others(unpacked):
        raise BackupError(f"{folder} holds something by now; name a new folder, or empty it.")
    paths = sorted(unpacked.iterdir(), key=lambda path: path.name == DATABASE_FILE)
    try:
        for path in paths:
            path.replace(folder / path.name)
    except BaseException:
        for path in paths:
            if not path.exists():
                (folder / path.name).replace(path)
        raise


def _unpacked(source: Path, folder: Path) -> Contents:
    found: dict[str, PackedFile] = {}
    contents: Contents | None = None
    with tarfile.open(source, "r:") as tar:
        for info in tar:
            file = tar.extractfile(info) if info.isreg() else None
            known = contents is not None or info.name in found
            if file is None or known or not SAFE_NAME.fullmatch(info.name):
                raise BackupError(f"{source} is no backup: it holds {info.name!r}.")
            if info.name == CONTENTS:
                contents = msgspec.json.decode(file.read(), type=Contents)
            else:
                folder.stat()  # which fails where it was removed: no half of it is made anew
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
    reader = HashedFile(file)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        shutil.copyfileobj(reader, target, _PIECE)
    return PackedFile(reader.digest.hexdigest(), size)
