"""The parts of an embedding, which stand side by side in its columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embedder.card import ModelCard


def promises(
    card: ModelCard, embeddings: NDArray[np.float32], names: Sequence[str]
) -> NDArray[np.float64]:
    """How strongly posters promise genres, float64[N]: the mean of `promises_each`."""
    found: NDArray[np.float64] = promises_each(card, embeddings, names).mean(axis=1)
    return found


def promises_each(
    card: ModelCard, embeddings: NDArray[np.float32], names: Sequence[str]
) -> NDArray[np.float64]:
    """How strongly posters promise each of C genres, float64[N, C]: the cosine of the promise part
    of `embeddings` float32[N, D] with the proxies of `names`, to which training pulled it."""
    proxies = np.array([card.proxies[card.genres.index(name)] for name in names])
    # What follows in the promise part are genre logits, which no proxy speaks of.
    promise = columns_of(card, embeddings, "promise")[:, : proxies.shape[1]].astype(np.float64)
    lengths = np.maximum(np.linalg.norm(promise, axis=1, keepdims=True), 1e-12)
    return np.asarray(promise / lengths @ proxies.T, np.float64)


def columns_of(card: ModelCard, embeddings: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    """The columns of embeddings float32[N, D] that are the part `name`."""
    parts = list(card.parts)
    start = sum(card.parts[part] for part in parts[: parts.index(name)])
    return embeddings[:, start : start + card.parts[name]]
