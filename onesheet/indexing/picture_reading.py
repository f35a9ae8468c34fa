"""Stored pictures read by a model, some at a time, wherever that is done."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.files import PosterFiles
from catalog.images import ImageError
from catalog.impressions import Impression
from embedder import Embedder
from embedder.batches import in_batches

Embeddings = NDArray[np.float32]


@dataclass(frozen=True)
class PictureBatch:
    """Some of the pictures that an engine was given, by their rows among them.

    `embeddings`: float32[B, D], of the `rows` that could be read. `impressions`: by content hash,
    those that were wanted. `failures`: a FileNotFoundError or an ImageError of each other row.
    """

    rows: list[int]
    embeddings: Embeddings
    impressions: dict[str, Impression] = field(default_factory=dict)
    failures: dict[int, Exception] = field(default_factory=dict)


class PictureEngine(Protocol):
    """Where stored pictures are decoded and read by a model."""

    def read(
        self, embedder: Embedder, content_hashes: Sequence[str], impressed: Collection[str]
    ) -> Generator[PictureBatch]:
        """Yield each row of the pictures once, in any order; impressions but of those `impressed`.

        Pictures are read in the same batches by every engine (`embedder.batches.BATCH`, from the
        first on): the last bits of an embedding depend on how many are read at once. Whoever stops
        early closes the iterator.
        """


class OwnCores:
    """A `PictureEngine` of this process: a thread for each core."""

    def __init__(self, files: PosterFiles) -> None:
        self._files = files

    def read(
        self, embedder: Embedder, content_hashes: Sequence[str], impressed: Collection[str]
    ) -> Generator[PictureBatch]:
        read = partial(read_pictures, self._files, embedder, content_hashes, impressed)
        yield from in_batches(read, range(len(content_hashes)))


def read_pictures(
    files: PosterFiles,
    embedder: Embedder,
    content_hashes: Sequence[str],
    impressed: Collection[str],
    rows: Sequence[int],
) -> PictureBatch:
    """Read the pictures of some `rows` at once, each file opened and decoded once; see
    `PictureEngine.read`. Raises what the store of files raises but for a file that is not there."""
    images: dict[str, Image.Image] = {}
    failures: dict[int, Exception] = {}
    for row in rows:
        digest = content_hashes[row]
        try:
            images[digest] = images.get(digest) or files.image(digest)
        except (FileNotFoundError, ImageError) as error:
            failures[row] = error
    known = [row for row in rows if row not in failures]
    embeddings = np.empty((0, embedder.dimensions), np.float32)
    if known:
        embeddings = embedder.read([images[content_hashes[row]] for row in known]).embeddings
    impressions = {each: Impression.of(images[each]) for each in images if each not in impressed}
    return PictureBatch(known, embeddings, impressions, failures)
