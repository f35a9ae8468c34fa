"""The parts of an embedding: which heads each is made of, and how much each of them weighs.

A part is a name and the affine heads whose outputs stand side by side in it, scaled so that each
has its share of the embedding's expected squared length on val.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from embedder.networks.affine import frozen_copy, side_by_side
from embedder.networks.poster_network import PosterNetwork


@dataclass(frozen=True)
class PromiseShares:
    """Shares of the promise part's expected squared length; see decision 0003.

    proxies: the space of the proxies. neighbours: the map by neighbourhood components analysis.
    logits: the genre logits.
    """

    proxies: float = 0.05
    neighbours: float = 0.9
    logits: float = 0.05

    def __post_init__(self) -> None:
        shares = dataclasses.astuple(self)
        if min(shares) < 0 or not math.isclose(sum(shares), 1):
            raise ValueError(f"the shares of the promise part must sum to 1: {shares}")


@dataclass(frozen=True)
class EmbeddingPart:
    """A part as it is served: its name on the card and in the network, and its heads in order."""

    name: str
    heads: tuple[nn.Linear, ...]

    @property
    def dimensions(self) -> int:
        """How many of an embedding's dimensions are this part's."""
        return sum(head.out_features for head in self.heads)

    def joined(self) -> nn.Linear:
        """The heads as one affine map, from features [.., channels] to the part."""
        return side_by_side(self.heads)


def promise_part(
    network: PosterNetwork,
    neighbours: nn.Linear,
    pooled: Tensor,
    frequencies: NDArray[np.float64],
    share: float,
    shares: PromiseShares,
) -> EmbeddingPart:
    """What a poster promises: the proxies' space, the neighbours' map and the genre logits.

    Args:
        neighbours: from `nca.fit_nca`.
        pooled: float32 [V, channels] of the val posters, which the scales are measured on.
        frequencies: float64 [C], the share of the training films that have each genre.
        share: of the embedding's expected squared length, divided by `shares`.
    """
    return EmbeddingPart(
        "promise",
        (
            _weighing(network.promise, pooled, share * shares.proxies),
            _weighing(neighbours, pooled, share * shares.neighbours),
            _centred_logits(network.genres, pooled, frequencies, share * shares.logits),
        ),
    )


def look_part(network: PosterNetwork, pooled: Tensor, share: float) -> EmbeddingPart:
    """How a poster looks; arguments as for `promise_part`."""
    return EmbeddingPart("look", (_weighing(network.look, pooled, share),))


@torch.no_grad()
def _weighing(head: nn.Linear, pooled: Tensor, share: float) -> nn.Linear:
    """The head, scaled so that its expected squared length is `share`."""
    scaled = frozen_copy(head)
    factor = (share / _mean_square(head(pooled))) ** 0.5
    scaled.weight.mul_(factor)
    scaled.bias.mul_(factor)
    return scaled


@torch.no_grad()
def _centred_logits(
    genres: nn.Linear, pooled: Tensor, frequencies: NDArray[np.float64], share: float
) -> nn.Linear:
    """The genre logits less their mean. Common genres decide more often whether two films share
    one, so their logits weigh more."""
    logits = genres(pooled).numpy().astype(np.float64)
    weights, mean = np.sqrt(frequencies), logits.mean(0)
    factor = (share / _mean_square(torch.from_numpy((logits - mean) * weights))) ** 0.5
    factors = torch.from_numpy(factor * weights).float()
    centred = frozen_copy(genres)
    centred.weight.mul_(factors[:, None])
    centred.bias.copy_((genres.bias - torch.from_numpy(mean).float()) * factors)
    return centred


def _mean_square(vectors: Tensor) -> float:
    """Mean squared length of float [N, D] vectors."""
    return float(vectors.double().square().sum(1).mean())
