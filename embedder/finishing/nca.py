"""Neighbourhood components analysis: an affine map under which neighbours share genres."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class NcaConfig:
    """What decides the map; chosen on val. `views`: augmented readings of each poster that it is
    fitted on, beside the plain one."""

    views: int = 4
    dimensions: int = 64
    temperature: float = 0.3
    dropout: float = 0.5
    epochs: int = 250
    batch: int = 2048
    lr: float = 1e-3
    weight_decay: float = 1e-3
    seed: int = 0


def fit_nca(
    pooled: Tensor,
    labels: Tensor,
    config: NcaConfig,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> nn.Linear:
    """An affine map of pooled features whose cosine neighbours have the same genres.

    Goldberger et al. 2004 draw each point to a soft choice of neighbours and ask how likely that
    choice is right. Here, for films with several genres, right is a matter of degree: with
    e = W x + b, s_ij = cos(e_i, e_j) / temperature and J_ij the Jaccard index of the genres of
    posters i and j, the loss is the cross-entropy

        - sum_ij t_ij log( exp(s_ij) / sum_{k != i} exp(s_ik) ),  t_ij = J_ij / sum_{k != i} J_ik

    over batches of posters, with dropout on the features. Each time a poster is drawn, so is one of
    its views, which keeps a long fit from learning the training posters by heart.

    Args:
        pooled: float32 [V, N, channels], V views of each poster.
        labels: float32 [N, C], 0 or 1, at least one genre a poster.

    Returns:
        The map to float32 [N, config.dimensions]; raw, to be scaled by its user.

    Raises:
        ValueError: arrays of different lengths, or a poster without a genre.
    """
    views, count, channels = pooled.shape
    if count != len(labels) or not bool(labels.any(1).all()):
        raise ValueError("every poster needs features and at least one genre")
    mean, deviation = pooled.mean((0, 1)), pooled.std((0, 1)).clamp(min=1e-6)
    generator = torch.Generator().manual_seed(config.seed)
    torch.manual_seed(config.seed)
    head = nn.Linear(channels, config.dimensions)
    optimizer = torch.optim.AdamW(head.parameters(), config.lr, weight_decay=config.weight_decay)
    batch = min(config.batch, count)
    steps = config.epochs * (count // batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for step in range(steps):
        chosen = torch.randperm(count, generator=generator)[:batch]
        seen = pooled[torch.randint(views, (batch,), generator=generator), chosen]
        features = functional.dropout((seen - mean) / deviation, config.dropout)
        embedded = functional.normalize(head(features))
        loss = _loss(embedded @ embedded.T / config.temperature, jaccard_matrix(labels[chosen]))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        progress(step + 1, steps)
    with torch.no_grad():  # the standardisation becomes part of the map
        head.weight.div_(deviation)
        head.bias.sub_(head.weight @ mean)
    return head


def jaccard_matrix(labels: Tensor) -> Tensor:
    """Jaccard index of every two rows of labels float32 [B, C], 0 or 1: float32 [B, B].

    >>> jaccard_matrix(torch.tensor([[1.0, 1.0, 0.0], [0.0, 1.0, 0.0]])).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    shared, counts = labels @ labels.T, labels.sum(1)
    return shared / (counts[:, None] + counts - shared)


def _loss(similarities: Tensor, likeness: Tensor) -> Tensor:
    """The mean cross-entropy over rows, both [B, B]; none is its own neighbour."""
    itself = torch.eye(len(likeness), dtype=torch.bool)
    target = likeness.masked_fill(itself, 0)
    target = target / target.sum(1, keepdim=True).clamp(min=1e-6)
    chosen = similarities.masked_fill(itself, -1e9).log_softmax(1)
    return -(target * chosen).sum(1).mean()
