"""Indexes in folders beside each other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from index import folder as folders
from index.manifest import Manifest
from index.poster_index import PosterIndex
from index.search.kinds import DEFAULTS, Options, Storage


class FolderStore:
    """An `IndexStore` of index folders, searched by FAISS."""

    def __init__(self, root: Path) -> None:
        """`root` has a folder an index, and a file that names the current one."""
        self._root = root

    def current(self, *, anew: bool = False) -> str:
        return folders.current_folder(self._root).name

    def described(self, fingerprint: str) -> Manifest:
        return folders.described(self._root / fingerprint)

    def load(self, *, model: str | None = None) -> PosterIndex:
        return PosterIndex.load(self._root, model=model)

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
        return PosterIndex.build(
            self._root,
            poster_ids,
            embeddings,
            model=model,
            with_map=with_map,
            duplicates=duplicates,
            options=options,
            noted=noted,
        )

    def options(self, storage: Storage | None) -> Options:
        return DEFAULTS if storage is None else Options(storage=storage)

    def prune(self) -> None:
        folders.prune(self._root)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        lock = FileLock(self._root / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()
