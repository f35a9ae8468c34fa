"""The network that learns, the running average of its weights, and what moves them."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from embedder.networks.poster_network import PosterNetwork
from embedder.training.config import TrainingConfig
from embedder.training.lessons import Criterion, Lessons, Objective, backward
from embedder.training.place import TrainingPlace
from embedder.training.progress import Progress

_LONGEST_GRADIENT = 5.0


class Learner:
    """Network, average, proxies, optimiser and schedule of one process of a run.

    Args:
        steps: of an epoch, each of `config.accumulate` batches in every process.
    """

    def __init__(
        self,
        network: PosterNetwork,
        criterion: Criterion,
        config: TrainingConfig,
        place: TrainingPlace,
        steps: int,
    ) -> None:
        self._network, self._config, self._place, self._steps = network, config, place, steps
        objective = Objective(network, criterion, place).to(place.device)
        network.freeze(config.frozen)
        self._average = torch.optim.swa_utils.AveragedModel(
            network,
            multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(config.average),  # type: ignore[no-untyped-call]
        )
        self._average.update_parameters(network)
        self._optimizer = _optimizer(network, criterion, config)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda step: _warmup_cosine(step, steps * config.epochs, config.warmup)
        )
        self.parts: dict[str, Any] = {
            "network": network,
            "average": self._average,
            "criterion": criterion,
            "optimizer": self._optimizer,
            "schedule": self._schedule,
        }
        self._objective = place.parallel(objective)

    @property
    def averaged(self) -> PosterNetwork:
        """The network with the running average of its weights."""
        return cast(PosterNetwork, self._average.module)

    def learn(self, epoch: int, lessons: Lessons, say: Progress) -> dict[str, Tensor]:
        """Go through the lessons once, and return the mean of every loss.

        Args:
            epoch: counted from 0; decides the order, the augmentation and the size of images.

        Raises:
            ValueError: the loss is no longer a number.
        """
        config, place = self._config, self._place
        order = torch.randperm(len(lessons), generator=seeded(config.seed, epoch + 1))
        order = order[place.rank :: place.ranks]  # every process draws the same order
        generator = seeded(config.seed, epoch + 1, place.rank + 1)
        size = _image_size(config, epoch)
        step_size = config.batch * config.accumulate * place.ranks
        self._network.train()
        sums: dict[str, Tensor] = {}
        for step in range(self._steps):
            for name, value in self._step(step, lessons, order, size, generator).items():
                sums[name] = sums.get(name, 0.0) + value / self._steps
            done = (epoch * self._steps + step + 1) * step_size
            total = config.epochs * self._steps * step_size
            say(f"epoch {epoch + 1}/{config.epochs}", done, total)
        place.average_(self._network.buffers())
        place.average_(sums.values())
        self._refresh_batch_statistics()
        if not math.isfinite(sums["loss"]):
            raise ValueError(f"epoch {epoch + 1} ended in a loss of nan: lower the learning rate")
        return sums

    def _step(
        self,
        step: int,
        lessons: Lessons,
        order: Tensor,
        size: tuple[int, int],
        generator: torch.Generator,
    ) -> dict[str, Tensor]:
        batch, several = self._config.batch, self._config.accumulate
        starts = range(step * batch * several, (step + 1) * batch * several, batch)
        batches = (lessons.batch(order[at : at + batch], size, generator) for at in starts)
        losses = backward(self._objective, batches, several)
        nn.utils.clip_grad_norm_(self._network.parameters(), _LONGEST_GRADIENT)
        self._optimizer.step()
        self._schedule.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._average.update_parameters(self._network)
        return losses

    def _refresh_batch_statistics(self) -> None:
        """Batch statistics are running averages already: the averaged network takes them over."""
        averaged = self.averaged.buffers()
        for own, other in zip(averaged, self._network.buffers(), strict=True):
            own.copy_(other)


def seeded(*numbers: int) -> torch.Generator:
    """A generator for these numbers, counted from 1: to NumPy (1, 0) and (1,) are one seed.

    Torch's global one, for dropout, is set as well. Seeding every epoch anew lets an interrupted
    run go on exactly as if it had not been.
    """
    seed = int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1)
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)


def _image_size(config: TrainingConfig, epoch: int) -> tuple[int, int]:
    """Height and width, both multiples of 16 pixels."""
    scale = config.early_scale if epoch < config.early_epochs else 1.0
    return round(config.height * scale / 16) * 16, round(config.width * scale / 16) * 16


def _optimizer(
    network: PosterNetwork, criterion: Criterion, config: TrainingConfig
) -> torch.optim.Optimizer:
    """AdamW; heads and proxies have their own rates, and only matrices decay."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            lr = config.lr if name.startswith("features.") else config.head_lr
            decay = config.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((lr, decay), []).append(parameter)
    groups.setdefault((config.proxy_lr, 0.0), []).extend(criterion.parameters())
    return torch.optim.AdamW(
        [{"params": p, "lr": lr, "weight_decay": decay} for (lr, decay), p in groups.items()]
    )


def _warmup_cosine(step: int, total: int, warmup: float) -> float:
    rising = max(1, int(total * warmup))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - rising) / max(1, total - rising))))
