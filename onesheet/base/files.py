"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from catalog.flushing import flush_path


class UnwritableError(OSError):
    """A folder that takes no file: read-only, full, or not a folder."""

    def __init__(self, folder: Path, cause: OSError) -> None:
        super().__init__(cause.errno, cause.strerror, str(folder))

    def __str__(self) -> str:
        return f"cannot write to {self.filename}: {self.strerror}"


def write_atomically(path: Path, data: bytes) -> None:
    """Write through a neighbour with another name, so that readers never see a part.

    Raises UnwritableError, and then leaves nothing behind.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    _put(path, data, by=partial)


def write_durably(path: Path, data: bytes) -> None:
    """Write a file of a new name, which outlasts a loss of power once this returned.

    Who knows the name may see a part before. Raises UnwritableError, and then leaves nothing.
    """
    _put(path, data, by=path, durable=True)


def _put(path: Path, data: bytes, *, by: Path, durable: bool = False) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            by.write_bytes(data)
            if durable:
                flush_path(by)
                flush_path(by.parent)
            if by != path:
                by.replace(path)
        except BaseException:
            with suppress(OSError):  # the first failure is the one to tell
                by.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UnwritableError(path.parent, error) from error


def check_writable(folder: Path) -> None:
    """Raises UnwritableError where `folder`, made where it is absent, takes no file."""
    probe = folder / f".probe.{os.getpid()}.{secrets.token_hex(4)}"
    write_atomically(probe, b"?")
    probe.unlink()
