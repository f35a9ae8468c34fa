"""The networks whose features a poster network may stand on."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import torch
import torchvision
from torch import Tensor, nn

from embedder.networks.lite import lite0


def backbone_named(name: str) -> nn.Module:
    """A backbone's features from a random start, its depthwise convolutions exact in training.

    Raises:
        ValueError: a name that is not of `BACKBONES`.
    """
    if name not in BACKBONES:
        raise ValueError(f"unknown backbone {name!r}; choose from {', '.join(BACKBONES)}")
    return _exact_depthwise(BACKBONES[name]())


def torchvision_classifier(name: str, weights: str | None = None) -> nn.Module:
    model: nn.Module = torchvision.models.get_model(name, weights=weights)
    return model


def features_of(torchvision_classifier: nn.Module) -> nn.Module:
    """A torchvision classifier's feature map, without pooling or the classifier's own layers."""
    features = getattr(torchvision_classifier, "features", None)
    if isinstance(features, nn.Module):
        return features
    kept = [
        (name, block)
        for name, block in torchvision_classifier.named_children()
        if name not in ("avgpool", "fc")
    ]
    sequential = nn.Sequential()
    for name, block in kept:
        sequential.add_module(name, block)
    return sequential


def _custom() -> nn.Module:
    """A small CNN from scratch: five stages of convolution, batch norm, ReLU and a stride."""
    layers: list[nn.Module] = []
    channels = (3, 32, 64, 128, 256, 512)
    for inputs, outputs in itertools.pairwise(channels):
        layers.append(
            nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(inplace=True),
                nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(inplace=True),
            )
        )
    return nn.Sequential(*layers)


class _Depthwise(nn.Conv2d):
    """A depthwise convolution in float32 whatever the autocast: on CPUs its gradients in bf16 take
    up to fourteen times as long where it halves or has a kernel of 5."""

    def forward(self, input: Tensor) -> Tensor:
        with torch.autocast(input.device.type, enabled=False):
            return super().forward(input.float())


def _exact_depthwise(features: nn.Module) -> nn.Module:
    for module in list(features.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.Conv2d) and child.groups == child.in_channels > 1:
                setattr(module, name, _as_depthwise(child))
    return features


def _as_depthwise(plain: nn.Conv2d) -> _Depthwise:
    exact = _Depthwise(
        plain.in_channels,
        plain.out_channels,
        plain.kernel_size,  # type: ignore[arg-type]
        plain.stride,  # type: ignore[arg-type]
        plain.padding,  # type: ignore[arg-type]
        plain.dilation,  # type: ignore[arg-type]
        plain.groups,
        plain.bias is not None,
    )
    exact.load_state_dict(plain.state_dict())
    return exact


def _torchvision(name: str) -> Callable[[], nn.Module]:
    return lambda: features_of(torchvision_classifier(name))


TORCHVISION = (
    "resnet18",
    "resnet34",
    "resnet50",
    "vgg16",
    "mobilenet_v2",
    "mobilenet_v3_large",
    "efficientnet_b0",
    "convnext_tiny",
)
BACKBONES: dict[str, Callable[[], nn.Module]] = {
    name: _torchvision(name) for name in TORCHVISION
} | {"efficientnet_lite0": lite0, "custom": _custom}
