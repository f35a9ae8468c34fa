from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from embedder import Embedder
from embedder.finishing.finish import (
    _genre_reading,
    _Material,
    _neighbour_map,
    _thresholds,
    finish,
)
from embedder.finishing.nca import NcaConfig
from embedder.finishing.pooling import pool
from embedder.finishing.reader import ReaderConfig
from embedder.networks.poster_network import PosterNetwork
from embedder.training.checkpoints import averaged_network
from embedder.training.data import Labels, labels_of
from embedder.training.progress import silent
from genres.thresholds import best_thresholds


def test_a_finished_model_states_what_it_was_made_of(folder: Path) -> None:
    card = Embedder.load(folder).card
    assert card.name == "tiny"
    assert card.balance == pytest.approx(0.4)
    assert len(card.thresholds) == len(card.genres)


def learned_from(trained: SimpleNamespace) -> tuple[np.ndarray, PosterNetwork, Labels]:
    """The posters of a run, its network, and labels to be changed."""
    posters = np.load(trained.run / "posters.npy", mmap_mode="r")
    network = averaged_network(torch.load(trained.best, weights_only=True))
    labels = labels_of(trained.examples)
    return posters, network, labels


def test_a_poster_without_genres_is_left_out_of_the_map_of_neighbours(
    trained: SimpleNamespace,
) -> None:
    posters, network, labels = learned_from(trained)
    train = np.flatnonzero([each.split == "train" for each in trained.examples])
    labels.genres[train[3]] = 0

    def fitted(rows: np.ndarray) -> nn.Linear:
        pooled = pool(network, posters, rows)
        material = _Material(network, posters, labels, rows, rows, pooled, pooled)
        return _neighbour_map(material, NcaConfig(views=1, dimensions=4, epochs=2), silent)

    with_it, without_it = fitted(train), fitted(np.delete(train, 3))
    torch.testing.assert_close(with_it.weight, without_it.weight, rtol=1e-3, atol=1e-4)


def test_posters_without_genres_change_nothing_of_how_genres_are_read(
    trained: SimpleNamespace,
) -> None:
    posters, network, labels = learned_from(trained)
    train, val = (
        np.flatnonzero([each.split == split for each in trained.examples])
        for split in ("train", "val")
    )
    learned, judged = pool(network, posters, train), pool(network, posters, val)

    def read(copies: int) -> tuple[torch.Tensor, tuple[float, ...]]:
        """With copies of all posters, whose genres nobody knows."""
        unknown = np.zeros_like(labels.genres)
        material = _Material(
            network,
            posters,
            replace(labels, genres=np.concatenate([labels.genres] + copies * [unknown])),
            np.concatenate([train + copy * len(unknown) for copy in range(copies + 1)]),
            np.concatenate([val + copy * len(unknown) for copy in range(copies + 1)]),
            learned.repeat(copies + 1, 1),
            judged.repeat(copies + 1, 1),
        )
        reading = _genre_reading(material, ReaderConfig(hidden=16, epochs=2), silent)
        with torch.no_grad():
            return reading(judged), _thresholds(material, reading, best_thresholds)

    (logits, limits), (same_logits, same_limits) = read(0), read(1)
    torch.testing.assert_close(same_logits, logits, rtol=1e-3, atol=1e-4)
    assert same_limits == pytest.approx(limits, abs=1e-3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"balance": 1.0}, "between 0 and 1"),
        ({"nca": NcaConfig(dimensions=100_000)}, "at most"),
    ],
)
def test_what_cannot_be_finished_is_refused_before_reading(
    trained: SimpleNamespace, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    posters = np.load(trained.run / "posters.npy", mmap_mode="r")
    setting: dict[str, Any] = {
        "name": "tiny",
        "balance": 0.4,
        "thresholds": best_thresholds,
    } | change
    with pytest.raises(ValueError, match=message):
        finish(trained.best, trained.examples, posters, tmp_path, **setting)
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_val_posters_is_refused(trained: SimpleNamespace, tmp_path: Path) -> None:
    posters = np.load(trained.run / "posters.npy", mmap_mode="r")
    examples = [replace(each, split="train") for each in trained.examples]
    with pytest.raises(ValueError, match="no val posters"):
        finish(
            trained.best,
            examples,
            posters,
            tmp_path,
            name="tiny",
            balance=0.4,
            thresholds=best_thresholds,
        )
