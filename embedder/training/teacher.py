"""What the look part learns from: the geometry of an ImageNet network's features."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from embedder.networks.poster_network import PosterNetwork
from embedder.training.image_batches import image_batches
from embedder.training.place import cpu_autocast

# Shares of the look part's dimensions for the last map at strides 8, 16 and 32. The finer strides
# hold texture and shape, by which sequels' posters find each other far more often.
_SHARES = (0.15, 0.30, 0.55)


@torch.inference_mode()
def look_targets(
    network: PosterNetwork,
    posters: NDArray[np.uint8],
    fit_on: NDArray[np.bool_],
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.float32]:
    """Teacher vectors of clean posters, from the network as it is before training.

    The mean and (but for the last map) standard deviation over the positions of the last feature
    map at each of strides 8, 16 and 32; each reduced by PCA with its axes divided by the square
    root of their deviation (half-way to whitening), scaled to unit length and put side by side.

    Args:
        posters: uint8 [N, H, W, 3].
        fit_on: bool [N], the posters that PCA is fitted on (the training split).

    Returns:
        float32 [N, network.shapes.look], of unit length.
    """
    maps = _last_of_each_size(network)
    stats: list[list[Tensor]] = [[] for _ in maps]
    done = 0
    for batch in image_batches(posters, at_once=128):
        for kept, pooled in zip(stats, _pooled(network, batch, maps), strict=True):
            kept.append(pooled)
        done += len(batch)
        if progress is not None:
            progress(done, len(posters))
    dimensions = [round(network.shapes.look * share) for share in _SHARES[:-1]]
    dimensions.append(network.shapes.look - sum(dimensions))
    parts = [
        _half_whitened(torch.cat(kept).double().numpy(), fit_on, size)
        for kept, size in zip(stats, dimensions, strict=True)
    ]
    targets: NDArray[np.float32] = (np.concatenate(parts, 1) / np.sqrt(len(parts))).astype(
        np.float32
    )
    return targets


def _last_of_each_size(network: PosterNetwork) -> list[int]:
    """Indices of the last blocks before the feature map shrinks: the three smallest maps."""
    network.eval()
    x = torch.zeros(1, 3, 128, 128)
    sizes = []
    for block in network.features.children():
        x = block(x)
        sizes.append(x.shape[2])
    last = {size: index for index, size in enumerate(sizes)}
    return [last[size] for size in sorted(last, reverse=True)[-len(_SHARES) :]]


def _pooled(network: PosterNetwork, batch: Tensor, maps: list[int]) -> list[Tensor]:
    x = (batch.float() - network.mean) / network.std
    x = x.contiguous(memory_format=torch.channels_last)
    pooled = []
    with cpu_autocast():
        for index, block in enumerate(network.features.children()):
            x = block(x)
            if index in maps:
                values = [x.float().mean((2, 3))]
                if index != maps[-1]:
                    values.append(x.float().std((2, 3)))
                pooled.append(torch.cat(values, 1))
    return pooled


def _half_whitened(
    features: NDArray[np.float64], fit_on: NDArray[np.bool_], dimensions: int
) -> NDArray[np.float64]:
    centred = features - features[fit_on].mean(0)
    covariance = np.cov(centred[fit_on], rowvar=False)
    values, axes = np.linalg.eigh(covariance)
    kept = np.argsort(values)[::-1][:dimensions]
    reduced = centred @ axes[:, kept] / np.maximum(values[kept], 1e-12) ** 0.25
    if reduced.shape[1] < dimensions:
        reduced = np.pad(reduced, ((0, 0), (0, dimensions - reduced.shape[1])))
    unit: NDArray[np.float64] = reduced / np.linalg.norm(reduced, axis=1, keepdims=True)
    return unit
