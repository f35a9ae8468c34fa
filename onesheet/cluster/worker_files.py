"""Poster files as a worker on another machine opens them."""

from __future__ import annotations

import socket
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catalog.file_store import FileStore
from catalog.files import PosterFiles
from onesheet.base.home import Home
from onesheet.base.settings import Settings
from onesheet.storage.file_places import file_store

COPIES_MB = 100
"""Of posters on a machine that has no instance, by each of its workers."""


class WorkerError(ValueError):
    """What a worker lacks; the message names its machine and says what mends it."""

    @classmethod
    def here(cls, problem: object) -> WorkerError:
        """Of this machine."""
        return cls(f"{socket.gethostname()}: {problem}")


@dataclass(frozen=True)
class WorkerFiles:
    """Where poster files are, and no more of an instance's settings: a folder that all machines
    have under one path, or an object store, for which each machine has credentials of its own."""

    folder: Path
    files: str | None
    files_cache_mb: int

    @classmethod
    def of(cls, home: Home) -> WorkerFiles:
        """As the instance has them."""
        return cls(home.folder, home.settings.files, home.settings.files_cache_mb)

    @property
    def shared(self) -> bool:
        """Whether a folder has them, which other machines may lack."""
        return self.files is None

    def opened(self) -> FileStore:
        """The store, as this machine reaches it. Raises WorkerError."""
        settings = Settings(files=self.files, files_cache_mb=self.files_cache_mb)
        home = Home(self.folder, settings=settings)
        if self.shared and not home.posters.is_dir():
            raise WorkerError(
                f"there is no folder {home.posters} on this machine; share it under this path, or "
                "keep posters in an object store (ONESHEET_FILES)."
            )
        if not self.shared and not home.folder.is_dir():
            settings = Settings(files=self.files, files_cache_mb=COPIES_MB)
            home = Home(_folder_for_copies(), settings=settings)
        return file_store(home, "posters")

    def poster_files(self) -> PosterFiles:
        """`opened`, as posters."""
        return PosterFiles(self.opened())


@cache
def _folder_for_copies() -> Path:
    """This process's own: a machine without an instance has no place for them."""
    return Path(tempfile.mkdtemp(prefix="onesheet-"))
