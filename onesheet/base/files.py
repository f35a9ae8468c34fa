"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from catalog.flushing import UnwritableError, flush_path


def write_atomically(path: Path, data: bytes) -> None:
    """Write through a neighbour with another name, so that readers never see a part.

    Raises UnwritableError, and then leaves nothing behind.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    _put(path, data, by=partial)


def write_durably(path: Path, data: bytes) -> None:
    """Write a file of a new name, which outlasts a loss of power once this returned, and its folder
    with it where that is made.

    Who knows the name may see a part before. Raises UnwritableError, and then leaves nothing.
    """
    _put(path, data, by=path, durable=True)


def _put(path: Path, data: bytes, *, by: Path, durable: bool = False) -> None:
    try:
        new = not path.parent.is_dir()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            by.write_bytes(data)
            if durable and new:
                flush_path(path.parent.parent)
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
