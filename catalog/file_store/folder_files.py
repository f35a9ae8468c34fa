"""A folder as a store of files: what an instance has unless its operator says otherwise."""

import os
import shutil
import stat
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from catalog.file_store.store import FileEntry
from catalog.flushing import UnwritableError, flush_path


class FolderFiles:
    """A `FileStore` in a folder, which is made when something is written.

    A file is written beside its place, flushed to the disk and moved, so that nobody ever sees half
    of one.
    """

    def __init__(self, root: Path, *, names_flushed: bool = False) -> None:
        """`names_flushed`: a file's name in the folder is flushed too, and so a file that was
        written is there after a loss of power; else the file is whole then, or not there."""
        self._root, self._names_flushed = root, names_flushed

    def path(self, name: str) -> Path:
        return self._root / name

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def write(self, name: str, content: bytes | Path) -> None:
        self._put(name, content, _moved)

    def create(self, name: str, content: bytes) -> bool:
        return self._put(name, content, _linked)

    def _put(self, name: str, content: bytes | Path, place: Callable[[Path, Path], bool]) -> bool:
        target = self.path(name)
        partial = target.with_name(f".{target.stem}.{os.getpid()}.{threading.get_ident()}")
        new = self._names_flushed and not target.parent.is_dir()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                _write(partial, content)
                placed = place(partial, target)
                if new:
                    flush_path(target.parent.parent)
                if self._names_flushed:
                    flush_path(target.parent)
            except BaseException:
                with suppress(OSError):  # the first failure is the one to tell
                    partial.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise UnwritableError(target.parent, error) from error
        return placed

    def move(self, name: str, other: str) -> None:
        self.path(name).replace(self.path(other))

    def remove(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def entry(self, name: str) -> FileEntry | None:
        try:
            known = self.path(name).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not stat.S_ISREG(known.st_mode):
            return None
        return FileEntry(name, known.st_size, datetime.fromtimestamp(known.st_mtime, UTC))

    def entries(self) -> Iterator[FileEntry]:
        for path in self._root.rglob("*"):
            found = self.entry(path.relative_to(self._root).as_posix())
            if found is not None:  # else a folder, or removed meanwhile
                yield found

    def whole(self, names: Collection[str], check: Callable[[Path], bool]) -> set[str]:
        return {name for name in names if check(self.path(name))}

    def reach(self) -> None:
        """The folder is of this machine."""

    def forget_copies(self) -> None:
        """There are none: the folder has the files themselves."""


def _write(path: Path, content: bytes | Path) -> None:
    with path.open("wb") as file:
        if isinstance(content, Path):
            with content.open("rb") as source:
                shutil.copyfileobj(source, file)
        else:
            file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _moved(partial: Path, target: Path) -> bool:
    partial.replace(target)
    return True


def _linked(partial: Path, target: Path) -> bool:
    """Whether the file has got its name, which nobody had before."""
    try:
        os.link(partial, target)
    except FileExistsError:
        return False
    finally:
        partial.unlink()
    return True
