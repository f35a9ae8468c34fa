"""The composition part's maps follow the grades, and stay principal axes without any."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from embedder.composing.distilling import teacher_of
from embedder.composing.fitting import ComposingConfig, LearningView, fit_own_maps, list_loss
from embedder.composing.graded import GradedLists

CONFIG = ComposingConfig(
    dimensions=4,
    directions=12,
    promise=0.1,
    look=0.1,
    epochs=80,
    queries=20,
    others=40,
    lr=3e-2,
    pull=1e-4,
)


def posters(seed: int = 0) -> tuple[LearningView, torch.Tensor]:
    """Seen directions of 200 posters, loud ones first, of which people look at the tenth alone."""
    generator = torch.Generator().manual_seed(seed)
    loud = torch.linspace(2, 0.5, 12)
    directions = torch.randn(200, 12, generator=generator) * loud
    fixed = torch.randn(200, 3, generator=generator) * 0.1
    return LearningView(directions, fixed), directions[:, 9]


def lists_by(taste: torch.Tensor, queries: range) -> GradedLists:
    """Of ten candidates each the three whose taste is nearest are good."""
    rng = np.random.default_rng(1)
    candidates = np.stack([rng.choice(200, 10, replace=False) for _ in queries])
    apart = (taste[list(queries), None] - taste[candidates]).abs()
    order = apart.argsort(1).argsort(1).numpy()
    return GradedLists(
        np.array(queries), candidates, np.where(order < 3, 2.0, 0.0).astype(np.float32)
    )


def likeness_of_nearest(learned: torch.Tensor, view: LearningView, taste: torch.Tensor) -> float:
    """How far in taste the five nearest of the last forty posters are."""
    unit = functional.normalize(view.directions @ learned)
    near = (unit[160:] @ unit[:160].T).topk(5).indices
    return float((taste[160:, None] - taste[near]).abs().mean())


def test_without_grades_the_part_is_the_principal_axes() -> None:
    view, _ = posters()
    none = GradedLists(
        np.zeros(0, np.int64), np.zeros((0, 0), np.int64), np.zeros((0, 0), np.float32)
    )
    found = fit_own_maps([view], none, torch.arange(200), CONFIG)
    assert torch.equal(found != 0, torch.eye(12)[:, :4] != 0)
    squares = (view.directions @ found).square().sum(1).mean()
    assert float(squares) == pytest.approx(0.8, rel=1e-4)


def test_the_part_learns_what_people_look_at() -> None:
    view, taste = posters()
    none = GradedLists(
        np.zeros(0, np.int64), np.zeros((0, 0), np.int64), np.zeros((0, 0), np.float32)
    )
    before = fit_own_maps([view], none, torch.arange(160), CONFIG)
    after = fit_own_maps([view], lists_by(taste, range(160)), torch.arange(160), CONFIG)
    told = [likeness_of_nearest(each, view, taste) for each in (before, after)]
    assert told[1] < 0.8 * told[0]


def test_a_fit_is_the_same_again() -> None:
    view, taste = posters()
    lists = lists_by(taste, range(60))
    first, second = (fit_own_maps([view], lists, torch.arange(200), CONFIG) for _ in range(2))
    assert torch.equal(first, second)


def test_the_part_moves_towards_a_teacher() -> None:
    """It looks at what is quiet in the pictures, of which the few grades say little."""
    view, taste = posters()
    teacher = teacher_of([functional.normalize(view.directions[:, 8:])])
    few, rows = lists_by(taste, range(20)), np.arange(160, 200)

    def agreement(learned: torch.Tensor) -> float:
        unit = functional.normalize(view.directions @ learned)
        nearest = (unit[160:] @ unit[:160].T).topk(5).indices
        return float(teacher.cosines(rows, np.arange(160)).gather(1, nearest).mean())

    alone = fit_own_maps([view], few, torch.arange(160), CONFIG)
    taught = fit_own_maps([view], few, torch.arange(160), CONFIG, teacher=teacher)
    assert agreement(taught) > agreement(alone) + 0.2


def test_the_loss_by_hand() -> None:
    """Two candidates, one good; one other. Softmax of (1, 0, -1), minus the log of the first."""
    scores, grades = torch.tensor([[1.0, 0.0]]), torch.tensor([[2.0, 0.0]])
    there, others = torch.ones(1, 2, dtype=torch.bool), torch.tensor([[-1.0]])
    by_hand = -np.log(np.e / (np.e + 1 + 1 / np.e))
    assert float(list_loss(scores, grades, there, others)) == pytest.approx(by_hand, rel=1e-6)


def test_a_place_without_a_candidate_counts_nothing() -> None:
    scores, grades = torch.tensor([[1.0, 0.0, 9.0]]), torch.tensor([[2.0, 0.0, 0.0]])
    there = torch.tensor([[True, True, False]])
    others = torch.tensor([[-1.0]])
    fewer = list_loss(scores[:, :2], grades[:, :2], there[:, :2], others)
    assert float(list_loss(scores, grades, there, others)) == pytest.approx(float(fewer), rel=1e-6)


@pytest.mark.parametrize(("promise", "look"), [(0.0, 0.1), (0.5, 0.5), (0.2, 0.9)])
def test_shares_that_leave_nothing_are_refused(promise: float, look: float) -> None:
    with pytest.raises(ValueError, match="leave a share"):
        ComposingConfig(promise=promise, look=look)
