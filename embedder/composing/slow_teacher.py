"""A teacher that no server could run: several networks' depths, mapped by fits to grades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from embedder.composing.cells import CellReader
from embedder.composing.composition import principal_axes
from embedder.composing.depths import DepthReader, LiteDepths, ModelDepths, compressed_depths
from embedder.composing.distilling import Teacher, teacher_of
from embedder.composing.fitting import ComposingConfig, LearningView, fit_own_maps
from embedder.composing.graded import GradedLists
from embedder.training.progress import Progress, silent

_AXES_FROM = 6000
"""Posters that principal axes are taken from."""


@dataclass(frozen=True)
class TeacherFit:
    """One opinion: how strongly it is held to the principal axes, how many random posters stand as
    bad ones, and the share of the graded queries that it learns from."""

    pull: float
    others: int
    share: float


FITS = (TeacherFit(0.015, 512, 1.0), TeacherFit(0.01, 256, 1.0), TeacherFit(0.005, 128, 0.85))
"""Opinions that err differently: their mean ranks better than each."""


def slow_teacher(
    reader: CellReader,
    posters: NDArray[np.uint8],
    rows: NDArray[np.int64],
    graded: GradedLists,
    weights: Sequence[Path],
    seed: int = 0,
    progress: Progress = silent,
) -> Teacher:
    """What posters have in common by the finished model and by EfficientNet-Lites beside it.

    Args:
        reader: of the finished model.
        posters, rows: uint8 [N, H, W, 3], and which of them are learned from.
        graded: by places within `rows`.
        weights: files of published EfficientNet-Lite weights.

    Raises:
        ValueError: a file of anything else.
    """
    readers: list[DepthReader] = [ModelDepths(reader), *(LiteDepths(file) for file in weights)]
    depths = torch.cat([compressed_depths(each, posters, rows, progress) for each in readers], 1)
    return teacher_of(opinions(depths, graded, seed=seed, progress=progress), progress)


def opinions(
    depths: Tensor,
    graded: GradedLists,
    fits: Sequence[TeacherFit] = FITS,
    seed: int = 0,
    progress: Progress = silent,
    directions: int = 1536,
) -> list[Tensor]:
    """The depths, float32 [N, D], by several maps learned from grades: each of 256 numbers and of
    length one."""
    sample = depths[:: max(1, len(depths) // _AXES_FROM)]
    seen = depths @ principal_axes(sample, directions)
    view = LearningView(seen, torch.zeros(len(seen), 0))
    found = []
    for number, fit in enumerate(fits):
        rng = np.random.default_rng([seed, number])
        bag = rng.permutation(len(graded))[: max(1, round(fit.share * len(graded)))]
        config = ComposingConfig(
            directions=directions,
            queries=256,
            others=fit.others,
            straight=0,
            pull=fit.pull,
            seed=seed + number,
        )
        learned = fit_own_maps(
            [view], graded.chosen(bag), torch.arange(len(seen)), config, progress
        )
        found.append(functional.normalize(seen @ learned))
    return found
