"""What reads genres beside the affine head: one hidden layer on the pooled features.

It is fitted when a model is finished, with the backbone as it is, and mixing keeps it from learning
the training posters by heart; see docs/decisions/0012.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from embedder.networks.affine import frozen_copy, scale_

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ReaderConfig:
    """What decides the hidden layer; chosen on val."""

    hidden: int = 512
    dropout: float = 0.5
    mixing: float = 0.4
    epochs: int = 12
    batch: int = 256
    lr: float = 1e-3
    weight_decay: float = 1e-2
    seed: int = 0


def fit_reader(
    pooled: Tensor,
    labels: Tensor,
    config: ReaderConfig,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> nn.Sequential:
    """Pooled features to genre logits, by binary cross-entropy on mixed posters.

    Features and labels of two posters are mixed by a share drawn from Beta(mixing, mixing) for
    each step, as mixup does with images (Zhang et al. 2018).

    Args:
        pooled: float32 [N, channels], not standardised.
        labels: float32 [N, C], 0 or 1.

    Returns:
        The map to logits float32 [N, C], ready to read.

    Raises:
        ValueError: arrays of different lengths, or fewer than two posters.
    """
    if len(pooled) != len(labels) or len(pooled) < 2:
        raise ValueError("a reader learns from two posters or more, each with labels")
    mean, deviation = pooled.mean(0), pooled.std(0).clamp(min=1e-6)
    torch.manual_seed(config.seed)
    first = nn.Linear(pooled.shape[1], config.hidden)
    last = nn.Linear(config.hidden, labels.shape[1])
    drop = nn.Dropout(config.dropout)
    network = nn.Sequential(drop, first, nn.GELU(), drop, last)
    optimizer = torch.optim.AdamW(network.parameters(), config.lr, weight_decay=config.weight_decay)
    batch = min(config.batch, len(pooled))
    steps = config.epochs * (len(pooled) // batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    shares = torch.distributions.Beta(config.mixing, config.mixing)
    for step in range(steps):
        chosen = torch.randint(len(pooled), (2, batch))
        share = shares.sample()
        one, other = (pooled[rows] - mean for rows in chosen)
        features = (share * one + (1 - share) * other) / deviation
        wanted = share * labels[chosen[0]] + (1 - share) * labels[chosen[1]]
        loss = functional.binary_cross_entropy_with_logits(network(features), wanted)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        progress(step + 1, steps)
    with torch.no_grad():  # the standardisation becomes part of the first layer
        first.weight.div_(deviation)
        first.bias.sub_(first.weight @ mean)
    return nn.Sequential(first, nn.GELU(), last).eval().requires_grad_(requires_grad=False)


class GenreReading(nn.Module):
    """Calibrated genre logits: the affine head and the hidden layer, each genre's of equal spread.

    Args:
        head: the affine head; reader: from `fit_reader`.
        pooled: float32 [M, channels] of posters that neither was fitted on, for the spreads.
    """

    def __init__(self, head: nn.Linear, reader: nn.Sequential, pooled: Tensor) -> None:
        super().__init__()
        self.head, self.reader = frozen_copy(head), reader
        with torch.no_grad():
            spread = reader(pooled).std(0) / self.head(pooled).std(0).clamp(min=1e-6)
            scale_(self.head, spread, torch.zeros_like(spread))

    def forward(self, pooled: Tensor) -> Tensor:
        """Logits float32 [B, C] of pooled features float32 [B, channels]."""
        logits: Tensor = self.head(pooled) + self.reader(pooled)
        return logits

    def calibrate_(self, slope: Tensor, offset: Tensor) -> None:
        """Make every logit slope * logit + offset, both float32 [C]."""
        scale_(self.head, slope, offset)
        last = self.reader[-1]
        scale_(last, slope, torch.zeros_like(offset))


def platt(
    logits: NDArray[np.float64], truth: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Platt's scaling of every genre: slope and offset of its logit, by logistic regression.

    Args:
        logits: float64 [N, C]; truth: [N, C], 0 or 1.

    Returns:
        Slopes and offsets, float64 [C]; a genre that is nowhere or everywhere keeps (1, 0).
    """
    from sklearn.linear_model import LogisticRegression

    slopes, offsets = np.ones(logits.shape[1]), np.zeros(logits.shape[1])
    for genre in range(logits.shape[1]):
        if 0 < truth[:, genre].sum() < len(truth):
            fitted = LogisticRegression(C=10.0).fit(logits[:, [genre]], truth[:, genre])
            slopes[genre], offsets[genre] = max(fitted.coef_[0, 0], 1e-3), fitted.intercept_[0]
    return slopes, offsets
