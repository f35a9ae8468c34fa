"""What a model says of many posters at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from catalog.images import decode
from embedder import Embedder, PosterReading
from embedder.batches import in_batches
from embedder.training.data import Example

Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Readings:
    """Everything a model says of the examples, in their order.

    Attributes:
        embeddings: float32 [N, D]; genres: float32 [N, C]; scores: float32 [N, 5].
    """

    examples: Sequence[Example]
    genre_names: tuple[str, ...]
    embeddings: NDArray[np.float32]
    genres: NDArray[np.float32]
    scores: NDArray[np.float32]

    @classmethod
    def of(
        cls,
        embedder: Embedder,
        examples: Sequence[Example],
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Readings:
        """Decode and read every example's poster, on all cores."""

        def read(batch: Sequence[Example]) -> PosterReading:
            return embedder.read([decode(example.path.read_bytes()) for example in batch])

        parts, done = [], 0
        for part in in_batches(read, examples):
            parts.append(part)
            done += len(part.embeddings)
            progress(done, len(examples))
        embeddings, genres, scores = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("embeddings", "genres", "scores")
        )
        return cls(examples, embedder.card.genres, embeddings, genres, scores)

    @cached_property
    def truth(self) -> Bools:
        """bool [N, C]: the films' genres."""
        return np.array([[g in e.genres for g in self.genre_names] for e in self.examples])

    @cached_property
    def hashes(self) -> NDArray[np.uint64]:
        return np.array([e.perceptual_hash for e in self.examples], np.uint64)

    def rows(self, split: str) -> Rows:
        return np.flatnonzero(np.array([e.split == split for e in self.examples]))
