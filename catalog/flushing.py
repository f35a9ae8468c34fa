"""From the system's memory to the disk."""

import os
from pathlib import Path


class UnwritableError(OSError):
    """A folder that takes no file: read-only, full, failing, or not a folder."""

    def __init__(self, folder: Path, cause: OSError) -> None:
        super().__init__(cause.errno, cause.strerror, str(folder))

    def __str__(self) -> str:
        return f"cannot write to {self.filename}: {self.strerror}"


def flush_path(path: Path) -> None:
    """Return once a file's bytes, or the names in a folder, outlast a loss of power.

    A new file needs both, itself and its folder. Raises OSError.
    """
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders; its renames are journalled
    opened = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
