"""From the system's memory to the disk."""

import os
from pathlib import Path


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
