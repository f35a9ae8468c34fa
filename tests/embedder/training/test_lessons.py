import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from embedder.networks.poster_network import Outputs, PosterNetwork, Shapes
from embedder.training import data
from embedder.training.config import TrainingConfig
from embedder.training.data import Example
from embedder.training.lessons import Batch, Criterion, Lessons, Objective, backward
from embedder.training.loop import train
from embedder.training.place import TrainingPlace


def test_accumulated_gradients_are_those_of_one_large_batch(
    tiny: TrainingConfig, trained: SimpleNamespace
) -> None:
    """But for the promise loss, which is no mean over posters, and batch statistics."""
    config = dataclasses.replace(tiny, dropout=0.0, mixing=0.0, promise_weight=0.0)
    posters = np.load(trained.run / "posters.npy")
    labels = data.labels_of(trained.examples)
    train_rows = np.flatnonzero([e.split == "train" for e in trained.examples])
    place = TrainingPlace(torch.device("cpu"), bf16=False)
    lessons = Lessons(
        posters,
        labels,
        np.load(trained.run / "looks.npy"),
        train_rows,
        labels.genres[train_rows],
        data.families(trained.examples),
        config,
        place.device,
    )
    shapes = Shapes(8, 8, len(labels.genre_names), len(labels.decade_names))
    torch.manual_seed(0)
    network = PosterNetwork("custom", shapes, config.dropout)
    criterion = Criterion(lessons, config, torch.Generator().manual_seed(0))
    objective = Objective(network, criterion, place).eval()
    whole = lessons.batch(torch.arange(16), (48, 32), torch.Generator().manual_seed(0))
    halves = [
        Batch(
            **{field.name: getattr(whole, field.name)[part] for field in dataclasses.fields(Batch)}
        )
        for part in (slice(0, 8), slice(8, 16))
    ]

    losses = backward(objective, [whole], 1)
    wanted = [p.grad.clone() for p in network.parameters() if p.grad is not None]
    objective.zero_grad()
    accumulated = backward(objective, halves, 2)
    found = [p.grad for p in network.parameters() if p.grad is not None]
    assert len(found) == len(wanted) > 20
    for own, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(own, other, rtol=1e-4, atol=1e-6)
    assert float(accumulated["look"]) == pytest.approx(float(losses["look"]), rel=1e-5)


def test_a_film_without_genres_teaches_nothing_of_them() -> None:
    """Neither by itself nor mixed with another, where the other teaches for its share."""
    posters = np.random.default_rng(0).integers(0, 256, (3, 48, 32, 3), np.uint8)
    labels = data.Labels(
        ("Drama", "Western"),
        ("1950", "1960"),
        np.array([[1, 0], [0, 1], [0, 0]], np.float32),
        np.array([[1, 0], [0, 1], [0, 0]], np.float32),
        np.array([5, 6, np.nan], np.float32),
    )
    config = TrainingConfig(promise=4, mixing=0.0)
    lessons = Lessons(
        posters,
        labels,
        np.eye(3, 4, dtype=np.float32),
        np.arange(3),
        np.array([[0.9, 0.1], [0.1, 0.9], [0.5, 0.5]], np.float32),
        np.zeros((0, 2), np.int64),
        config,
        torch.device("cpu"),
    )
    criterion = Criterion(lessons, config, torch.Generator().manual_seed(0))
    batch = lessons.batch(torch.arange(3), (48, 32), torch.Generator().manual_seed(0))
    torch.manual_seed(0)
    promise, genres = torch.randn(3, 4, requires_grad=True), torch.randn(3, 2, requires_grad=True)
    outputs = Outputs(promise, torch.randn(3, 4), genres, torch.randn(3, 2), torch.randn(3, 5))

    losses = criterion(outputs, batch)
    for loss, of in ((losses["promise"], promise), (losses["genre"], genres)):
        (gradient,) = torch.autograd.grad(loss, of, retain_graph=True)
        assert gradient[:2].any(dim=1).all()
        assert not gradient[2].any()

    half = dataclasses.replace(
        batch, **{name: getattr(batch, name) / 2 for name in ("genres", "read", "known")}
    )
    (whole,) = torch.autograd.grad(criterion(outputs, batch)["genre"], genres)
    (mixed,) = torch.autograd.grad(criterion(outputs, half)["genre"], genres)
    torch.testing.assert_close(mixed, whole / 2)


def test_a_loss_that_is_no_longer_a_number_ends_training(
    tiny: TrainingConfig, examples: list[Example], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="lower the learning rate"):
        train(examples, tmp_path, dataclasses.replace(tiny, head_lr=1e37, epochs=1))
