"""An object store (S3, Google Cloud Storage, Azure) as a store of files, by fsspec.

Imported only where one was chosen; fsspec imports what speaks the store's protocol.
"""

import os
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC
from pathlib import Path
from typing import Any, Final

import fsspec

from catalog.file_store.local_cache import LocalCache
from catalog.file_store.store import FileEntry, UnreachableError
from catalog.flushing import UnwritableError

ASKED_AT_ONCE: Final = 16
"""Objects that are looked at, at once."""
LISTED: Final = 1000
"""Objects that one request lists: from so many names on, listing all is quicker than asking for
each."""
S3_TRIES: Final = 2
"""How often s3fs asks or reads on; each time botocore has as many tries as `retries` says. A store
that takes connections and never answers is so given up after the fourth `read_timeout`."""
PROBE_PREFIX: Final = "probe-"
"""How the names of files begin that are there to try the store alone."""
ANSWER_SECONDS: Final = 3.0
"""Within which a store that can be reached answers a small question."""
OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "s3": {
        "config_kwargs": {
            "connect_timeout": 2,
            "read_timeout": 10,
            "retries": {"mode": "standard", "total_max_attempts": 2},
        }
    },
}
"""What a protocol's file system is told; who may use it, and where it is, it finds in the
environment."""


class ObjectFiles:
    """A `FileStore` of the objects below an address such as `s3://bucket/prefix`.

    An object is written whole or not at all, by one request or a multipart upload that ends in one.
    What is fetched is kept in a cache of this machine.
    """

    def __init__(self, address: str, cache: LocalCache) -> None:
        """Raises ImportError where what speaks the store's protocol is not installed."""
        self._address, self._cache = address.rstrip("/"), cache
        self._protocol, _, self._root = self._address.partition("://")
        fsspec.get_filesystem_class(self._protocol)
        self._opened: tuple[int, Any] | None = None

    def path(self, name: str) -> Path:
        if not self._cache.has(name):
            key = self._key(name)
            try:
                with self._reached():
                    self._cache.take(name, lambda into: self._system.get_file(key, str(into)))
            except FileNotFoundError:
                self._cache.drop(name)
        return self._cache.path(name)

    def read(self, name: str) -> bytes:
        with self._reached():
            data: bytes = self._system.cat_file(self._key(name))
        return data

    def write(self, name: str, content: bytes | Path) -> None:
        key = self._key(name)
        with self._reached():
            if isinstance(content, Path):
                self._system.put_file(str(content), key)
            else:
                self._system.pipe_file(key, content)
        if content != self._cache.path(name):  # else what is here is what was written
            self._cache.drop(name)
        if isinstance(content, bytes):
            with suppress(OSError):  # the store has it
                self._cache.take(name, lambda into: into.write_bytes(content))

    def create(self, name: str, content: bytes) -> bool:
        try:
            with self._reached():
                self._system.pipe_file(self._key(name), content, mode="create")
        except FileExistsError:
            return False
        return True

    def move(self, name: str, other: str) -> None:
        with self._reached():
            self._system.cp_file(self._key(name), self._key(other))
        self.remove(name)

    def remove(self, name: str) -> None:
        try:
            with self._reached():
                self._system.rm_file(self._key(name))
        except FileNotFoundError:
            pass
        finally:
            self._cache.drop(name)

    def entry(self, name: str) -> FileEntry | None:
        try:
            with self._reached():
                known = self._system.info(self._key(name))
        except FileNotFoundError:
            return None
        return _entry(name, known) if known["type"] == "file" else None

    def entries(self) -> Iterator[FileEntry]:
        root = self._key("")
        with self._reached():
            found = self._system.find(root.rstrip("/"), detail=True)
        if not found:
            self.reach()
        for key, known in found.items():
            if known["type"] == "file":  # a prefix without objects can be told of as a directory
                yield _entry(key.removeprefix(root), known)

    def whole(self, names: Collection[str], check: Callable[[Path], bool]) -> set[str]:
        if len(names) > LISTED:
            return {entry.name for entry in self.entries()}.intersection(names)
        with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
            found = pool.map(self.entry, names)
            return {name for name, entry in zip(names, found, strict=True) if entry is not None}

    def reach(self) -> None:
        root = self._key("").rstrip("/")
        try:
            if self._protocol == "az":  # which lists nothing of a container that is not there
                self._system.info(root.partition("/")[0], timeout=ANSWER_SECONDS)
            else:  # of what hardly ever is there: a short answer that only the bucket can give
                self._system.find(root, prefix=PROBE_PREFIX, timeout=ANSWER_SECONDS)
        except Exception as error:  # of libraries that are not imported here
            raise self._unreachable(error) from error

    def forget_copies(self) -> None:
        self._cache.forget_old()

    @property
    def _system(self) -> Any:
        """The file system; another one after a fork, whose child has none of its threads."""
        if self._opened is None or self._opened[0] != os.getpid():
            options = OPTIONS.get(self._protocol, {})
            system = fsspec.filesystem(self._protocol, use_listings_cache=False, **options)
            if self._protocol == "s3":
                system.retries = S3_TRIES
            self._opened = os.getpid(), system
        return self._opened[1]

    def _key(self, name: str) -> str:
        """As fsspec names it: without the protocol."""
        return f"{self._root}/{name}"

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """What fails within it is an UnreachableError, but for a disk of this machine. So is a file
        that is not there where its bucket is not: both are told of alike, and a missing bucket has
        lost no file."""
        try:
            yield
        except FileNotFoundError:
            self.reach()
            raise
        except (FileExistsError, UnreachableError, UnwritableError):
            raise
        except Exception as error:  # of libraries that are not imported here
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> UnreachableError:
        said = next(iter(str(error).splitlines()), type(error).__name__)  # Azure's go on for pages
        return UnreachableError(f"{self._address} cannot be used: {said}")


def _entry(name: str, known: dict[str, Any]) -> FileEntry:
    """S3 and Azure say when under one name, Google Cloud Storage under another."""
    moment = known.get("LastModified") or known.get("last_modified") or known["mtime"]
    return FileEntry(name, known["size"], moment.astimezone(UTC))
