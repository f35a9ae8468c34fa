"""What is asked of whatever keeps files."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of a store: its name, its bytes, and when it was written, by the store's clock."""

    name: str
    size: int
    modified: datetime


class UnreachableError(OSError):
    """An object store that does not answer, or refuses; the message says which and why."""


class FileStore(Protocol):
    """Files under names such as `ab/ab3f.webp`; each is there whole or not at all.

    Safe to use from several threads, and after a fork. Besides what is named, everything raises
    OSError where the disk fails, which is an UnwritableError where it takes nothing, and
    UnreachableError where the store cannot be reached.
    """

    def path(self, name: str) -> Path:
        """Where this machine has the file, fetched first where need be. Nothing is there where the
        store has no such file. To be read at once, and not to be written to."""

    def read(self, name: str) -> bytes:
        """The file's bytes as the store has them, whatever this machine keeps of it.

        Raises FileNotFoundError.
        """

    def write(self, name: str, content: bytes | Path) -> None:
        """Put bytes, or those of a file of this machine, under a name, in the place of what was
        there. What is written outlasts a loss of power once this has returned."""

    def create(self, name: str, content: bytes) -> bool:
        """Write a file unless there is one of this name, and tell whether it was written. Of
        several that create one at once, on whichever machine, one does."""

    def move(self, name: str, other: str) -> None:
        """Give a file another name. Raises FileNotFoundError."""

    def remove(self, name: str) -> None:
        """Remove a file, and what this machine keeps of it; nothing where it is not there."""

    def entry(self, name: str) -> FileEntry | None:
        """What is known of one file; None where it is not there."""

    def entries(self) -> Iterator[FileEntry]:
        """Every file, in no order, those among them that somebody is writing just now."""

    def whole(self, names: Collection[str], check: Callable[[Path], bool]) -> set[str]:
        """Those of the names whose files are there and whole. `check` looks at a file of a disk,
        which can lose the end of one; an object store has all of an object or none."""

    def reach(self) -> None:
        """Ask a store on other machines whether it is there, and wait a few seconds at most. Raises
        UnreachableError."""

    def forget_copies(self) -> None:
        """Remove the copies that this machine may keep no longer."""
