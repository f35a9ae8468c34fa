"""A convolutional autoencoder: posters to a code and back, by transposed convolutions.

What the benchmarking paper began: its code stands for a poster's whole look, to find neighbours by
or to feed the label graph.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from papers.recipe_learning import learn
from papers.recipes import Posters, Recipe

CHANNELS = (3, 32, 64, 128, 256)
"""Each stage halves height and width."""
SHRINKS = 2 ** (len(CHANNELS) - 1)


@dataclass(frozen=True)
class CodeConfig:
    """Sizes and course of learning; height and width must be multiples of `SHRINKS`."""

    height: int = 96
    width: int = 64
    code: int = 128
    epochs: int = 10
    batch: int = 32
    lr: float = 1e-3
    seed: int = 0

    def __post_init__(self) -> None:
        if self.height % SHRINKS or self.width % SHRINKS or self.code < 1:
            raise ValueError(f"height and width must be multiples of {SHRINKS}, code positive")


class Autoencoder:
    """Learns posters uint8 [N, height, width, 3] by heart through a narrow code."""

    def __init__(self, config: CodeConfig) -> None:
        self.config = config
        self.losses: list[float] = []
        """Mean squared error of each epoch, of pixels in 0..1."""
        self._encoder: nn.Module | None = None
        self._decoder: nn.Module | None = None

    def fit(self, X: Posters) -> Self:
        config = self.config
        torch.manual_seed(config.seed)
        encoder, decoder = _encoder(config), _decoder(config)
        targets = X

        def loss(images: Tensor, rows: Tensor) -> Tensor:
            wanted = _pixels(targets[rows.numpy()])
            return functional.mse_loss(decoder(encoder(wanted)), wanted)

        both = nn.ModuleList([encoder, decoder])
        recipe = Recipe(
            "custom", "none", config.height, config.width, lr=config.lr,
            epochs=config.epochs, batch=config.batch, seed=config.seed,
        )  # fmt: skip
        self.losses = learn(both, loss, X, recipe)
        self._encoder, self._decoder = encoder.eval(), decoder.eval()
        return self

    @torch.inference_mode()
    def codes(self, X: Posters) -> NDArray[np.float32]:
        """float32 [N, code]. ValueError before `fit`."""
        if self._encoder is None:
            raise ValueError("call fit before encoding")
        size = self.config.batch
        parts = [self._encoder(_pixels(X[i : i + size])) for i in range(0, len(X), size)]
        return torch.cat(parts).numpy()

    @torch.inference_mode()
    def reconstruct(self, X: Posters) -> Posters:
        """The posters as the code remembers them, uint8 as they came."""
        if self._decoder is None:
            raise ValueError("call fit before reconstructing")
        codes, size = torch.from_numpy(self.codes(X)), self.config.batch
        parts = [self._decoder(codes[i : i + size]) for i in range(0, len(X), size)]
        pixels = torch.cat(parts).clamp(0, 1) * 255
        return pixels.round().to(torch.uint8).permute(0, 2, 3, 1).numpy()


def _encoder(config: CodeConfig) -> nn.Module:
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(CHANNELS):
        layers += [nn.Conv2d(inputs, outputs, 4, stride=2, padding=1), nn.BatchNorm2d(outputs)]
        layers += [nn.ReLU()]
    size = CHANNELS[-1] * (config.height // SHRINKS) * (config.width // SHRINKS)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(size, config.code))


def _decoder(config: CodeConfig) -> nn.Module:
    shape = (CHANNELS[-1], config.height // SHRINKS, config.width // SHRINKS)
    layers: list[nn.Module] = [
        nn.Linear(config.code, int(np.prod(shape))),
        nn.Unflatten(1, shape),
        nn.ReLU(),
    ]
    for inputs, outputs in itertools.pairwise(CHANNELS[::-1]):
        layers.append(nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1))
        if outputs != CHANNELS[0]:
            layers += [nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.Sigmoid())


def _pixels(posters: Posters) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(posters)).permute(0, 3, 1, 2).float() / 255
