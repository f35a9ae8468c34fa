"""What a slow teacher compares posters by: several networks' depths, position by position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from numpy import int64, uint8
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from embedder.composing.cells import CellReader, depths_of
from embedder.composing.composition import principal_axes
from embedder.networks.composed import GRID
from embedder.networks.lite import lite, published_names, published_stages
from embedder.networks.poster_network import read_state
from embedder.training.image_batches import image_batches
from embedder.training.progress import Progress

_SAMPLED = 3000
"""Posters that means and principal axes are taken from."""
_GREY, _SPREAD = (127 / 255,) * 3, (128 / 255,) * 3  # (x - 127) / 128, as published weights want it
_LITE0_BLOCKS = 16


@dataclass(frozen=True)
class TeacherDepth:
    """One depth: its share of two posters' likeness, and how many principal directions are kept."""

    weight: float
    kept: int


class DepthReader(Protocol):
    """A network that shows the depths it compares posters by."""

    depths: tuple[TeacherDepth, ...]

    def read_depths(self, posters: NDArray[uint8], rows: NDArray[int64]) -> Iterator[list[Tensor]]:
        """Batch by batch a float32 [B, positions, channels] for each depth of the `rows` of posters
        uint8 [N, H, W, 3]."""
        ...


class ModelDepths:
    """The depths that a finished model's composition part is read off, and its whole embedding."""

    depths: tuple[TeacherDepth, ...] = (
        TeacherDepth(0.2, 384),
        TeacherDepth(0.2, 256),
        TeacherDepth(0.2, 256),
        TeacherDepth(0.2, 384),
        TeacherDepth(0.2, 384),
    )

    def __init__(self, reader: CellReader) -> None:
        self.reader = reader

    def read_depths(self, posters: NDArray[uint8], rows: NDArray[int64]) -> Iterator[list[Tensor]]:
        channels = [depth.channels for depth in depths_of(self.reader.card)]
        for cells, embeddings in self.reader.read(posters, rows):
            deepest, *finer, look = torch.split(cells, channels, -1)
            pooled = [
                each.reshape(*each.shape[:2], 4, -1).mean(2) for each in finer
            ]  # of four quarters
            yield [deepest, *pooled, look, embeddings[:, None]]


class LiteDepths:
    """An EfficientNet-Lite's last maps at two strides, and its pooled features.

    Args:
        weights: the file of its published state dict.

    Raises:
        ValueError: a file of anything else.
    """

    def __init__(self, weights: Path) -> None:
        state = read_state(weights)
        try:
            stages = published_stages(state)
            self.network = lite(stages).eval()
            self.network.load_state_dict(published_names(state, self.network, _GREY, _SPREAD))
        except RuntimeError as error:
            raise ValueError(f"{weights.name} has no weights of an EfficientNet-Lite") from error
        self.network.to(memory_format=torch.channels_last)
        blocks = [count for _, count in stages]
        self._taps = (sum(blocks), sum(blocks[:5]))  # the last map, and the last of twice its size
        wide = sum(blocks) > _LITE0_BLOCKS
        self._zoom = 1.25 if wide else 1.0  # wider ones were trained for larger pictures
        weight = 0.4 if wide else 0.3
        self.depths: tuple[TeacherDepth, ...] = (
            TeacherDepth(weight, 384),
            TeacherDepth(weight / 2, 256),
            TeacherDepth(weight / 2, 256),
        )

    @torch.inference_mode()
    def read_depths(self, posters: NDArray[uint8], rows: NDArray[int64]) -> Iterator[list[Tensor]]:
        for batch in image_batches(posters, rows, at_once=32):
            images = batch.float()
            if self._zoom != 1:
                images = functional.interpolate(images, scale_factor=self._zoom, mode="bicubic")
            map_ = (images.clamp(0, 255) - 127) / 128
            tapped = {}
            for place, layer in enumerate(self.network):
                map_ = layer(map_)
                if place in self._taps:
                    cells: Tensor = functional.adaptive_avg_pool2d(map_, GRID)
                    tapped[place] = cells.flatten(2).transpose(1, 2)
            yield [*(tapped[place] for place in self._taps), map_.mean((2, 3))[:, None]]


def compressed_depths(
    reader: DepthReader, posters: NDArray[uint8], rows: NDArray[int64], progress: Progress
) -> Tensor:
    """All depths side by side, float32 [rows, kept]: a product of two posters' is the weighed mean
    over depths and positions of cosines, but for what principal axes leave out.

    Each depth is centred, each position of it scaled to length one. Read batch by batch: beside the
    result only a sample's maps are in memory.
    """
    sample = rows[:: max(1, len(rows) // _SAMPLED)]
    maps = [torch.cat(each) for each in zip(*reader.read_depths(posters, sample), strict=True)]
    means = [each.mean((0, 1)) for each in maps]
    axes = [
        principal_axes(_positions(map_, mean), depth.kept) * depth.weight**0.5
        for map_, mean, depth in zip(maps, means, reader.depths, strict=True)
    ]
    del maps
    found = torch.empty(len(rows), sum(each.shape[1] for each in axes))
    done = 0
    for batch in reader.read_depths(posters, rows):
        read = zip(batch, means, axes, strict=True)
        made = torch.cat([_positions(map_, mean) @ kept for map_, mean, kept in read], 1)
        found[done : done + len(made)] = made
        done += len(made)
        progress("looking as the teacher", done, len(rows))
    return found


def _positions(map_: Tensor, mean: Tensor) -> Tensor:
    """[B, positions, channels] to [B, all], whose products are means over positions of cosines."""
    unit = functional.normalize(map_ - mean, dim=-1, eps=1e-6)
    return torch.mul(unit.flatten(1), map_.shape[1] ** -0.5)
