"""The papers' networks, each learned as its paper learned it, behind fit and predict_proba.

They are measured beside the product's own model and never served. Frozen blocks need published
weights: freezing random ones is no transfer learning, and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from embedder.distributed import cpu_autocast
from embedder.loss import ProxyAnchorLoss
from embedder.network import PosterNetwork, Shapes, load_weights

Posters = NDArray[np.uint8]
Floats = NDArray[np.float64]
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


class RecipeClassifier:
    """A network that learns genres by a recipe; posters are uint8 [N, height, width, 3]."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.losses: list[float] = []
        """Mean loss of each epoch."""
        self._network: nn.Module | None = None

    def fit(self, X: Posters, Y: NDArray[np.bool_]) -> Self:
        """Learn from posters and genres bool [N, C]. ValueError where they do not fit."""
        recipe = self.recipe
        _check(X, recipe.height, recipe.width)
        if Y.ndim != 2 or len(Y) != len(X):
            raise ValueError(f"{len(X)} posters need genres [N, C], got {Y.shape}")
        torch.manual_seed(recipe.seed)
        features = features_of(recipe)
        self._network = _network(features, head(features, recipe, Y.shape[1]))
        truth = torch.from_numpy(Y.astype(np.float32))
        present, each = weights_of(truth, recipe.weighting)

        def loss(images: Tensor, rows: Tensor) -> Tensor:
            assert self._network is not None  # noqa: S101 -- set above
            logits = _outputs(self._network, images)
            return functional.binary_cross_entropy_with_logits(
                logits, truth[rows], weight=each, pos_weight=present
            )

        self.losses = learn(self._network, loss, X, recipe)
        return self

    @torch.inference_mode()
    def predict_proba(self, X: Posters) -> Floats:
        """Probabilities float64 [N, C]. ValueError before `fit`."""
        if self._network is None:
            raise ValueError("call fit before predicting")
        _check(X, self.recipe.height, self.recipe.width)
        self._network.eval()
        parts = [
            _outputs(self._network, images).sigmoid() for images in batches(X, self.recipe.batch)
        ]
        return torch.cat(parts).double().numpy()

    def predict(self, X: Posters, threshold: float = 0.5) -> NDArray[np.bool_]:
        """Genres bool [N, C] above the threshold."""
        return self.predict_proba(X) > threshold


class SingleGenreEmbedding:
    """Proxy-anchor with one genre a film, as the metric-learning paper has it."""

    def __init__(self, recipe: Recipe, dimensions: int = 512) -> None:
        self.recipe, self.dimensions = recipe, dimensions
        self.losses: list[float] = []
        self._network: nn.Module | None = None

    def fit(self, X: Posters, primary: NDArray[np.int64]) -> Self:
        """Learn from posters and each film's one genre, int64 [N], 0 to C - 1."""
        recipe = self.recipe
        _check(X, recipe.height, recipe.width)
        torch.manual_seed(recipe.seed)
        features = features_of(recipe)
        self._network = _network(features, head(features, recipe, self.dimensions))
        classes = int(primary.max()) + 1
        generator = torch.Generator().manual_seed(recipe.seed)
        criterion = ProxyAnchorLoss(
            classes, self.dimensions, alpha=32.0, margin=0.1, generator=generator
        )
        truth = functional.one_hot(torch.from_numpy(primary), classes).float()

        def loss(images: Tensor, rows: Tensor) -> Tensor:
            assert self._network is not None  # noqa: S101 -- set above
            found: Tensor = criterion(_outputs(self._network, images), truth[rows])
            return found

        self.losses = learn(nn.ModuleList([self._network, criterion]), loss, X, recipe)
        return self

    @torch.inference_mode()
    def embeddings(self, X: Posters) -> NDArray[np.float32]:
        """Unit vectors float32 [N, dimensions]. ValueError before `fit`."""
        if self._network is None:
            raise ValueError("call fit before embedding")
        _check(X, self.recipe.height, self.recipe.width)
        self._network.eval()
        parts = [
            functional.normalize(_outputs(self._network, images))
            for images in batches(X, self.recipe.batch)
        ]
        return torch.cat(parts).numpy()


def features_of(recipe: Recipe) -> nn.Sequential:
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


def weights_of(truth: Tensor, weighting: str) -> tuple[Tensor | None, Tensor | None]:
    """Weights of a genre's presence, and of each genre, both [C]; None where all are 1."""
    share = truth.mean(0).clamp(1e-4, 1 - 1e-4)
    if weighting == "positive":
        return (1 - share) / share, None
    if weighting == "inverse":
        return None, (1 / share) / (1 / share).mean()
    return None, None


def learn(module: nn.Module, loss: object, X: Posters, recipe: Recipe) -> list[float]:
    """Minimise loss(images, rows) over all posters; gives each epoch's mean."""
    generator = torch.Generator().manual_seed(recipe.seed)
    wanted = [parameter for parameter in module.parameters() if parameter.requires_grad]
    kind = torch.optim.AdamW if recipe.decoupled else torch.optim.Adam
    optimizer = kind(wanted, lr=recipe.lr)
    steps = recipe.epochs * -(-len(X) // recipe.batch)
    rising = max(1, round(recipe.warmup * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: min(1, (n + 1) / rising))
    history = []
    for _ in range(recipe.epochs):
        module.train()
        total = 0.0
        order = torch.randperm(len(X), generator=generator)
        for start in range(0, len(X), recipe.batch):
            rows = order[start : start + recipe.batch]
            optimizer.zero_grad()
            found: Tensor = loss(images_of(X[rows.numpy()]), rows)  # type: ignore[operator]
            found.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            total += float(found.detach()) * len(rows)
        history.append(total / len(X))
    return history


def images_of(posters: Posters) -> Tensor:
    """float [B, 3, H, W], normalised as torchvision's published weights expect."""
    mean = torch.tensor((0.485, 0.456, 0.406)).view(1, 3, 1, 1)
    std = torch.tensor((0.229, 0.224, 0.225)).view(1, 3, 1, 1)
    images = torch.from_numpy(np.ascontiguousarray(posters)).permute(0, 3, 1, 2)
    normalised = (images.float() / 255 - mean) / std
    return normalised.contiguous(memory_format=torch.channels_last)


def batches(X: Posters, size: int) -> Iterator[Tensor]:
    for start in range(0, len(X), size):
        yield images_of(X[start : start + size])


def _network(features: nn.Module, top: nn.Module) -> nn.Module:
    return nn.Sequential(features, top).to(memory_format=torch.channels_last)


def _outputs(network: nn.Module, images: Tensor) -> Tensor:
    """float32 [B, outputs], computed in bfloat16 where the CPU does so faster."""
    with cpu_autocast():
        outputs: Tensor = network(images)
    return outputs.float()


def _check(X: Posters, height: int, width: int) -> None:
    if X.ndim != 4 or X.shape[1:] != (height, width, 3) or X.dtype != np.uint8 or not len(X):
        raise ValueError(f"posters must be uint8 [N, {height}, {width}, 3], got {X.shape}")
