"""Files that appear whole or not at all, and where installed packages have theirs."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from catalog.flushing import UnwritableError


def write_atomically(path: Path, data: bytes) -> None:
    """Write through a neighbour with another name, so that readers never see a part.

    Raises UnwritableError, and then leaves nothing behind.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_bytes(data)
            partial.replace(path)
        except BaseException:
            with suppress(OSError):  # the first failure is the one to tell
                partial.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UnwritableError(path.parent, error) from error


def check_writable(folder: Path) -> None:
    """Raises UnwritableError where `folder`, made where it is absent, takes no file."""
    probe = folder / f".probe.{os.getpid()}.{secrets.token_hex(4)}"
    write_atomically(probe, b"?")
    probe.unlink()


def package_folder(name: str) -> Path:
    """An installed package's folder, found without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ImportError(f"{name} is not installed; run `pip install {name.replace('_', '-')}`")
    return Path(spec.origin).parent
