"""The composition part: what stands where, from several depths, each position with its own map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from embedder.networks.composed import GRID


@dataclass(frozen=True)
class Depth:
    """One depth of the network, as it is read at a position.

    channels: of a position's cell. kept: how many of its directions are compared. weight: its share
    of a position's likeness before anything is learned.
    """

    name: str
    channels: int
    kept: int
    weight: float


class Composition(nn.Module):
    """Cells of several depths to one vector, the mean over 6 x 4 positions.

    At each position the cell of each depth is centred, mapped by a matrix that all positions share,
    and scaled to length one, so that a loud position counts no more than a quiet one. What stands
    at a position then has that position's own affine map: the same thing elsewhere is another.
    """

    def __init__(self, depths: Sequence[Depth], dimensions: int) -> None:
        super().__init__()
        self.depths = tuple(depths)
        self.reduce = nn.ModuleList(nn.Linear(each.channels, each.kept) for each in depths)
        self.reduce.requires_grad_(False)  # principal axes, unless a student opens them
        kept = sum(each.kept for each in depths)
        self.own = nn.Parameter(torch.zeros(GRID[0] * GRID[1], kept, dimensions))

    @property
    def reductions(self) -> list[nn.Linear]:
        """The matrices that all positions share, one a depth."""
        return [each for each in self.reduce if isinstance(each, nn.Linear)]

    @property
    def scale(self) -> Tensor:
        """float32 [kept]: the root of each depth's weight, over all its directions."""
        return torch.cat([torch.full((each.kept,), each.weight**0.5) for each in self.depths])

    def words(self, cells: Tensor) -> Tensor:
        """Cells float32 [B, 24, channels] to [B, 24, kept], each depth of length one."""
        parts = torch.split(cells, [each.channels for each in self.depths], -1)
        return torch.cat(
            [
                functional.normalize(reduce(part), dim=-1, eps=1e-4)
                for reduce, part in zip(self.reduce, parts, strict=True)
            ],
            -1,
        )

    def compared(self, cells: Tensor) -> Tensor:
        """Cells to all that is seen of them, float32 [B, 24 * kept], weighed so that products are
        the mean over positions and depths of cosines."""
        words = self.words(cells).flatten(1)
        return torch.mul(words, self.scale.repeat(len(self.own)) / len(self.own) ** 0.5)

    @torch.no_grad()
    def set_own(self, whole: Tensor) -> None:
        """Take the positions' own maps out of one float32 [24 * kept, C] of all that is seen."""
        own = whole.view(self.own.shape) * self.scale[None, :, None]
        self.own.copy_(own / len(self.own) ** 0.5)

    def forward(self, cells: Tensor) -> Tensor:
        """Each position's contribution, float32 [B, 24, C]; their mean is the part.

        It is a convolution with a group a position, the quickest form of it in ONNX Runtime.
        """
        count, kept, dimensions = self.own.shape
        words = self.words(cells).reshape(-1, count * kept, 1, 1)
        weight = (self.own * count).transpose(1, 2).reshape(count * dimensions, kept, 1, 1)
        found: Tensor = functional.conv2d(words, weight, groups=count)
        return found.reshape(-1, count, dimensions)


@torch.no_grad()
def start_reduction(composition: Composition, cells: Tensor) -> None:
    """Give each depth's shared matrix the principal axes of some cells [M, 24, channels]."""
    channels = [each.channels for each in composition.depths]
    parts = torch.split(cells.float().flatten(0, 1), channels, -1)
    shared = zip(composition.reductions, composition.depths, parts, strict=True)
    for reduce, depth, part in shared:
        mean = part.mean(0)
        _, axes = torch.linalg.eigh((part - mean).T @ (part - mean))
        reduce.weight.copy_(axes.flip(1)[:, : depth.kept].T)
        reduce.bias.copy_(-torch.mv(reduce.weight, mean))


def principal_axes(rows: Tensor, count: int, seed: int = 0) -> Tensor:
    """Orthonormal float32 [D, count]: the uncentred principal axes of float32 rows [M, D], the
    strongest first, by subspace iteration (Halko, Martinsson and Tropp, 2011)."""
    count = min(count, *rows.shape)
    wide = min(count + 30, *rows.shape)
    start = torch.randn(rows.shape[1], wide, generator=torch.Generator().manual_seed(seed))
    found = torch.linalg.qr(rows.T @ (rows @ start))[0]
    for _ in range(2):
        found = torch.linalg.qr(rows.T @ (rows @ found))[0]
    _, turn = torch.linalg.eigh((rows @ found).T @ (rows @ found))
    return torch.mm(found, turn.flip(1)[:, :count]).contiguous()
