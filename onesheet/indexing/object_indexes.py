"""Index folders in an object store, of which each machine fetches the current one whole."""

from __future__ import annotations

import logging
import re
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalog.file_store import FileStore, UnreachableError
from index import FolderStore, IndexFolderError, Options, PosterIndex, Storage, settled
from index.folder import CURRENT, MANIFEST, described
from index.manifest import Manifest

log = logging.getLogger("onesheet")

LOOK_SECONDS = 1.0
"""For which a process believes what it was told of the current index."""
_NAME = re.compile(r"[0-9a-f]{64}\n")


class ObjectIndexStore:
    """An `IndexStore` whose folders are in an object store, searched by FAISS from this machine's
    copy of the current one. A copy's bytes are checked before it is opened, and one that is damaged
    is fetched anew.

    An index is there for others once `current` names it, after all its files were written.
    """

    def __init__(
        self, files: FileStore, folder: Path, alone: Callable[[], AbstractContextManager[bool]]
    ) -> None:
        """`folder` is where copies of `files` lie. `alone` is a lock that all machines share."""
        self._files, self._folder, self.alone = files, folder, alone
        self._local = FolderStore(folder)
        self._looking = threading.Lock()
        self._named: tuple[str, float] | None = None
        """What was current, and when that was asked."""

    def current(self) -> str:
        """See `IndexStore.current`; as of a second ago at most, and of before where the store does
        not answer."""
        with self._looking:
            known = self._named
            if known and time.monotonic() - known[1] < LOOK_SECONDS:
                return known[0]
            try:
                return self._look()
            except UnreachableError as error:
                if known is None:
                    raise
                log.warning("the index in use stays: %s", error)
                self._named = known[0], time.monotonic()
                return known[0]

    def described(self, fingerprint: str) -> Manifest:
        self._files.path(f"{fingerprint}/{MANIFEST}")
        return described(self._folder / fingerprint)

    def load(self, *, model: str | None = None) -> PosterIndex:
        return settled(self._look, partial(self._open, model))

    def build(
        self,
        poster_ids: NDArray[np.int64],
        embeddings: NDArray[np.float32],
        *,
        model: str,
        with_map: bool,
        duplicates: NDArray[np.int64] | None,
        options: Options,
    ) -> PosterIndex:
        built = self._local.build(
            poster_ids,
            embeddings,
            model=model,
            with_map=with_map,
            duplicates=duplicates,
            options=options,
        )
        name = built.manifest.fingerprint
        for each in (*built.manifest.files, MANIFEST):
            self._files.write(f"{name}/{each}", self._folder / name / each)
        self._files.write(CURRENT, f"{name}\n".encode())
        self._named = name, time.monotonic()
        return built

    def options(self, storage: Storage | None) -> Options:
        return self._local.options(storage)

    def prune(self) -> None:
        """See `IndexStore.prune`; a machine that fetches a removed one just now fetches the current
        one then."""
        keep = self._look()
        for entry in self._files.entries():
            if entry.name.partition("/")[0] not in (keep, CURRENT):
                self._files.remove(entry.name)
        self._forget_others(keep)

    def _look(self) -> str:
        try:
            said = self._files.read(CURRENT).decode("ascii", "replace")
        except FileNotFoundError:
            raise IndexFolderError("there is no index in the object store") from None
        if not _NAME.fullmatch(said):
            raise IndexFolderError(f"{CURRENT} in the object store does not name an index")
        self._named = said.strip(), time.monotonic()
        return said.strip()

    def _open(self, model: str | None, name: str) -> PosterIndex:
        folder = self._folder / name
        self._fetch(name)
        try:
            found = PosterIndex.opened(folder, model=model)
        except IndexFolderError:
            if model not in (None, self.described(name).model):
                raise
            shutil.rmtree(folder, ignore_errors=True)  # this machine's copy is damaged
            self._fetch(name)
            found = PosterIndex.opened(folder, model=model)
        self._forget_others(name)
        return found

    def _fetch(self, name: str) -> None:
        """Bring the files of an index here that are not here."""
        for each in self.described(name).files:
            self._files.path(f"{name}/{each}")

    def _forget_others(self, keep: str) -> None:
        """Remove this machine's copies of other indexes; who has one open keeps it."""
        with suppress(FileNotFoundError):
            for folder in self._folder.iterdir():
                if folder.is_dir() and _NAME.fullmatch(f"{folder.name}\n") and folder.name != keep:
                    shutil.rmtree(folder, ignore_errors=True)
