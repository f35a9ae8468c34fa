"""This machine's copy of the vectors that an index has elsewhere, searched by FAISS."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import folder as folders
from index.contents import VECTORS_SUM
from index.folder import IndexFolderError
from index.gallery import FoundRows, VectorGallery
from index.manifest import MANIFEST_FORMAT, GraphFacts, Manifest
from index.metric import Metric
from index.search.kinds import DEFAULTS, Options, Storage, by_graphs, opened_gallery, written

_ROWS_AT_ONCE = 20_000
_EXACT, _GRAPHS = (5, 10), (2, 7)
"""How many times the room of the vectors as float32 each kind of copy takes on the disk, and making
it takes in memory, at most; docs/benchmarks/scale.md has what was measured."""
_LINKS = 300
"""Bytes that each vector has besides, in a graph."""


@dataclass(frozen=True)
class CopyRoom:
    """Bytes that a copy takes on the disk, and making it takes in memory, at most."""

    disk: int
    memory: int


class CopiedGallery:
    """A `VectorGallery` that is asked itself until there is a copy of it."""

    def __init__(self, manifest: Manifest, original: VectorGallery) -> None:
        self.manifest = manifest
        self.original = original
        self.serving = original
        """Who answers: the original, or its copy."""

    @property
    def dimensions(self) -> int:
        return self.original.dimensions

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.floating[Any]]:
        return self.serving.vectors(rows)

    def candidates(
        self,
        queries: NDArray[np.float32],
        metric: Metric,
        k: int,
        passing: NDArray[np.bool_] | None = None,
    ) -> Iterator[FoundRows]:
        return self.serving.candidates(queries, metric, k, passing)


class IndexCopies:
    """The copy that all processes of a machine share, of the index that they opened last.

    A copy is a folder such as `FolderStore` has, less what the index gave beside its vectors. It
    lies in a folder named by the index's fingerprint, is there once it is whole, and never changes.
    """

    def __init__(self, folder: Path, options: Options = DEFAULTS) -> None:
        """options: how a copy is searched; its storage is the index's."""
        self.folder = folder
        self._options = options
        self._newest: CopiedGallery | None = None

    def copy_of(self, manifest: Manifest) -> VectorGallery | None:
        """The copy of an index that is to be opened, all its bytes checked; None where there is
        none. Raises nothing: a copy that is damaged is as good as none."""
        copy = self._opened(manifest)
        if copy is not None:
            self._newest = None
        return copy

    def gallery(self, manifest: Manifest, original: VectorGallery) -> CopiedGallery:
        """What searches an index that has no copy yet: the `original` until one is taken up."""
        newest = self._newest = CopiedGallery(manifest, original)
        return newest

    def wanted(self) -> Manifest | None:
        """The index that was opened last, unless its copy is in use."""
        newest = self._newest
        if newest is None or newest.serving is not newest.original:
            return None
        return newest.manifest

    def room(self, manifest: Manifest) -> CopyRoom:
        """What a copy of an index takes."""
        disk, memory = _GRAPHS if by_graphs(manifest.n, self._options) else _EXACT
        vectors = manifest.n * (4 * manifest.d + _LINKS)
        return CopyRoom(disk * vectors, memory * vectors)

    def take_up(self) -> bool:
        """Use the copy of the index that was opened last without one, all its bytes checked;
        whether that is so now. Raises nothing either."""
        newest = self._newest
        if newest is None:
            return False
        if newest.serving is newest.original:
            newest.serving = self._opened(newest.manifest) or newest.original
        return newest.serving is not newest.original

    def _opened(self, manifest: Manifest) -> VectorGallery | None:
        try:
            folder = folders.current_folder(self._place(manifest))
            return opened_gallery(folder, folders.verified(folder))
        except (OSError, RuntimeError, ValueError):  # FAISS raises the second
            return None

    def make(self) -> None:
        """Copy the vectors of the index that was opened last without a copy, and remove all other
        copies; those who have one open keep it. To be called by one process of the machine at a
        time.

        Raises IndexFolderError where what came is not what the index was built of, and OSError
        where the disk does not take it.
        """
        newest = self._newest
        if newest is None:
            return
        manifest, place = newest.manifest, self._place(newest.manifest)
        self.clear()
        graph = manifest.graph
        storage = Storage(graph.storage) if graph else Storage.FLOAT32
        vectors = _vectors_of(newest.original, manifest)
        kind = written(vectors, replace(self._options, storage=storage))

        def describe(files: dict[str, str], graph: GraphFacts | None = kind.graph) -> Manifest:
            return replace(manifest, format=MANIFEST_FORMAT, files=files, graph=graph)

        folders.write(place, kind.files, describe)

    def _place(self, manifest: Manifest) -> Path:
        return self.folder / manifest.fingerprint

    def clear(self) -> None:
        """Remove all copies but that of the index that was opened last without one, and what killed
        processes left of that; to be called as `make` is."""
        newest = self._newest
        if newest is None:
            return
        place = self._place(newest.manifest)
        left = [*self.folder.glob("[!.]*/")] if self.folder.is_dir() else []
        for each in left:
            if each != place:
                shutil.rmtree(each, ignore_errors=True)
        for each in place.glob(".*"):
            shutil.rmtree(each, ignore_errors=True) if each.is_dir() else each.unlink()


def _vectors_of(original: VectorGallery, manifest: Manifest) -> NDArray[np.float32]:
    """All vectors float32[N, D] of an index; half floats are widened, which loses nothing."""
    vectors = np.empty((manifest.n, manifest.d), np.float32)
    for start in range(0, manifest.n, _ROWS_AT_ONCE):
        rows = np.arange(start, min(start + _ROWS_AT_ONCE, manifest.n))
        vectors[rows] = original.vectors(rows)
    rounded = manifest.graph is not None and manifest.graph.storage != Storage.FLOAT32
    if not rounded and hashlib.sha256(vectors.data).hexdigest() != manifest.files[VECTORS_SUM]:
        raise IndexFolderError("the vectors that came are not those that the index was built of")
    return vectors
