from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from embedder.networks.poster_network import PosterNetwork, Shapes
from embedder.training.config import TrainingConfig
from embedder.training.learner import Learner, seeded
from embedder.training.lessons import Criterion
from embedder.training.place import TrainingPlace


def learner(config: TrainingConfig, steps: int = 10) -> Learner:
    torch.manual_seed(0)
    shapes = Shapes(config.promise, config.look, 3, 2)
    lessons: Any = SimpleNamespace(
        genres=torch.eye(3),
        known=torch.ones(3, 1),
        decades=torch.zeros(3, 2),
        looks=torch.zeros(3, config.look),
    )
    criterion = Criterion(lessons, config, seeded(0))
    place = TrainingPlace(torch.device("cpu"), bf16=False)
    return Learner(PosterNetwork("custom", shapes), criterion, config, place, steps)


def test_the_same_numbers_seed_the_same_and_the_global_generator_too() -> None:
    first, dropout = torch.rand(3, generator=seeded(7, 1)), torch.rand(3)
    assert torch.equal(first, torch.rand(3, generator=seeded(7, 1)))
    assert torch.equal(dropout, torch.rand(3))
    assert not torch.equal(first, torch.rand(3, generator=seeded(7, 2)))


def test_only_matrices_decay_and_proxies_have_a_rate_of_their_own(tiny: TrainingConfig) -> None:
    config = replace(tiny, lr=0.001, head_lr=0.01, proxy_lr=0.1, weight_decay=0.2)
    groups = learner(config).parts["optimizer"].param_groups
    assert {0.001, 0.01, 0.1} == {group["initial_lr"] for group in groups}
    for group in groups:
        for parameter in group["params"]:
            decaying = parameter.ndim > 1 and group["initial_lr"] != 0.1
            assert group["weight_decay"] == (0.2 if decaying else 0)


def test_rates_rise_and_then_fall(tiny: TrainingConfig) -> None:
    config = replace(tiny, epochs=2, warmup=0.2)
    parts = learner(config).parts
    rates = []
    for _ in range(20):
        rates.append(parts["schedule"].get_last_lr()[0])
        parts["optimizer"].step()
        parts["schedule"].step()
    top = rates.index(max(rates))
    assert 3 <= top <= 4
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] == pytest.approx(0, abs=0.02 * max(rates))
