"""Embeddings of posters read for an index that is not written yet, so that its build goes on."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onesheet.base.files import write_atomically

Embeddings = NDArray[np.float32]


class UnfinishedReading:
    """A folder of files, each with some pictures' embeddings by the model of a fingerprint.

    Pictures are known by their content hashes, so whatever happens to the catalogue meanwhile, an
    embedding is that of its picture. One process at a time writes here: whoever builds.
    """

    def __init__(self, root: Path, model: str, dimensions: int) -> None:
        self._root, self._dimensions = root, dimensions
        self._folder = root / model

    def kept(self) -> dict[str, Embeddings]:
        """The embeddings float32[D] read so far, by content hash; a torn file counts for none."""
        found: dict[str, Embeddings] = {}
        for path in sorted(self._folder.glob("*.npz")):
            try:
                with path.open("rb") as file, np.load(file) as part:
                    hashes, vectors = part["hashes"], part["embeddings"]
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
                continue
            if vectors.shape == (len(hashes), self._dimensions) and vectors.dtype == np.float32:
                found.update(zip(hashes.tolist(), vectors, strict=True))
        return found

    def keep(self, content_hashes: Sequence[str], embeddings: Embeddings) -> None:
        """Add pictures with their embeddings float32[N, D]. Raises UnwritableError."""
        if not content_hashes:
            return
        buffer = BytesIO()
        np.savez(buffer, hashes=np.array(content_hashes), embeddings=embeddings)
        number = 1 + max((int(p.stem) for p in self._folder.glob("[0-9]*.npz")), default=0)
        write_atomically(self._folder / f"{number:06d}.npz", buffer.getvalue())

    def forget(self) -> None:
        """Remove everything, of other models too."""
        shutil.rmtree(self._root, ignore_errors=True)
