"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


class UnwritableError(OSError):
    """A folder that takes no file: read-only, full, or not a folder."""

    def __init__(self, folder: Path, cause: OSError) -> None:
        super().__init__(cause.errno, cause.strerror, str(folder))

    def __str__(self) -> str:
        return f"cannot write to {self.filename}: {self.strerror}"


def write_atomically(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write through a neighbour with another name, so that readers never see a part; where it is
    `durable` it outlasts a loss of power once this returned.

    Raises UnwritableError, and then leaves nothing behind.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_bytes(data)
            if durable:
                _flush(partial)
            partial.replace(path)
            if durable:
                _flush(path.parent)
        finally:
            with suppress(OSError):  # the first failure is the one to tell
                partial.unlink(missing_ok=True)
    except OSError as error:
        raise UnwritableError(path.parent, error) from error


def check_writable(folder: Path) -> None:
    """Raises UnwritableError where `folder`, made where it is absent, takes no file."""
    probe = folder / f".probe.{os.getpid()}.{secrets.token_hex(4)}"
    write_atomically(probe, b"?")
    probe.unlink()


def _flush(path: Path) -> None:
    """A file's bytes, or the names in a folder, to the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders; its renames are journalled
    opened = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
