"""How a recipe's network is shown posters, and learns from them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from papers.recipes import Posters, Recipe


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


def poster_batches(X: Posters, size: int) -> Iterator[Tensor]:
    """The posters, at most `size` at once, as `images_of` gives them."""
    for start in range(0, len(X), size):
        yield images_of(X[start : start + size])
