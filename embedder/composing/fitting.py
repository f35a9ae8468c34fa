"""The composition part's own maps, learned from grades under all three distances at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from embedder.composing.distilling import Teacher, distillation
from embedder.composing.graded import GradedLists
from embedder.training.progress import Progress, silent


@dataclass(frozen=True)
class ComposingConfig:
    """What decides a fit; chosen on val, see docs/decisions/0020.

    promise, look: their shares of an embedding's mean squared length; composition has the rest.
    directions: principal directions of what is seen that the part is learned from. pull: how
    strongly the map is held to the principal axes, where it begins. others: random posters that
    stand beside the graded candidates as bad ones. straight: weight of Euclidean and Manhattan
    distance beside cosine. distil: weight of a teacher, where there is one, beside the grades;
    soft: the temperature of its cosines; near: how many of a poster's nearest a step compares.
    """

    dimensions: int = 256
    proxies: int = 28
    neighbours: int = 44
    looks: int = 38
    promise: float = 0.22
    look: float = 0.06
    directions: int = 768
    epochs: int = 15
    queries: int = 128
    others: int = 256
    lr: float = 1e-3
    temperature: float = 0.1
    straight: float = 0.2
    pull: float = 0.015
    distil: float = 4.0
    soft: float = 0.05
    near: int = 4
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.promise < 1 or not 0 < self.look < 1 - self.promise:
            raise ValueError("promise and look must leave a share to composition")

    def facts(self, *, taught: bool) -> dict[str, Any]:
        """For a model's card: what decided a fit with a teacher, or one without."""
        unused = () if taught else ("distil", "soft", "near")
        return {name: value for name, value in asdict(self).items() if name not in unused}


TAUGHT = ComposingConfig(promise=0.27, look=0.08, pull=0.005)
"""What was chosen where a teacher stands beside the grades: docs/decisions/0025."""


@dataclass(frozen=True)
class LearningView:
    """All posters as they are, or mirrored: what is seen of each, and the other parts.

    directions: float32 [N, directions]. fixed: float32 [N, F], the other parts as they will be.
    """

    directions: Tensor
    fixed: Tensor


class _StraightScores(nn.Module):
    """How near pairs are under the two straight distances, in units that are learned."""

    def __init__(self, temperature: float) -> None:
        super().__init__()
        self.temperature = temperature
        self.units = nn.Parameter(torch.zeros(2))

    def forward(self, query: Tensor, others: Tensor) -> tuple[Tensor, Tensor]:
        """query [B, 1, D], others [B, K, D] to Euclidean and Manhattan scores [B, K]."""
        apart = query - others
        squares = apart.square().sum(-1) / (2 * self.temperature)
        blocks = apart.abs().sum(-1) / (apart.shape[-1] ** 0.5 * self.temperature)
        return -squares * self.units[0].exp(), -blocks * self.units[1].exp()


def fit_own_maps(
    views: list[LearningView],
    graded: GradedLists,
    train: Tensor,
    config: ComposingConfig,
    progress: Progress = silent,
    *,
    teacher: Teacher | None = None,
) -> Tensor:
    """The map float32 [directions, C] under which graded posters rank as people ranked them, and
    all others as the teacher does, where there is one.

    Without grades it is the principal axes. Its mean squared length over `train` is the share that
    the other parts leave.

    Args:
        views: of the same posters; a step takes one of them.
        train: int64, rows of the posters that random ones are drawn from.
        teacher: of the same posters as the views.
    """
    seen = views[0].directions
    share = 1 - config.promise - config.look
    start = torch.eye(seen.shape[1])[:, : config.dimensions]
    start = _scaled(start, seen[train], share)
    if len(graded) == 0:
        return start
    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    learned = start.clone().requires_grad_(True)
    scores = _StraightScores(config.temperature)
    optimizer = torch.optim.Adam([learned], config.lr)
    optimizer.add_param_group({"params": list(scores.parameters()), "lr": 1e-2})
    steps = max(1, len(graded) // config.queries)
    total = steps * config.epochs
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total)
    for epoch in range(config.epochs):
        order = rng.permutation(len(graded))
        for step in range(steps):
            some = order[step * config.queries : (step + 1) * config.queries]
            view = views[rng.integers(len(views))]
            others = rng.choice(train.numpy(), min(config.others, len(train)), replace=False)
            lists = graded.chosen(some)
            loss = _graded_loss(view, learned, lists, others, scores, config)
            loss = loss + config.pull * (learned - start).square().sum()
            if teacher is not None:
                anchors = np.concatenate([lists.queries, others[: len(lists)]])
                loss = loss + config.distil * _distilled_loss(
                    view, learned, teacher, anchors, rng, config
                )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            progress("learning composition", epoch * steps + step + 1, total)
    return _scaled(learned.detach(), seen[train], share)


def _distilled_loss(
    view: LearningView,
    learned: Tensor,
    teacher: Teacher,
    anchors: NDArray[np.int64],
    rng: np.random.Generator,
    config: ComposingConfig,
) -> Tensor:
    """How far the anchors' ranking of what surrounds them all is from the teacher's."""
    rows = teacher.surroundings(anchors, config.near, rng)
    whole = torch.cat([view.fixed[rows], view.directions[rows] @ learned], -1)
    unit = functional.normalize(whole, dim=-1)
    cosines = unit[np.searchsorted(rows, anchors)] @ unit.T
    return distillation(cosines, teacher.cosines(anchors, rows), config.soft)


def _graded_loss(
    view: LearningView,
    learned: Tensor,
    lists: GradedLists,
    others: NDArray[np.int64],
    scores: _StraightScores,
    config: ComposingConfig,
) -> Tensor:
    """Of lists, among their own candidates and random posters, under all three distances."""

    def embedded(rows: NDArray[np.int64]) -> Tensor:
        places = torch.from_numpy(rows)
        return torch.cat([view.fixed[places], view.directions[places] @ learned], -1)

    asked, random = embedded(lists.queries), embedded(others)
    listed = embedded(lists.candidates.clip(min=0))
    grades, there = torch.from_numpy(lists.grades), torch.from_numpy(lists.candidates >= 0)
    # Random posters stand for all that nobody graded; sixteen of them weigh as much as they all do.
    fewer = float(np.log(len(random) / 16))
    unit = functional.normalize(asked, dim=-1)
    near = (functional.normalize(listed, dim=-1) @ unit[:, :, None])[..., 0] / config.temperature
    far = unit @ functional.normalize(random, dim=-1).T / config.temperature
    loss = list_loss(near, grades, there, far - fewer)
    if config.straight == 0:
        return loss
    few = random[:48]
    fewer = float(np.log(max(len(few), 1) / 16))
    for straight, away in zip(
        scores(asked[:, None], listed), scores(asked[:, None], few[None]), strict=True
    ):
        loss = loss + config.straight * list_loss(straight, grades, there, away - fewer)
    return loss


def list_loss(scores: Tensor, grades: Tensor, there: Tensor, others: Tensor) -> Tensor:
    """Cross-entropy between gains and a softmax over candidates and others: ListNet's loss (Cao et
    al., 2007) with the gains 2^grade - 1 of nDCG.

    Args:
        scores, grades, there: [B, K]; where `there` is false is no candidate.
        others: [B, M], scores of posters that count as bad.

    >>> even = torch.zeros(1, 2)
    >>> both = torch.ones(1, 2, dtype=torch.bool)
    >>> loss = list_loss(even, torch.tensor([[2.0, 0.0]]), both, even)
    >>> round(float(loss), 4)
    1.3863
    """
    gains = (2**grades - 1) * there
    gains = gains / gains.sum(1, keepdim=True)
    everything = torch.cat([scores.masked_fill(~there, -1e4), others], 1)
    share = scores.masked_fill(~there, 0) - everything.logsumexp(1, keepdim=True)
    return -(gains * share).sum(1).mean()


def _scaled(map_: Tensor, rows: Tensor, share: float) -> Tensor:
    """The map, so that what it makes of the rows [N, D] has this mean squared length."""
    squares = float((rows @ map_).double().square().sum(1).mean())
    return map_ * float((share / squares) ** 0.5)
