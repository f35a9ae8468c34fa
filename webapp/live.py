"""The model and the index in use, and how a running process takes up newer ones."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from embedder import Embedder
from index import IndexFolderError, PosterIndex, current, described, settled
from webapp.changes import ChangeLog

log = logging.getLogger("webapp")

RETRY_SECONDS = 30.0
"""After which a folder that could not be taken up is tried again: its disk may be well, its files
mended, by then."""


@dataclass(frozen=True)
class Opened:
    """A model and an index made with it. Who answers a request takes one and keeps it to the end:
    what is taken up meanwhile is for the next request."""

    embedder: Embedder
    index: PosterIndex


@dataclass(frozen=True)
class _Held:
    """What was opened, the folder it came from, and the last row of changes it contains."""

    opened: Opened
    folder: Path
    last: int


class Live:
    """Opens model and index on first use, and follows what other processes change.

    New rows of changes are part of the next request. A new index folder is opened in a thread of
    its own, since its bytes are all checked, and serves once it is ready; where it cannot be used,
    the old one goes on. Safe to use from several threads.
    """

    def __init__(self, root: Path, changes: ChangeLog, load: Callable[[], Embedder]) -> None:
        """`root` is the folder of index folders; `load` opens the model."""
        self._root = root
        self._changes = changes
        self._load = load
        self._opening = threading.RLock()
        self._switching = threading.Lock()
        self._embedder: Embedder | None = None
        self._held: _Held | None = None
        self._refused: tuple[Path, float] | None = None
        """A folder that could not be taken up, and until when it is left alone."""

    def embedder(self) -> Embedder:
        """The model in use. Raises embedder.ModelError where it cannot be opened."""
        with self._opening:
            if self._embedder is None:
                self._embedder = self._load()
            return self._embedder

    def opened(self) -> Opened:
        """Model and index as of now. Raises embedder.ModelError and index.IndexFolderError where
        none can be opened at all."""
        held = self._held
        if held is None:
            with self._opening:
                held = self._held or self._open(self.embedder())
                self._held = held
        elif self._to_be_taken_up(held):
            self._switch_aside()
        return self._caught_up(held).opened

    def made(self, folder: Path) -> Embedder:
        """The model that made an index: the one in use, or else what is on disk by now.

        Raises embedder.ModelError, and index.IndexFolderError where the folder is damaged.
        """
        embedder = self.embedder()
        return embedder if described(folder).model == embedder.fingerprint else self._load()

    def _to_be_taken_up(self, held: _Held) -> bool:
        named = self._named()
        if named in (held.folder, None):
            return False
        refused = self._refused
        return refused is None or refused[0] != named or time.monotonic() >= refused[1]

    def _named(self) -> Path | None:
        """The folder that is to be used; None where `current` cannot be read."""
        try:
            return current(self._root)
        except IndexFolderError:
            return None

    def _open(self, embedder: Embedder) -> _Held:
        """The current folder with all changes, read again where another took its place meanwhile:
        rows may be gone by then."""
        while True:
            folder = current(self._root)
            index = PosterIndex.load(self._root, model=embedder.fingerprint)
            held = self._with_changes(_Held(Opened(embedder, index), folder, 0))
            if current(self._root) == folder:
                return held

    def _caught_up(self, held: _Held) -> _Held:
        if self._changes.last() <= held.last:
            return held
        with self._opening:
            newest = self._held or held
            self._held = self._with_changes(newest)
            return self._held

    def _with_changes(self, held: _Held) -> _Held:
        index = held.opened.index
        news = self._changes.after(held.last, index.manifest.model, index.manifest.d)
        new = ~index.holds(news.added)  # a folder's own posters are told of until the next one
        if new.any():
            index = index.having(news.added[new], news.embeddings[new])
        if news.removed:
            index = index.without(news.removed)
        return _Held(replace(held.opened, index=index), held.folder, news.last)

    def _switch_aside(self) -> None:
        """Take up the new folder without letting anybody wait for it."""
        if self._switching.acquire(blocking=False):
            threading.Thread(target=self._switch, name="index-switch", daemon=True).start()

    def _switch(self) -> None:
        named = self._named()
        try:
            held = self._open(settled(self._root, self.made))
            with self._opening:
                self._embedder, self._held = held.opened.embedder, held
            log.info("now serving the index %s", held.folder.name)
        except Exception as error:
            if named is not None:
                self._refused = named, time.monotonic() + RETRY_SECONDS
            log.error("the new index is not taken up, the old one serves on: %s", error)
        finally:
            self._switching.release()
