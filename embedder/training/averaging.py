"""Averaged weights: their mixture with where they came from, and the statistics they need."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from embedder.networks.poster_network import PosterNetwork
from embedder.training.image_batches import image_batches

STATISTICS = 2000
"""Posters that batch statistics are measured on."""


def mix_in(network: PosterNetwork, other: PosterNetwork, share: float) -> None:
    """Move every weight of `network` by `share` of the way to that of `other`, in place.

    A network trained on from another stays near enough to it that weights between the two often
    do better than either (Wortsman et al. 2022, robust fine-tuning). Batch statistics are to be
    measured afterwards.

    Raises:
        ValueError: a share outside 0 to 1, or networks of other shapes.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"the share of the other weights must be between 0 and 1: {share}")
    with torch.no_grad():
        for (name, own), (_, its) in zip(
            network.named_parameters(), other.named_parameters(), strict=True
        ):
            if own.shape != its.shape:
                raise ValueError(f"{name} has another shape in the weights to mix in")
            own.lerp_(its, share)


@torch.no_grad()
def measure_statistics(network: PosterNetwork, posters: NDArray[np.uint8]) -> None:
    """Measure the batch statistics of a network's weights on posters as they will be served.

    Those gathered in training belong to augmented posters and to weights before they were averaged.

    Args:
        posters: uint8 [N, H, W, 3]; some thousand of the training split.
    """
    norms = [each for each in network.modules() if isinstance(each, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain mean over all batches
        norm.train()
    for batch in image_batches(posters):
        network.feature_map(batch)
    network.eval()
