"""What a finished model sees at each position, at several depths: cells, read by ONNX Runtime."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, shape_inference
from torch import Tensor
from torch.nn import functional

from embedder.card import ModelCard
from embedder.composing.composition import Depth
from embedder.networks.composed import GRID

_CELLS_AT_ONCE = 32


@dataclass(frozen=True)
class Tap:
    """A feature map within a model's graph: its tensor's name, and channels, height and width."""

    tensor: str
    channels: int
    height: int
    width: int


# Of a backbone: how far each tapped map is reduced from the picture, its channels, how many
# directions are kept of a cell, and its weight. Chosen on val: docs/decisions/0020.
_TAPPED = {"mobilenet_v2": ((32, 320, 96, 0.3), (16, 96, 64, 0.2), (8, 32, 48, 0.2))}
_LOOK = (64, 0.3)
"""The same of the look part, which is read at the positions of the last map."""


def taps_of(model: onnx.ModelProto, card: ModelCard) -> list[Tap]:
    """The tapped maps, the deepest first: of each reduction the last with so many channels.

    Raises:
        ValueError: a backbone that nobody has chosen depths for, or a graph that lacks one.
    """
    if card.backbone not in _TAPPED:
        known = ", ".join(sorted(_TAPPED))
        raise ValueError(f"composition is read off {known} only, not off {card.backbone}")
    shapes = {
        value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim][1:]
        for value in shape_inference.infer_shapes(model).graph.value_info
    }
    found = []
    for reduction, channels, _, _ in _TAPPED[card.backbone]:
        height, width = card.height // reduction, card.width // reduction
        named = [name for name, shape in shapes.items() if shape == [channels, height, width]]
        if not named or height % GRID[0] or width % GRID[1]:
            raise ValueError(f"the model has no {channels} x {height} x {width} map to compose of")
        found.append(Tap(named[-1], channels, height, width))
    return found


def depths_of(card: ModelCard) -> tuple[Depth, ...]:
    """What a cell holds, in its order: the tapped maps, then the look part."""
    tapped = [
        # A finer map gives the four quarters of a position; the finest is halved before.
        Depth(f"at {reduction}", channels * (1 if reduction == 32 else 4), kept, weight)
        for reduction, channels, kept, weight in _TAPPED[card.backbone]
    ]
    return (*tapped, Depth("look", card.parts["look"], *_LOOK))


def cells_of(maps: list[Tensor], look: Tensor) -> Tensor:
    """Tapped maps [B, c, h, w], the deepest first, and the look part at the positions [B, 6, 4, L]
    to cells [B, 24, channels of all depths]."""
    cells = [_at_positions(each) for each in maps]
    return torch.cat([*cells, look.flatten(1, 2)], -1)


def _at_positions(map_: Tensor) -> Tensor:
    """[B, c, h, w] to [B, 24, c] for a map of 6 x 4, else to [B, 24, 4c], quarter by quarter."""
    channels, height = map_.shape[1], map_.shape[2]
    if height == GRID[0]:
        return map_.flatten(2).transpose(1, 2)
    if height > 2 * GRID[0]:
        map_ = functional.avg_pool2d(map_, height // (2 * GRID[0]))
    quarters = map_.reshape(-1, channels, GRID[0], 2, GRID[1], 2).permute(0, 2, 4, 3, 5, 1)
    return quarters.reshape(-1, GRID[0] * GRID[1], 4 * channels)


class CellReader:
    """Reads cells, and the embeddings beside them, with a finished model."""

    def __init__(self, model: onnx.ModelProto, card: ModelCard) -> None:
        """Raises ValueError as `taps_of`."""
        self.card = card
        self.taps = taps_of(model, card)
        tapped = onnx.ModelProto()
        tapped.CopyFrom(model)
        tapped.graph.output.extend(
            helper.make_tensor_value_info(tap.tensor, TensorProto.FLOAT, None) for tap in self.taps
        )
        self._session = onnxruntime.InferenceSession(
            tapped.SerializeToString(), providers=["CPUExecutionProvider"]
        )

    def read(
        self, posters: NDArray[np.uint8], rows: NDArray[np.int64], *, mirrored: bool = False
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Batch by batch the cells float32 [B, 24, channels] and embeddings float32 [B, D] of the
        `rows` of posters uint8 [N, H, W, 3], from left to right or mirrored."""
        names = ["embeddings", "positions", *(tap.tensor for tap in self.taps)]
        look = slice(self.card.parts["promise"], self.card.dimensions)
        for at in range(0, len(rows), _CELLS_AT_ONCE):
            batch = posters[rows[at : at + _CELLS_AT_ONCE]]
            if mirrored:
                batch = np.ascontiguousarray(batch[:, :, ::-1])
            embeddings, positions, *maps = map(
                torch.from_numpy, self._session.run(names, {"posters": batch})
            )
            yield cells_of(maps, positions[..., look]), embeddings
