"""A finished model's own network, trained on until its positions tell what a slow teacher sees."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, cast

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from embedder.composing.cells import Tap
from embedder.composing.composition import Composition, principal_axes
from embedder.composing.distilling import Teacher, distillation
from embedder.composing.student import Student, begin_map, with_features
from embedder.training.augment import slightly_changed
from embedder.training.progress import Progress, silent

_WANTED = 384
"""Principal directions of the teacher's vectors that are learned: all but a ten-thousandth."""
_WARMUP, _LONGEST_GRADIENT = 100, 1.0
_SLIGHTLY_CHANGED = 0.7
"""Share of the steps that see pictures a little cut and a little lighter or darker."""
_HELD_CHANGED = 0.3
"""How much less firmly a changed picture's features are held: they may differ a little."""
_NEAR = 8
"""Of each poster's nearest, those that a step ranks beside random ones."""


@dataclass(frozen=True)
class NetworkLessons:
    """What decides how the network is trained; tried once, not tuned: docs/decisions/0036.

    frozen: blocks of the backbone that stay as they are. hold: weight of what keeps the pooled
    features, by which genres, decades and scores are read, where they were. ranking: weight of the
    ranking of all training posters, at the temperature `soft`, beside the teacher's own numbers;
    others: random posters of it in a step. average: decay of the running average of the weights.
    """

    epochs: int = 12
    batch: int = 64
    lr: float = 3e-4
    weight_decay: float = 0.01
    frozen: int = 4
    hold: float = 0.3
    ranking: float = 0.05
    soft: float = 0.05
    others: int = 1024
    average: float = 0.998
    seed: int = 0

    def facts(self) -> dict[str, Any]:
        """For a model's card."""
        return asdict(self)


def taught_network(
    model: onnx.ModelProto,
    backbone: str,
    taps: list[Tap],
    composition: Composition,
    basis: Tensor,
    posters: NDArray[np.uint8],
    rows: NDArray[np.int64],
    teacher: Teacher,
    config: NetworkLessons = NetworkLessons(),
    progress: Progress = silent,
) -> onnx.ModelProto:
    """The model with a network from whose cells a linear map tells the teacher's vectors better.

    Its last feature map keeps its mean over a poster nearly, and so all that is read off it.

    Args:
        model: of two parts, and its taps.
        composition, basis: what is seen of cells, and float32 [24 * kept, directions], the
            principal axes of that, in which the linear map begins.
        posters, rows: uint8 [N, H, W, 3], and which of them the teacher's vectors are of.

    Raises:
        ValueError: a model of another backbone than it says.
    """
    torch.manual_seed(config.seed)
    axes = principal_axes(teacher.vectors, _WANTED)
    wanted = functional.normalize(teacher.vectors @ axes)
    student = Student(model, backbone, taps, composition, basis.shape[0], wanted.shape[1])
    pooled = begin_map(student, basis, posters, rows, wanted, progress)
    student.learn_from(config.frozen)
    spread = pooled.var(0).clamp(min=1e-4)
    lessons = _Lessons(posters, rows, wanted, pooled, spread, teacher, config)
    return with_features(model, _learn(student, lessons, progress).features)


@dataclass(frozen=True)
class _Lessons:
    """What is learned of the posters: the teacher's vectors float32 [rows, wanted], which are of
    length one, and pooled features float32 [rows, channels], with each one's variance."""

    posters: NDArray[np.uint8]
    rows: NDArray[np.int64]
    wanted: Tensor
    pooled: Tensor
    spread: Tensor
    teacher: Teacher
    config: NetworkLessons

    def loss(self, student: Student, some: NDArray[np.int64], generator: torch.Generator) -> Tensor:
        """Of a batch: how far its vectors, its ranking of other posters and its pooled features are
        from what they are to be."""
        config = self.config
        images = torch.from_numpy(self.posters[self.rows[some]]).permute(0, 3, 1, 2)
        changed = bool(torch.rand((), generator=generator) < _SLIGHTLY_CHANGED)
        if changed:
            images = slightly_changed(images.float(), generator)
        found, pooled = student(images)
        loss: Tensor = (found - self.wanted[some]).square().sum(1).mean()
        others = torch.randperm(len(self.rows), generator=generator)[: config.others].numpy()
        bank = np.unique(np.concatenate([others, self.teacher.nearest[some][:, :_NEAR].ravel()]))
        ranked = functional.normalize(found) @ self.wanted[bank].T
        ranking = distillation(ranked, self.wanted[some] @ self.wanted[bank].T, config.soft)
        moved: Tensor = ((pooled - self.pooled[some]).square() / self.spread).mean()
        hold = config.hold * (_HELD_CHANGED if changed else 1.0)
        return loss + config.ranking * ranking + hold * moved


def _learn(student: Student, lessons: _Lessons, progress: Progress) -> Student:
    """The running average of the student's weights after all epochs."""
    config = lessons.config
    generator = torch.Generator().manual_seed(config.seed)
    average = AveragedModel(student, multi_avg_fn=get_ema_multi_avg_fn(config.average))  # type: ignore[no-untyped-call]
    count = len(lessons.rows)
    steps = max(1, count // config.batch)
    total = steps * config.epochs
    optimizer = _optimizer(student, config)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min(1, (step + 1) / _WARMUP) * (1 + math.cos(math.pi * step / total)) / 2,
    )
    for epoch in range(config.epochs):
        order = torch.randperm(count, generator=generator).numpy()
        for step in range(steps):
            loss = lessons.loss(student, order[step * config.batch :][: config.batch], generator)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(student.features.parameters(), _LONGEST_GRADIENT)
            optimizer.step()
            schedule.step()
            average.update_parameters(student)
            progress("teaching the network", epoch * steps + step + 1, total)
    return cast(Student, average.module)


def _optimizer(student: Student, config: NetworkLessons) -> torch.optim.Optimizer:
    """AdamW; only the network's matrices decay, and the linear map, which begins at its best, moves
    slowly."""
    network = [each for each in student.features.parameters() if each.requires_grad]
    matrices = [each for each in network if each.ndim > 1]
    rest = [each for each in network if each.ndim == 1]
    rest += [each for each in student.composition.parameters() if each.requires_grad]
    groups: list[dict[str, Any]] = [
        {"params": matrices, "weight_decay": config.weight_decay},
        {"params": rest},
        {"params": list(student.map.parameters()), "lr": config.lr / 3},
    ]
    return torch.optim.AdamW(groups, config.lr, weight_decay=0.0)
