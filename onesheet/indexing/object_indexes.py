"""Index folders in an object store, of which each machine fetches the current one whole."""

from __future__ import annotations

import logging
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from catalog.file_store import FileStore, UnreachableError
from index import FolderStore, IndexFolderError, Options, PosterIndex, Storage, settled
from index.folder import CURRENT, MANIFEST, described
from index.manifest import Manifest

log = logging.getLogger("onesheet")

LOOK_SECONDS = 1.0
"""For which a process believes what it was told of the current index."""
_LONGEST_PAUSE = 60.0
"""Seconds between two questions to a store that does not answer; the first wait is LOOK_SECONDS,
and each failure doubles it."""
_NAME = re.compile(r"[0-9a-f]{64}\n")


class ObjectIndexStore:
    """An `IndexStore` whose folders are in an object store, searched by FAISS from this machine's
    copy of the current one. A copy's bytes are checked before it is opened, and one that is damaged
    is fetched anew.

    An index is there for others once `current` names it, after all its files were written.
    """

    def __init__(
        self,
        files: FileStore,
        folder: Path,
        alone: Callable[[], AbstractContextManager[bool]],
        still_alone: Callable[[], None] = lambda: None,
    ) -> None:
        """`folder` is where copies of `files` lie. `alone` is a lock that all machines share, and
        `still_alone` raises TurnLostError where it may be lost."""
        self._files, self._folder, self._alone = files, folder, alone
        self._still_alone = still_alone
        self._local = FolderStore(folder)
        self._building = FileLock(folder / ".building.lock")
        """Who holds it adds a folder here, or removes some, alone on this machine."""
        self._fetching = FileLock(folder / ".fetching.lock")
        """Who holds it fetches an index, alone on this machine: all its workers want it at once."""
        self._looking = threading.Lock()
        """Held by the thread that asks what is current while others answer with what they know."""
        self._noting = threading.Lock()
        self._named: tuple[str, float] | None = None
        """What was current, and when that was asked."""
        self._failed: UnreachableError | None = None
        self._wait = LOOK_SECONDS
        self._next_look = 0.0
        """How long to wait after the next failure, and when the store may be asked again."""

    def current(self, *, anew: bool = False) -> str:
        """See `IndexStore.current`. What is known is given at once, unless it is asked `anew`;
        where it is older than LOOK_SECONDS, a thread asks for what the next call gives.

        Raises UnreachableError where the store does not answer who waits for it."""
        known = self._named
        if anew:
            self._files.reach()  # whoever asks so holds a transaction: reading may wait for 40 s
            with self._noting:  # it answers now, whatever failed before
                self._next_look = 0.0
        if anew or known is None:
            return self._look()
        if time.monotonic() >= max(self._next_look, known[1] + LOOK_SECONDS):
            self._look_aside()
        return known[0]

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """See `IndexStore.alone`. What another machine built before is known within it. Raises
        UnreachableError."""
        with self._alone() as alone:
            if alone:
                with suppress(IndexFolderError):  # there is none yet
                    self._look()
            yield alone

    def described(self, fingerprint: str) -> Manifest:
        name = f"{fingerprint}/{MANIFEST}"
        self._files.path(name)
        try:
            return described(self._folder / fingerprint)
        except IndexFolderError:  # this machine's copy is damaged
            (self._folder / name).unlink(missing_ok=True)
            self._files.path(name)
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
        noted: Callable[[str], None] | None = None,
    ) -> PosterIndex:
        self._still_alone()
        with self._building:
            built = self._local.build(
                poster_ids,
                embeddings,
                model=model,
                with_map=with_map,
                duplicates=duplicates,
                options=options,
                noted=noted,
            )
            name = built.manifest.fingerprint
            for each in (*built.manifest.files, MANIFEST):
                self._files.write(f"{name}/{each}", self._folder / name / each)
        self._still_alone()  # else another one may have removed what was written
        self._files.write(CURRENT, f"{name}\n".encode())
        self._note(name, time.monotonic())
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
        """What the store says is current. A store that failed just now is not asked again yet, and
        its failure is raised at once: else each request would wait for it in turn."""
        asked = time.monotonic()
        if self._failed is not None and asked < self._next_look:
            raise self._failed
        try:
            said = self._files.read(CURRENT).decode("ascii", "replace")
        except FileNotFoundError:
            raise IndexFolderError("there is no index in the object store") from None
        except UnreachableError as error:
            with self._noting:
                self._failed, self._next_look = error, time.monotonic() + self._wait
                self._wait = min(2 * self._wait, _LONGEST_PAUSE)
            raise
        if not _NAME.fullmatch(said):
            raise IndexFolderError(f"{CURRENT} in the object store does not name an index")
        self._note(said.strip(), asked)
        return said.strip()

    def _note(self, name: str, asked: float) -> None:
        with self._noting:
            self._failed, self._wait, self._next_look = None, LOOK_SECONDS, 0.0
            if self._named is None or self._named[1] <= asked:  # else somebody asked later
                self._named = name, asked

    def _look_aside(self) -> None:
        """Ask without letting anybody wait for the answer."""
        if self._looking.acquire(blocking=False):
            threading.Thread(target=self._look_once, name="index-look", daemon=True).start()

    def _look_once(self) -> None:
        try:
            self._look()
        except (IndexFolderError, OSError) as error:
            log.warning("the index in use stays: %s", error)
            with self._noting:
                self._next_look = max(self._next_look, time.monotonic() + LOOK_SECONDS)
        finally:
            self._looking.release()

    def _open(self, model: str | None, name: str) -> PosterIndex:
        try:
            found = self._fetched(name)
        except IndexFolderError:  # this machine's copy is damaged
            shutil.rmtree(self._folder / name, ignore_errors=True)
            found = self._fetched(name)
        made_by = found.manifest.model
        if model not in (None, made_by):
            raise IndexFolderError(
                f"the index in the object store was made with another model, {made_by[:12]}"
            )
        self._forget_others(name)
        return found

    def _fetched(self, name: str) -> PosterIndex:
        """An index whose files were brought here where they were not."""
        with self._fetching:
            for each in self.described(name).files:
                self._files.path(f"{name}/{each}")
        return PosterIndex.opened(self._folder / name)

    def _forget_others(self, keep: str) -> None:
        """Remove this machine's copies of other indexes, unless somebody builds one here, which
        would lose it; who has one open keeps it."""
        with suppress(Timeout), self._building.acquire(timeout=0):
            for folder in self._folder.iterdir():
                if folder.is_dir() and _NAME.fullmatch(f"{folder.name}\n") and folder.name != keep:
                    shutil.rmtree(folder, ignore_errors=True)
