"""Networks learned by a recipe: a classifier of genres, and an embedding by one genre a film."""

from __future__ import annotations

from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from embedder.networks.losses import ProxyAnchorLoss
from embedder.training.place import cpu_autocast
from papers.recipe_learning import learn, poster_batches, weights_of
from papers.recipes import Posters, Recipe, head, recipe_features

Floats = NDArray[np.float64]


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
        _check_posters(X, recipe.height, recipe.width)
        if Y.ndim != 2 or len(Y) != len(X):
            raise ValueError(f"{len(X)} posters need genres [N, C], got {Y.shape}")
        torch.manual_seed(recipe.seed)
        features = recipe_features(recipe)
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
        _check_posters(X, self.recipe.height, self.recipe.width)
        self._network.eval()
        parts = [
            _outputs(self._network, images).sigmoid()
            for images in poster_batches(X, self.recipe.batch)
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
        _check_posters(X, recipe.height, recipe.width)
        torch.manual_seed(recipe.seed)
        features = recipe_features(recipe)
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
        _check_posters(X, self.recipe.height, self.recipe.width)
        self._network.eval()
        parts = [
            functional.normalize(_outputs(self._network, images))
            for images in poster_batches(X, self.recipe.batch)
        ]
        return torch.cat(parts).numpy()


def _network(features: nn.Module, top: nn.Module) -> nn.Module:
    return nn.Sequential(features, top).to(memory_format=torch.channels_last)


def _outputs(network: nn.Module, images: Tensor) -> Tensor:
    """float32 [B, outputs], computed in bfloat16 where the CPU does so faster."""
    with cpu_autocast():
        outputs: Tensor = network(images)
    return outputs.float()


def _check_posters(X: Posters, height: int, width: int) -> None:
    if X.ndim != 4 or X.shape[1:] != (height, width, 3) or X.dtype != np.uint8 or not len(X):
        raise ValueError(f"posters must be uint8 [N, {height}, {width}, 3], got {X.shape}")
