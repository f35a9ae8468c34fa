"""A teacher's vectors, what is near by it, and how far a student is from it."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from embedder.composing.distilling import distillation, teacher_of


def opinion(seed: int, count: int = 60) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return functional.normalize(torch.randn(count, 8, generator=generator))


def test_its_cosines_are_the_mean_of_its_opinions() -> None:
    one, two = opinion(0), opinion(1)
    teacher = teacher_of([one, two])
    rows, others = np.arange(5), np.arange(20, 30)
    wanted = (one[:5] @ one[20:30].T + two[:5] @ two[20:30].T) / 2
    assert torch.allclose(teacher.cosines(rows, others), wanted, atol=1e-6)
    assert torch.allclose(teacher.vectors.norm(dim=1), torch.ones(60), atol=1e-6)


def test_its_nearest_are_neither_the_poster_nor_copies_of_it() -> None:
    vectors = opinion(0)
    vectors[1] = vectors[0]
    teacher = teacher_of([vectors])
    assert teacher.nearest.shape == (60, 40)
    assert not {0, 1} & set(teacher.nearest[0].tolist())
    by_hand = (vectors[7] @ vectors.T).argsort(descending=True)[1:41]
    assert teacher.nearest[7].tolist() == by_hand.tolist()


def test_a_few_posters_have_as_many_nearest_as_there_are() -> None:
    assert teacher_of([opinion(0, 5)]).nearest.shape == (5, 4)


def test_surroundings_are_the_anchors_and_some_of_their_nearest() -> None:
    teacher = teacher_of([opinion(0)])
    anchors = np.array([3, 9])
    rows = teacher.surroundings(anchors, 4, np.random.default_rng(0))
    assert set(anchors) <= set(rows.tolist()) <= {*anchors, *teacher.nearest[anchors].ravel()}
    assert len(rows) <= 2 * (1 + 4)
    assert rows.tolist() == sorted(set(rows.tolist()))


def test_the_divergence_by_hand() -> None:
    """Of (e, 1) / (e + 1) from halves; the first is the poster itself and counts nothing."""
    student, teacher = torch.tensor([[0.3, 1.0, 0.0]]), torch.tensor([[1.0, 0.5, 0.5]])
    share = np.e / (np.e + 1)
    by_hand = 0.5 * np.log(0.5 / share) + 0.5 * np.log(0.5 / (1 - share))
    assert float(distillation(student, teacher, 1.0)) == pytest.approx(by_hand, rel=1e-5)
