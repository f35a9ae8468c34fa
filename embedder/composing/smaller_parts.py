"""The promise and look parts on their principal axes, so that composition has room beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from embedder.card import ModelCard
from embedder.composing.composition import principal_axes
from embedder.composing.fitting import ComposingConfig


@dataclass(frozen=True)
class SmallerParts:
    """A linear map of a finished model's embedding to smaller promise and look parts.

    matrix: float32 [D, promise + look]. parts: the sizes of both. proxies: the proxies of the
    promise part in what is left of their space, of length one again.
    """

    matrix: Tensor
    parts: dict[str, int]
    proxies: tuple[tuple[float, ...], ...]


def smaller_parts(card: ModelCard, embeddings: Tensor, config: ComposingConfig) -> SmallerParts:
    """Fitted on embeddings float32 [M, D] of the training posters.

    The proxies' space, the neighbours' map and the looks keep their strongest axes; the genre
    logits stay, each by itself, since promises and explanations read them.

    Raises:
        ValueError: a card that does not have a promise part of these three and then a look part.
    """
    if list(card.parts) != ["promise", "look"] or card.genre_dimensions is None:
        raise ValueError("composition is added to a model of a promise and a look part")
    promise, logits = card.parts["promise"], card.genre_dimensions
    space = len(card.proxies[0])
    blocks = (
        (slice(0, space), config.proxies),
        (slice(space, logits.start), config.neighbours),
        (logits, len(card.genres)),
        (slice(promise, card.dimensions), config.looks),
    )
    found = []
    for columns, kept in blocks:
        block = embeddings[:, columns]
        whole = kept >= block.shape[1]
        found.append(torch.eye(block.shape[1]) if whole else principal_axes(block, kept))
    matrix: Tensor = torch.block_diag(*found)  # type: ignore[no-untyped-call]
    size = sum(axes.shape[1] for axes in found[:3])
    for columns, share in ((slice(0, size), config.promise), (slice(size, None), config.look)):
        made = embeddings @ matrix[:, columns]
        matrix[:, columns] *= (share / float(made.double().square().sum(1).mean())) ** 0.5
    parts = {"promise": size, "look": matrix.shape[1] - size}
    return SmallerParts(matrix, parts, _projected(card, found[0].numpy()))


def _projected(card: ModelCard, axes: NDArray[np.float32]) -> tuple[tuple[float, ...], ...]:
    rows = np.array(card.proxies) @ axes
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return tuple(tuple(round(float(value), 4) for value in row) for row in rows)
