"""The pooled features that everything is fitted on when a model is finished."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from embedder.networks.poster_network import PosterNetwork
from embedder.training.augment import augment
from embedder.training.image_batches import image_batches
from embedder.training.progress import Progress


@torch.inference_mode()
def pool(
    network: PosterNetwork,
    posters: NDArray[np.uint8],
    rows: NDArray[np.int64],
    progress: Callable[[int, int], None] = lambda done, total: None,
    altered: Callable[[Tensor], Tensor] = lambda images: images,
) -> Tensor:
    """The network's pooled features, float32 [M, channels], of the `rows` int64 [M] of posters,
    uint8 [N, H, W, 3]; `altered`: each batch [B, 3, H, W] before it is read."""
    pooled: list[Tensor] = []
    done = 0
    for batch in image_batches(posters, rows):
        pooled.append(network.feature_map(altered(batch)).mean((2, 3)))
        done += len(batch)
        progress(done, len(rows))
    return torch.cat(pooled).clone()


def pool_views(
    network: PosterNetwork,
    posters: NDArray[np.uint8],
    rows: NDArray[np.int64],
    views: int,
    seed: int,
    say: Progress,
) -> list[Tensor]:
    """`pool` of the rows as augmented anew in each of so many views."""
    return [
        pool(
            network,
            posters,
            rows,
            lambda *done, turn=turn: say(f"reading views {turn + 1}/{views}", *done),
            _augmenting(seed + turn),
        )
        for turn in range(views)
    ]


def _augmenting(seed: int) -> Callable[[Tensor], Tensor]:
    """Augmentation drawn from `seed` on."""
    generator = torch.Generator().manual_seed(seed)
    return lambda images: augment(images, images.shape[2], images.shape[3], generator)
