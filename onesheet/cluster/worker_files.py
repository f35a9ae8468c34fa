"""Poster files as a worker on another machine opens them."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from catalog.file_store import FileStore
from catalog.files import PosterFiles
from onesheet.base.home import Home
from onesheet.base.settings import Settings
from onesheet.storage.file_places import file_store


class WorkerError(ValueError):
    """What a worker lacks; the message names its machine and says what mends it."""

    @classmethod
    def here(cls, problem: object) -> WorkerError:
        """Of this machine."""
        return cls(f"{socket.gethostname()}: {problem}")


def unshared(problem: str) -> str:
    """A sentence on what comes of a folder that only some of the machines have."""
    return (
        f"{problem}; share the folder with all machines of the cluster under one path, or keep "
        "posters in an object store (ONESHEET_FILES)."
    )


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
            raise WorkerError(unshared(f"there is no folder {home.posters} on this machine"))
        if not self.shared and not home.folder.is_dir():
            home = Home(_folder_for_copies(), settings=settings)
        return file_store(home, "posters")

    def poster_files(self) -> PosterFiles:
        """`opened`, as posters."""
        return PosterFiles(self.opened())


def _folder_for_copies() -> Path:
    """A user's own on this machine, which has no instance: all workers share it, and it stays for
    the next command, bounded as an instance's copies are. Raises WorkerError where somebody else
    could put files there."""
    folder = Path(tempfile.gettempdir()) / f"onesheet-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    known = folder.lstat()
    if not stat.S_ISDIR(known.st_mode) or known.st_uid != os.getuid() or known.st_mode & 0o077:
        raise WorkerError(f"{folder} must be a folder of this user's that nobody else can open.")
    return folder
