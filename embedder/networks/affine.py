"""Affine maps set side by side, scaled and copied."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def side_by_side(maps: Sequence[nn.Linear]) -> nn.Linear:
    """One affine map that gives the outputs of all these, one after the other."""
    weight = torch.cat([each.weight for each in maps])
    bias = torch.cat([each.bias for each in maps])
    wide = nn.Linear(weight.shape[1], len(bias))
    wide.weight.data, wide.bias.data = weight.detach(), bias.detach()
    return wide


def scale_(layer: nn.Module, slope: Tensor, offset: Tensor) -> None:
    """Make each output of an affine layer slope * output + offset, both float32 [C].

    Raises:
        TypeError: a layer of another kind.
    """
    if not isinstance(layer, nn.Linear):
        raise TypeError(f"only affine layers can be scaled, not {type(layer).__name__}")
    with torch.no_grad():
        layer.weight.mul_(slope[:, None])
        layer.bias.mul_(slope).add_(offset)


def frozen_copy(layer: nn.Linear) -> nn.Linear:
    """The same map with weights of its own, which are not learned."""
    copy = nn.Linear(layer.in_features, layer.out_features)
    copy.load_state_dict(layer.state_dict())
    return copy.requires_grad_(requires_grad=False)
