"""The one secret of an instance: what only its server can sign."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from catalog.file_store import FileStore
from catalog.flushing import UnwritableError

BYTES = 32
SECRET = "secret"  # noqa: S105 - a file's name


def shared_secret(files: FileStore) -> bytes:
    """The secret that all machines of a site share; made where there is none. Whoever can read the
    store can read it. Raises UnreachableError."""
    try:
        return files.read(SECRET)
    except FileNotFoundError:
        files.create(SECRET, secrets.token_bytes(BYTES))
        return files.read(SECRET)


def secret(path: Path) -> bytes:
    """The secret that a file holds, readable by its owner alone; made where there is none.

    Of several processes that make one at once all get the same. Raises UnwritableError.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with suppress(OSError):
        if len(found := path.read_bytes()) >= BYTES:
            return found
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(secrets.token_bytes(BYTES))
            file.flush()
            os.fsync(file.fileno())
        if path.exists() and path.stat().st_size < BYTES:  # cut short by a full disk
            path.unlink(missing_ok=True)
        try:
            os.link(partial, path)  # never over one that another process has made
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            partial.replace(path)
        return path.read_bytes()
    except OSError as error:
        raise UnwritableError(path.parent, error) from error
    finally:
        partial.unlink(missing_ok=True)
