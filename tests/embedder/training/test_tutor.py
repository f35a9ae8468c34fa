"""A tutor softens labels by what it reads, and is refused where it reads something else."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from embedder import Embedder, ModelError
from embedder.training.config import TrainingConfig
from embedder.training.data import Labels
from embedder.training.tutor import tutored


@pytest.fixture
def posters(tiny_model: Path) -> np.ndarray:
    card = Embedder.load(tiny_model).card
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (9, card.height, card.width, 3), np.uint8)


@pytest.fixture
def labels(tiny_model: Path) -> Labels:
    names = Embedder.load(tiny_model).card.genres[::-1]
    known = np.eye(9, len(names), dtype=np.float32)
    return Labels(names, (), known, np.zeros((9, 0), np.float32), np.zeros(9, np.float32))


def config(tutor: Path | str, share: float = 0.25) -> TrainingConfig:
    return TrainingConfig(tutor=str(tutor), tutor_share=share)


def test_what_is_learned_lies_between_label_and_reading(
    tiny_model: Path, posters: np.ndarray, labels: Labels
) -> None:
    rows = np.array([7, 2, 4])
    told: list[tuple[int, int]] = []
    soft = tutored(labels, posters, rows, config(tiny_model), lambda *at: told.append(at))
    read = Embedder.load(tiny_model).read_arrays(posters[rows]).genres[:, ::-1]
    np.testing.assert_allclose(soft, 0.75 * labels.genres[rows] + 0.25 * read, atol=1e-6)
    assert soft.dtype == np.float32
    assert told[-1] == (3, 3)


def test_a_share_of_nought_leaves_the_labels(
    tiny_model: Path, posters: np.ndarray, labels: Labels
) -> None:
    soft = tutored(labels, posters, np.arange(9), config(tiny_model, 0.0))
    np.testing.assert_array_equal(soft, labels.genres)


def test_a_tutor_of_other_genres_or_another_size_is_refused(
    tiny_model: Path, posters: np.ndarray, labels: Labels
) -> None:
    other = dataclasses.replace(labels, genre_names=("Opera", *labels.genre_names[1:]))
    with pytest.raises(ValueError, match="other genres"):
        tutored(other, posters, np.arange(9), config(tiny_model))
    with pytest.raises(ValueError, match="posters must be uint8"):
        tutored(labels, posters[:, ::2], np.arange(9), config(tiny_model))


def test_a_tutor_that_is_no_model_is_refused(
    tmp_path: Path, posters: np.ndarray, labels: Labels
) -> None:
    with pytest.raises(ValueError, match="must be a model's folder"):
        tutored(labels, posters, np.arange(9), config(tmp_path / "nothing"))
    with pytest.raises(ModelError):
        tutored(labels, posters, np.arange(9), config(tmp_path))


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_an_impossible_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="tutor_share"):
        TrainingConfig(tutor_share=share)
