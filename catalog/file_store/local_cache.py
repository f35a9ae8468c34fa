"""Copies of files on this machine, of bounded size: the ones used longest ago go first."""

import errno
import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from catalog.flushing import UnwritableError, flush_path

LOOK_EVERY: Final = 1 / 64
"""The share of its room after which a process looks at the whole cache."""
ROOM_LEFT: Final = 0.9
"""The share of its room that is used once the oldest went."""
IN_USE_SECONDS: Final = 60.0
"""A copy used so recently stays whatever its size: somebody may be about to open it."""
PARTIAL: Final = ".partial-"
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class LocalCache:
    """A folder of copies, of which any may be removed at any time; shared by the processes of a
    machine. What was used within IN_USE_SECONDS, and what LOOK_EVERY lets come between two looks,
    may exceed its bound."""

    def __init__(
        self, folder: Path, room: int | None = None, *, kept_seconds: float | None = None
    ) -> None:
        """`room` is in bytes; None has no bound. `kept_seconds`: a copy is used no longer, and
        `forget_old` removes it after twice as long."""
        self._folder, self._room, self._kept = folder, room, kept_seconds
        self._unseen = float("inf")

    def path(self, name: str) -> Path:
        """Where the copy of a file is, or would be."""
        return self._folder / name

    def has(self, name: str) -> bool:
        """Whether there is a copy to be used; notes that it was."""
        path, now = self.path(name), time.time()
        try:
            known = path.stat()
            if known.st_size == 0:  # power was lost before the bytes were on the disk
                return False
            age = now - known.st_mtime
            if self._kept is not None:
                return 0 <= age < self._kept
            if age > IN_USE_SECONDS / 2:
                _note_use(path)
        except FileNotFoundError:
            return False
        return True

    def take(self, name: str, fill: Callable[[Path], object]) -> None:
        """Make a copy, which `fill` writes, and which is there at once and whole. Raises
        UnwritableError where this disk takes none, and what `fill` raises of anything else."""
        path = self.path(name)
        try:
            size = _copied(path, fill)
        except OSError as error:
            if error.errno in _FULL or _is_near(path, error.filename):
                raise UnwritableError(path.parent, error) from error
            raise
        self._unseen += size
        if self._room is not None and self._unseen > self._room * LOOK_EVERY:
            self._unseen = 0
            self._make_room(self._room)

    def drop(self, name: str) -> None:
        """Remove a copy."""
        self.path(name).unlink(missing_ok=True)

    def forget_old(self) -> None:
        """Remove the copies that may not be kept any longer."""
        if self._kept is not None:
            for path in self._folder.rglob("*"):
                with suppress(FileNotFoundError):
                    if path.is_file() and time.time() - path.stat().st_mtime > 2 * self._kept:
                        path.unlink()

    def _make_room(self, room: int) -> None:
        with suppress(Timeout), FileLock(self._folder / ".lock", timeout=0):  # else another does
            copies = sorted(self._copies(), key=lambda copy: copy[1])
            used = sum(size for _, _, size in copies)
            if used <= room:
                return
            for path, when, size in copies:
                if used <= room * ROOM_LEFT or time.time() - when < IN_USE_SECONDS:
                    break
                if _last_used(path) == when:  # else somebody uses it again
                    path.unlink(missing_ok=True)
                    used -= size

    def _copies(self) -> list[tuple[Path, float, int]]:
        """Every copy, when it was last used, and its bytes."""
        found = []
        for path in self._folder.rglob("*"):
            with suppress(FileNotFoundError):
                known = path.stat()
                if path.is_file() and path.name != ".lock":
                    found.append((path, _last_used(path), known.st_size))
        return found


def _copied(path: Path, fill: Callable[[Path], object]) -> int:
    """Write a file and then move it to its place; how many bytes it has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{PARTIAL}{secrets.token_hex(8)}")
    try:
        fill(partial)
        flush_path(partial)  # else power lost now could leave the name without the bytes
        os.utime(partial)
        size = partial.stat().st_size
        partial.replace(path)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return size


def _is_near(path: Path, name: str | None) -> bool:
    """Whether an error names the folder of a copy, one above it, or a file in it."""
    where = None if name is None else Path(name)
    return where is not None and (where in path.parents or where.parent == path.parent)


def _note_use(path: Path) -> None:
    """Where that can be noted: a copy may be another user's, or its disk read-only."""
    try:
        os.utime(path)
    except FileNotFoundError:
        raise
    except OSError:
        pass


def _last_used(path: Path) -> float:
    """By the clock of the disk; 0 where the file is gone."""
    try:
        known = path.stat()
    except FileNotFoundError:
        return 0.0
    return max(known.st_mtime, known.st_atime)
