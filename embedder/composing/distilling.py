"""A teacher's likeness of posters, learned beside grades: it ranks what nobody graded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from embedder.training.progress import Progress, silent

_NEAREST = 40
_COPY = 0.97
"""Cosine from which a neighbour is taken for the same picture, which teaches nothing."""
_ITSELF = 0.9999
_ASKED_AT_ONCE = 500


@dataclass(frozen=True)
class Teacher:
    """What is distilled: two posters are as like as the cosine of their vectors.

    vectors: float32 [N, D], of length one. nearest: int64 [N, K], rows of each poster's nearest.
    """

    vectors: Tensor
    nearest: NDArray[np.int64]

    def cosines(self, rows: NDArray[np.int64], others: NDArray[np.int64]) -> Tensor:
        """float32 [rows, others]."""
        return self.vectors[rows] @ self.vectors[others].T

    def surroundings(
        self, anchors: NDArray[np.int64], count: int, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """The anchors and some of each one's nearest, as sorted rows, each once: random posters
        alone would hardly ever show the teacher anything that is like another."""
        drawn = rng.permutation(self.nearest.shape[1])[:count]
        return np.unique(np.concatenate([anchors, self.nearest[anchors][:, drawn].ravel()]))


def teacher_of(opinions: Sequence[Tensor], progress: Progress = silent) -> Teacher:
    """The teacher whose cosines are the mean of several.

    Args:
        opinions: each float32 [N, D] of length one, of the same posters.
    """
    vectors = torch.cat(list(opinions), 1) / len(opinions) ** 0.5
    count = len(vectors)
    nearest = np.zeros((count, min(_NEAREST, count - 1)), dtype=np.int64)
    for at in range(0, count, _ASKED_AT_ONCE):
        near = vectors[at : at + _ASKED_AT_ONCE] @ vectors.T
        near[torch.arange(len(near)), at + torch.arange(len(near))] = -3
        near[near > _COPY] = -2
        nearest[at : at + len(near)] = near.topk(nearest.shape[1], 1).indices.numpy()
        progress("asking the teacher", at + len(near), count)
    return Teacher(vectors, nearest)


def distillation(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Kullback-Leibler divergence of the student's softmax over posters from the teacher's (Hinton
    et al., 2015), a poster with itself left out.

    Args:
        student, teacher: cosines [B, M] of the same posters.

    >>> cosines = torch.tensor([[0.9, 0.2, 0.1]])
    >>> float(distillation(cosines, cosines, 0.07))
    0.0
    """
    same = teacher > _ITSELF
    learned = functional.log_softmax((student / temperature).masked_fill(same, -1e4), 1)
    wanted = functional.log_softmax((teacher / temperature).masked_fill(same, -1e4), 1)
    return (wanted.exp() * (wanted - learned)).masked_fill(same, 0).sum(1).mean()
