"""The papers' networks, each learned as its paper learned it, behind fit and predict_proba.

They are measured beside the product's own model and never served. Frozen blocks need published
weights: freezing random ones is no transfer learning, and is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from embedder.networks.poster_network import PosterNetwork, Shapes, load_weights

Posters = NDArray[np.uint8]
VGG_FROZEN = 24
"""Layers of torchvision's VGG-16 that make its blocks 1 to 4."""


@dataclass(frozen=True)
class Recipe:
    """How a paper learned its network.

    Attributes:
        backbone: one of `backbones.BACKBONES`; weights: as for `network.load_weights`.
        height, width: of the posters it takes, pixels.
        hidden: neurons of dense layers between features and genres, each with dropout before it;
            without them features are averaged over positions first.
        frozen: first layers of the features that stay as they are.
        whole: the features' last layer, a pooling, stays; the VGG paper removes it.
        weighting: of genres in binary cross-entropy: none, positive weights, inverse frequency.
        warmup: share of all steps in which the learning rate rises from nought.
        decoupled: AdamW rather than Adam.
    """

    backbone: str
    weights: str = "imagenet"
    height: int = 224
    width: int = 224
    hidden: tuple[int, ...] = ()
    dropout: float = 0.5
    frozen: int = 0
    whole: bool = True
    weighting: Literal["none", "positive", "inverse"] = "none"
    warmup: float = 0.0
    decoupled: bool = False
    lr: float = 1e-4
    epochs: int = 10
    batch: int = 32
    seed: int = 0

    def __post_init__(self) -> None:
        if self.frozen and self.weights == "none":
            raise ValueError("freezing random blocks is no transfer learning: give weights")
        if self.epochs < 1 or self.batch < 2 or not 0 <= self.warmup < 1:
            raise ValueError("epochs must be at least 1, batch 2, warmup within 0 and 1")


_PLAIN = Recipe("resnet18")
RECIPES: dict[str, Recipe] = {
    "network head, baseline": _PLAIN,
    "network head, + positive weights": replace(_PLAIN, weighting="positive"),
    "network head, + warm-up": replace(_PLAIN, weighting="positive", warmup=0.1),
    "network head, + AdamW": replace(_PLAIN, weighting="positive", warmup=0.1, decoupled=True),
    "ResNet-34": Recipe("resnet34", epochs=50),
    "custom CNN": Recipe("custom", "none", 150, 100, hidden=(256,), lr=1e-3, epochs=50),
    "VGG-16": Recipe(
        "vgg16",
        height=100,
        width=100,
        hidden=(2000, 512, 100),
        frozen=VGG_FROZEN,
        whole=False,
        weighting="inverse",
        lr=1e-5,
        epochs=30,
    ),
}


def recipe_features(recipe: Recipe) -> nn.Sequential:
    """The recipe's feature layers with its weights, the frozen ones without gradients."""
    shell = PosterNetwork(recipe.backbone, Shapes(1, 1, 1, 1))
    load_weights(shell, recipe.backbone, recipe.weights)
    layers = list(shell.features.children())
    features = nn.Sequential(*(layers if recipe.whole else layers[:-1]))
    if recipe.frozen > len(layers):
        raise ValueError(f"{recipe.backbone} has {len(layers)} layers; cannot freeze more")
    for layer in layers[: recipe.frozen]:
        layer.requires_grad_(False)
    return features


def head(features: nn.Module, recipe: Recipe, outputs: int) -> nn.Sequential:
    """From the feature map to `outputs` numbers."""
    with torch.no_grad():
        shape = features.eval()(torch.zeros(1, 3, recipe.height, recipe.width)).shape
    if not recipe.hidden:
        pooled = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
        return nn.Sequential(*pooled, nn.Linear(shape[1], outputs))
    layers: list[nn.Module] = [nn.Flatten()]
    width = int(np.prod(shape[1:]))
    for neurons in recipe.hidden:
        layers += [nn.Dropout(recipe.dropout), nn.Linear(width, neurons), nn.ReLU()]
        width = neurons
    return nn.Sequential(*layers, nn.Dropout(recipe.dropout), nn.Linear(width, outputs))
