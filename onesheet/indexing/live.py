"""The model and the index in use, and how a running process takes up newer ones."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from catalog.file_store import UnreachableError
from catalog.flushing import UnwritableError
from embedder import Embedder, ModelError
from index import IndexFolderError, IndexStore, PosterIndex, settled
from onesheet.indexing.models import InstanceModels
from onesheet.storage.changes import ChangeLog

log = logging.getLogger("onesheet")

RETRY_SECONDS = 30.0
"""After which a folder or a model that could not be taken up is tried again: by then its disk may
be well or its files mended."""


@dataclass(frozen=True)
class Opened:
    """A model and an index made with it: distances between two models' embeddings mean nothing."""

    embedder: Embedder
    index: PosterIndex


@dataclass(frozen=True)
class _Loaded:
    """What was opened, and the last row of changes it contains."""

    opened: Opened
    last: int

    @property
    def name(self) -> str:
        return self.opened.index.manifest.fingerprint


@dataclass(frozen=True)
class _Unfit:
    """What there was in place of the model that `made` an index, and until when that stands."""

    made: str | None
    got: Embedder | ModelError | UnreachableError | UnwritableError
    until: float


@dataclass
class _Pin:
    """What is pinned of `live`; None until it is first needed."""

    live: Live
    opened: Opened | None = None


_PIN: ContextVar[_Pin | None] = ContextVar("onesheet_pin", default=None)


class Live:
    """The model and the index that this process has open; follows what other processes change.

    Both are opened on first use. Posters that come or go are part of the next request. A new index
    folder is opened in a thread of its own, since all its bytes are checked, and serves once it is
    ready; where it cannot be used, the one before serves on. Safe to use from several threads.
    """

    def __init__(self, store: IndexStore, models: InstanceModels, changes: ChangeLog) -> None:
        """`changes` is what came and went beside the indexes of the `store`."""
        self.store = store
        self.models = models
        self._changes = changes
        self._opening = threading.RLock()
        self._switching = threading.Lock()
        self._embedder: Embedder | None = None
        self._loaded: _Loaded | None = None
        self._refused: tuple[str, float] | None = None
        """An index that could not be taken up, and until when it is left alone."""
        self._unfit: _Unfit | None = None

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Within it, this thread has the model and the index that `opened` first gives here.

        A request enters it and keeps them to its end: what is taken up meanwhile is for the next
        request. Nothing is opened by entering it.
        """
        if self._pin() is not None:
            yield
            return
        token = _PIN.set(_Pin(self))
        try:
            yield
        finally:
            _PIN.reset(token)

    def embedder(self) -> Embedder:
        """The model in use, or the one that is pinned with an index: that of the current index, and
        without one what the next index is built with.

        Raises embedder.ModelError where its files are missing or torn.
        """
        pin = self._pin()
        return pin.opened.embedder if pin and pin.opened else self._in_use()

    def opened(self) -> Opened:
        """Model and index as of now, or those that are pinned.

        Raises embedder.ModelError, and index.IndexFolderError where the index's files are missing
        or torn, or another model made it; not where a former index can go on.
        """
        pin = self._pin()
        if pin is None:
            return self._now()
        if pin.opened is None:
            pin.opened = self._now()
        return pin.opened

    def _pin(self) -> _Pin | None:
        pin = _PIN.get()
        return pin if pin is not None and pin.live is self else None

    def _in_use(self) -> Embedder:
        with self._opening:
            if self._embedder is None:
                try:
                    made = self.store.described(self.store.current()).model
                except IndexFolderError:
                    made = None
                self._embedder = self._load(made)
            return self._embedder

    def _now(self) -> Opened:
        loaded = self._loaded
        if loaded is None:
            with self._opening:
                loaded = self._loaded or settled(self.store.current, self._open_named)
                self._embedder, self._loaded = loaded.opened.embedder, loaded
        elif self._to_be_taken_up(loaded):
            self._switch_aside()
        return self._caught_up(loaded).opened

    def made(self, name: str) -> Embedder:
        """The model that made the index of this fingerprint: the one in use, or else what
        `InstanceModels.load` gives by now; where that does not fit, it is asked again after
        RETRY_SECONDS alone.

        Raises embedder.ModelError, and index.IndexFolderError where the index is damaged.
        """
        made_by = self.store.described(name).model
        embedder = self._in_use()
        return embedder if made_by == embedder.fingerprint else self._load(made_by)

    def named(self) -> str | None:
        """The index that is to be used; None where that cannot be told."""
        try:
            return self.store.current()
        except IndexFolderError:
            return None

    def _load(self, made: str | None) -> Embedder:
        known = self._unfit
        if known is None or known.made != made or time.monotonic() >= known.until:
            try:
                got = self.models.load(made)
            except (ModelError, UnreachableError, UnwritableError) as error:
                self._unfit = _Unfit(made, error, time.monotonic() + RETRY_SECONDS)
                raise
            fits = made in (None, got.fingerprint)
            self._unfit = None if fits else _Unfit(made, got, time.monotonic() + RETRY_SECONDS)
            return got
        if isinstance(known.got, Embedder):
            return known.got
        raise known.got.with_traceback(None)

    def _to_be_taken_up(self, loaded: _Loaded) -> bool:
        named = self.named()
        if named in (loaded.name, None):
            return False
        refused = self._refused
        return refused is None or refused[0] != named or time.monotonic() >= refused[1]

    def _open_named(self, name: str) -> _Loaded:
        return self._open(self.made(name))

    def _open(self, embedder: Embedder) -> _Loaded:
        """The current index with all changes, read again where another took its place meanwhile:
        changes that it lacks may have been dropped by then."""
        while True:
            index = self.store.load(model=embedder.fingerprint)
            loaded = self._with_changes(_Loaded(Opened(embedder, index), 0))
            if self.store.current() == loaded.name:
                return loaded

    def _caught_up(self, loaded: _Loaded) -> _Loaded:
        if self._changes.last() <= loaded.last:
            return loaded
        with self._opening:
            newest = self._loaded or loaded
            self._loaded = self._with_changes(newest)
            return self._loaded

    def _with_changes(self, loaded: _Loaded) -> _Loaded:
        index = loaded.opened.index
        news = self._changes.after(loaded.last, index.manifest.model, index.manifest.d)
        new = ~index.holds(news.added)  # a folder's own posters are told of until the next one
        if new.any():
            index = index.having(news.added[new], news.embeddings[new])
        if news.removed:
            index = index.without(news.removed)
        return _Loaded(replace(loaded.opened, index=index), news.last)

    def _switch_aside(self) -> None:
        """Take up the new index without letting anybody wait for it."""
        if self._switching.acquire(blocking=False):
            threading.Thread(target=self._switch, name="index-switch", daemon=True).start()

    def _switch(self) -> None:
        named: str | None = None
        try:
            named = self.named()
            if self._loaded is not None and self._loaded.name == named:
                return  # another thread was quicker
            loaded = settled(self.store.current, self._open_named)
            with self._opening:
                self._embedder, self._loaded = loaded.opened.embedder, loaded
            log.info("now serving the index %s", loaded.name)
        except Exception as error:
            log.error("the new index is not taken up, the old one serves on: %s", error)
            if named is not None:
                self._refused = named, time.monotonic() + RETRY_SECONDS
        finally:
            self._switching.release()
