"""EfficientNet-Lite, which torchvision lacks: backbones made for CPUs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

_STEM_CHANNELS, _LAST_CHANNELS = 32, 1280
_STAGES = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)
"""Expansion, channels, blocks, stride of the first and kernel of each stage; those of B0."""


def lite0() -> nn.Sequential:
    """The features of EfficientNet-Lite0: EfficientNet-B0 (Tan and Le 2019) without
    squeeze-and-excitation and with ReLU6 for SiLU. A stem, 16 blocks and a last convolution."""
    return lite([(channels, blocks) for _, channels, blocks, _, _ in _STAGES])


def lite(stages: Sequence[tuple[int, int]]) -> nn.Sequential:
    """The features of an EfficientNet-Lite whose seven stages have so many channels and blocks;
    stem and last convolution are the same in all of them."""
    layers: list[nn.Module] = [_convolution(3, _STEM_CHANNELS, 3, 2)]
    inputs = _STEM_CHANNELS
    for (expansion, _, _, first, kernel), (channels, blocks) in zip(_STAGES, stages, strict=True):
        for stride in [first] + [1] * (blocks - 1):
            layers.append(_InvertedResidual(inputs, expansion, channels, kernel, stride))
            inputs = channels
    return nn.Sequential(*layers, _convolution(inputs, _LAST_CHANNELS, 1))


class _InvertedResidual(nn.Module):
    def __init__(self, inputs: int, expansion: int, outputs: int, kernel: int, stride: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        self.layers = nn.Sequential(
            *([_convolution(inputs, hidden, 1)] if expansion > 1 else []),
            _convolution(hidden, hidden, kernel, stride, groups=hidden),
            _convolution(hidden, outputs, 1, activation=False),
        )
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.layers(x)
        return x + found if self.residual else found


def _convolution(
    inputs: int,
    outputs: int,
    kernel: int,
    stride: int = 1,
    *,
    groups: int = 1,
    activation: bool = True,
) -> nn.Sequential:
    """Convolution, batch normalisation and ReLU6. Where it halves an even size it pads one less at
    the start, as TensorFlow does, for which the published weights were learned: half a pixel at
    each of five halvings would cost them some of what they know."""
    before = (kernel - stride) // 2
    layers: list[nn.Module] = [] if stride == 1 else [nn.ZeroPad2d((before, before + 1) * 2)]
    layers += [
        nn.Conv2d(
            inputs,
            outputs,
            kernel,
            stride,
            padding=before if stride == 1 else 0,
            groups=groups,
            bias=False,
        ),
        nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01),
    ]
    return nn.Sequential(*layers, *([nn.ReLU6(inplace=True)] if activation else []))


def published_stages(state: dict[str, Tensor]) -> list[tuple[int, int]]:
    """Channels and blocks of each stage of a published state dict, as `lite` takes them.

    Raises:
        ValueError: a state dict of another network.
    """
    outputs = [len(v) for name, v in state.items() if name.endswith("._project_conv.weight")]
    stages = [(channels, len(list(blocks))) for channels, blocks in itertools.groupby(outputs)]
    if len(stages) != len(_STAGES):
        raise ValueError(f"an EfficientNet-Lite has {len(_STAGES)} stages, this has {len(stages)}")
    return stages


def published_names(
    state: dict[str, Tensor], features: nn.Module, mean: Sequence[float], std: Sequence[float]
) -> dict[str, Tensor]:
    """The published state dict by the names of `lite`'s, for images normalised by `mean` and
    `std` of 0 to 1 where the published ones are (x - 127) / 128 of 0 to 255.

    It lists the same layers in the same order.

    Raises:
        ValueError: a state dict of another network.
    """
    kept = [value for name, value in state.items() if not name.startswith("_fc.")]
    names = list(features.state_dict())
    if len(kept) != len(names):
        raise ValueError(f"{len(names)} tensors make efficientnet_lite0, these are {len(kept)}")
    own = dict(zip(names, kept, strict=True))
    ours = torch.tensor((mean, std)).view(2, 1, 3, 1, 1) * 255
    stem = own["0.1.weight"]
    shift = (stem * (ours[0] - 127) / 128).sum((1, 2, 3))
    return own | {
        "0.1.weight": stem * ours[1] / 128,
        "0.2.running_mean": own["0.2.running_mean"] - shift,
    }
