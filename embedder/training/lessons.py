"""Batches of augmented posters with soft labels, and the losses they are learned by."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from embedder.networks.losses import ProxyAnchorLoss, look_loss
from embedder.networks.poster_network import Outputs, PosterNetwork, soft_scores
from embedder.training import data
from embedder.training.augment import augment, mixed_pairs
from embedder.training.config import TrainingConfig
from embedder.training.place import TrainingPlace, without_exchange


@dataclass
class Batch:
    """Images and soft labels of B posters, all on one device."""

    images: Tensor  # float [B, 3, H, W]
    genres: Tensor  # float [B, genres]; rows of 0 where unknown
    read: Tensor  # float [B, genres], the probabilities to be read off; rows of 0 where unknown
    known: Tensor  # float [B, 1], how much of the genres is known
    decades: Tensor  # float [B, decades]; rows of 0 where unknown
    scores: Tensor  # float [B, 5]; rows of 0 where unknown
    looks: Tensor  # float [B, look]
    positives: Tensor  # float [B, N_train]


class Lessons:
    """The training split as tensors on a device, and the batches drawn from it.

    Args:
        posters: uint8 [N, H, W, 3].
        targets: float32 [N, look], the teacher's vectors.
        train: rows to learn from, int64 [N_train].
        read: float32 [N_train, genres], the genre probabilities to learn: labels, or softened ones.
        pairs: rows whose posters are meant to look alike, int64 [pairs, 2].
    """

    def __init__(
        self,
        posters: NDArray[np.uint8],
        labels: data.Labels,
        targets: NDArray[np.float32],
        train: NDArray[np.int64],
        read: NDArray[np.float32],
        pairs: NDArray[np.int64],
        config: TrainingConfig,
        device: torch.device,
    ) -> None:
        self.posters, self.train, self.config, self.device = posters, train, config, device
        self.genres = torch.from_numpy(labels.genres[train]).to(device)
        self.known = self.genres.any(1, keepdim=True).float()
        self.read = torch.from_numpy(read).to(device) * self.known
        self.decades = torch.from_numpy(labels.decades[train]).to(device)
        self.scores = soft_scores(torch.from_numpy(labels.ratings[train])).to(device)
        self.looks = torch.from_numpy(targets[train]).to(device)
        place = {int(row): i for i, row in enumerate(train)}
        self.family: dict[int, list[int]] = {}
        for a, b in pairs.tolist():
            if a in place and b in place:
                self.family.setdefault(place[a], []).append(place[b])

    def __len__(self) -> int:
        return len(self.train)

    def batch(self, chosen: Tensor, size: tuple[int, int], generator: torch.Generator) -> Batch:
        """Augmented images and labels of the chosen training posters, int64 [B] on the CPU.

        Args:
            size: height and width of the images.
        """
        images = augment(self.raw(chosen).to(self.device), *size, generator)
        here = chosen.to(self.device)
        batch = Batch(
            images,
            self.genres[here],
            self.read[here],
            self.known[here],
            self.decades[here],
            self.scores[here],
            self.looks[here],
            self._positives(chosen),
        )
        if torch.rand((), generator=generator) < self.config.mixing:
            images, partner, share = mixed_pairs(images, generator)
            own = share[:, None]
            mixed = {
                field.name: getattr(batch, field.name) * own
                + getattr(batch, field.name)[partner] * (1 - own)
                for field in dataclasses.fields(Batch)[1:]
            }
            batch = Batch(images, **mixed)
        return batch

    def raw(self, chosen: Tensor) -> Tensor:
        """The chosen training posters as they are, uint8 [B, 3, H, W]."""
        rows = self.train[chosen.numpy()]
        order = np.argsort(rows)  # a memory map is read fastest in order
        raw = np.empty((len(rows), *self.posters.shape[1:]), np.uint8)
        raw[order] = self.posters[rows[order]]
        return torch.from_numpy(raw).permute(0, 3, 1, 2)

    def _positives(self, chosen: Tensor) -> Tensor:
        positives = torch.zeros(len(chosen), len(self), device=self.device)
        positives[torch.arange(len(chosen)), chosen] = 1.0
        for row, poster in enumerate(chosen.tolist()):
            sequels = self.family.get(poster)
            if sequels:
                positives[row, poster] = 1 - self.config.family_share
                positives[row, sequels] += self.config.family_share / len(sequels)
        return positives


class Criterion(nn.Module):
    """The weighted sum of the four losses; holds the proxies of genres and decades."""

    def __init__(self, lessons: Lessons, config: TrainingConfig, generator: torch.Generator):
        super().__init__()
        self.config = config
        classes = lessons.genres.shape[1] + lessons.decades.shape[1]
        self.promise = ProxyAnchorLoss(
            classes, config.promise, alpha=config.alpha, margin=config.margin, generator=generator
        )
        share = (lessons.genres.sum(0) / lessons.known.sum()).clamp(1e-4, 1 - 1e-4)
        self.positive_weight = nn.Buffer(((1 - share) / share).sqrt(), persistent=False)
        self.gallery = nn.Buffer(lessons.looks, persistent=False)

    def forward(self, outputs: Outputs, batch: Batch) -> dict[str, Tensor]:
        """Unweighted losses by name, and their weighted sum as "loss"."""
        config = self.config
        labels = torch.cat([batch.genres, batch.decades], 1)
        dated = batch.decades.sum(1, keepdim=True)
        known = torch.cat([batch.known.expand_as(batch.genres), dated.expand_as(batch.decades)], 1)
        # A film whose genres nobody knows is not a film of none.
        read = batch.read / batch.known.clamp(min=torch.finfo(batch.known.dtype).tiny)
        losses = {
            "promise": self.promise(outputs.promise, labels, known),
            "look": look_loss(
                outputs.look,
                batch.looks,
                self.gallery,
                batch.positives,
                temperature=config.temperature,
            ),
            "genre": functional.binary_cross_entropy_with_logits(
                outputs.genres, read, batch.known, pos_weight=self.positive_weight
            ),
            "decade": functional.cross_entropy(outputs.decades, batch.decades),
            "score": functional.cross_entropy(outputs.scores, batch.scores),
        }
        losses["loss"] = sum(
            getattr(config, f"{name}_weight") * value for name, value in losses.items()
        )
        return losses


class Objective(nn.Module):
    """Network and criterion in one, so that the gradients of both are averaged over processes."""

    def __init__(self, network: PosterNetwork, criterion: Criterion, place: TrainingPlace) -> None:
        super().__init__()
        self.network, self.criterion, self.place = network, criterion, place

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """The criterion's losses of a batch."""
        with self.place.autocast():
            outputs = self.network(batch.images)
        losses: dict[str, Tensor] = self.criterion(outputs, batch)
        return losses


def backward(learner: nn.Module, batches: Iterable[Batch], count: int) -> dict[str, Tensor]:
    """Add the gradients of the mean loss of `count` batches.

    Args:
        learner: an `Objective`, parallel or not; several processes exchange gradients once.

    Returns:
        Each loss's mean over the batches, detached, float64.
    """
    sums: dict[str, Tensor] = {}
    for number, batch in enumerate(batches, 1):
        with nullcontext() if number == count else without_exchange(learner):
            losses = learner(batch)
            (losses["loss"] / count).backward()
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + value.detach().double() / count
    return sums
