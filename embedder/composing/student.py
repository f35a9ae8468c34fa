"""The network as a student: a finished model's convolutions, open to be trained on."""

from __future__ import annotations

import copy

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from embedder.composing.cells import Tap, cells_of
from embedder.composing.composition import Composition
from embedder.networks.backbones import backbone_named
from embedder.networks.poster_network import IMAGENET_MEAN, IMAGENET_STD
from embedder.training.image_batches import image_batches
from embedder.training.progress import Progress
from embedder.training.starting import stored_weights, without_normalisation

_RIDGE = 1e-3
"""Added to the squares of what is seen, so that directions nobody has can be solved for."""


class Student(nn.Module):
    """A backbone, what is seen of its cells, and a linear map of that to the teacher's vectors.

    Its convolutions are the model's own, with which batch normalisation has been folded.
    """

    def __init__(
        self,
        model: onnx.ModelProto,
        backbone: str,
        taps: list[Tap],
        composition: Composition,
        seen: int,
        wanted: int,
    ) -> None:
        super().__init__()
        stored = stored_weights(model.graph)
        self.features = without_normalisation(backbone_named(backbone), stored)
        self.taps = taps
        self.composition = copy.deepcopy(composition)
        self.map = nn.Linear(seen, wanted)
        self.look_weight, self.look_bias = (
            nn.Buffer(stored[f"look.{name}"].clone()) for name in ("weight", "bias")
        )
        self.mean = nn.Buffer(torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1) * 255)
        self.std = nn.Buffer(torch.tensor(IMAGENET_STD).view(1, 3, 1, 1) * 255)
        self.to(memory_format=torch.channels_last)

    def learn_from(self, block: int) -> None:
        """Let all learn but the blocks before this one."""
        self.requires_grad_(True)
        self.composition.own.requires_grad_(False)
        for each in list(self.features.children())[:block]:
            each.requires_grad_(False)

    def seen(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Of images [B, 3, H, W] in 0..255 all that is seen of their cells, float32 [B, 24 * kept],
        and their pooled features [B, channels]."""
        map_ = ((images.float() - self.mean) / self.std).contiguous(
            memory_format=torch.channels_last
        )
        sizes = [(tap.channels, tap.height, tap.width) for tap in self.taps]
        tapped: dict[tuple[int, ...], Tensor] = {}
        for block in self.features.children():
            map_ = block(map_)
            if map_.shape[1:] in sizes:  # the last of each size is tapped
                tapped[tuple(map_.shape[1:])] = map_
        look = functional.linear(map_.permute(0, 2, 3, 1), self.look_weight, self.look_bias)
        cells = cells_of([tapped[size] for size in sizes], look)
        return self.composition.compared(cells), map_.mean((2, 3))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """The teacher's vectors as the student has them, [B, wanted], and pooled features."""
        seen, pooled = self.seen(images)
        return self.map(seen), pooled


@torch.no_grad()
def begin_map(
    student: Student,
    basis: Tensor,
    posters: NDArray[np.uint8],
    rows: NDArray[np.int64],
    wanted: Tensor,
    progress: Progress,
) -> Tensor:
    """Give the linear map the least squares of what the network sees by now; returns the pooled
    features float32 [rows, channels], which are to stay."""
    directions, pooled, done = [], [], 0
    for batch in image_batches(posters, rows):
        seen, features = student.seen(batch)
        directions.append(seen @ basis)
        pooled.append(features)
        done += len(batch)
        progress("reading posters for the network", done, len(rows))
    ones = torch.ones(len(rows), 1)
    known = torch.cat([torch.cat(directions), ones], 1).double()
    inner = known.T @ known + _RIDGE * torch.eye(known.shape[1], dtype=torch.double)
    solved = torch.linalg.solve(inner, known.T @ wanted.double()).float()
    student.map.weight.copy_((basis @ solved[:-1]).T)
    student.map.bias.copy_(solved[-1])
    return torch.cat(pooled)


def with_features(model: onnx.ModelProto, features: nn.Module) -> onnx.ModelProto:
    """The model with these convolutions, batch normalisation folded with them, for its own."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    stored = {tensor.name: tensor for tensor in made.graph.initializer}
    for name, parameter in features.named_parameters():
        there = stored[f"network.features.{name.replace('bias', 'weight_bias')}"]
        array = parameter.detach().contiguous().numpy()
        there.CopyFrom(numpy_helper.from_array(array, there.name))
    return made
