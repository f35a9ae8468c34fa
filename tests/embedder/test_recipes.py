"""The papers' networks on posters of flat colours: they learn, and refuse what makes no sense."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision

from embedder.autoencoder import Autoencoder, CodeConfig
from embedder.recipes import (
    RECIPES,
    VGG_FROZEN,
    Recipe,
    RecipeClassifier,
    SingleGenreEmbedding,
    features_of,
    weights_of,
)

TINY = Recipe("custom", "none", 48, 32, hidden=(16,), dropout=0.1, lr=3e-3, epochs=12, batch=8)


def posters(count: int = 48) -> tuple[np.ndarray, np.ndarray]:
    """Red ones are dramas, blue ones comedies, noise in all."""
    rng = np.random.default_rng(0)
    kind = np.arange(count) % 2
    colours = np.array([[200, 40, 40], [40, 40, 200]])[kind]
    noise = rng.normal(0, 15, (count, 48, 32, 3))
    X = (colours[:, None, None] + noise).clip(0, 255).astype(np.uint8)
    return X, np.stack([kind == 0, kind == 1], axis=1)


def test_a_recipe_learns_what_is_plain_to_see() -> None:
    X, Y = posters()
    learnt = RecipeClassifier(TINY).fit(X[:32], Y[:32])
    said = learnt.predict_proba(X[32:])
    assert ((said >= 0) & (said <= 1)).all()
    assert (learnt.predict(X[32:]) == Y[32:]).mean() > 0.9
    assert learnt.losses[-1] < learnt.losses[0]


def test_one_seed_gives_one_network() -> None:
    X, Y = posters(16)
    short = dataclasses.replace(TINY, epochs=1)
    first, again = (RecipeClassifier(short).fit(X, Y).predict_proba(X) for _ in range(2))
    np.testing.assert_allclose(first, again, atol=1e-6)


def test_the_vgg_recipe_runs_from_a_file_of_weights(tmp_path: Path) -> None:
    torch.manual_seed(0)
    file = tmp_path / "vgg16.pt"
    published = torchvision.models.vgg16(weights=None).features
    torch.save({f"features.{k}": v for k, v in published.state_dict().items()}, file)
    recipe = dataclasses.replace(
        RECIPES["VGG-16"], weights=str(file), hidden=(20, 12, 8), epochs=1, batch=2
    )
    X = np.random.default_rng(0).integers(0, 256, (2, 100, 100, 3), dtype=np.uint8)
    features = features_of(recipe)
    assert not isinstance(features[-1], torch.nn.MaxPool2d)
    assert not any(p.requires_grad for p in features[:VGG_FROZEN].parameters())
    assert all(p.requires_grad for p in features[VGG_FROZEN:].parameters())
    said = RecipeClassifier(recipe).fit(X, np.eye(2, 6, dtype=bool)).predict_proba(X)
    assert said.shape == (2, 6)


def test_freezing_random_blocks_is_refused() -> None:
    with pytest.raises(ValueError, match="no transfer learning"):
        dataclasses.replace(RECIPES["VGG-16"], weights="none")


def test_weights_of_genres_by_hand() -> None:
    truth = torch.tensor([[1.0, 0], [1, 0], [1, 1], [0, 0]])
    present, each = weights_of(truth, "positive")
    assert each is None
    assert present is not None
    assert present.tolist() == pytest.approx([1 / 3, 3])
    present, each = weights_of(truth, "inverse")
    assert present is None
    assert each is not None
    assert each.tolist() == pytest.approx([0.5, 1.5])
    assert weights_of(truth, "none") == (None, None)


def test_proxy_anchor_with_one_genre_parts_the_genres() -> None:
    X, Y = posters()
    recipe = dataclasses.replace(TINY, hidden=(), epochs=6)
    learnt = SingleGenreEmbedding(recipe, dimensions=16).fit(X[:32], Y[:32].argmax(1))
    vectors = learnt.embeddings(X[32:])
    assert vectors.shape == (16, 16)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    cosines = vectors @ vectors.T
    assert cosines[::2, ::2].mean() > cosines[::2, 1::2].mean() + 0.3


def test_an_autoencoder_remembers_the_colours() -> None:
    X, _ = posters(24)
    learnt = Autoencoder(CodeConfig(48, 32, code=8, epochs=25, batch=8, lr=3e-3)).fit(X)
    again = learnt.reconstruct(X)
    assert again.shape == X.shape
    assert again.dtype == np.uint8
    assert np.abs(again.mean((1, 2)) - X.mean((1, 2))).mean() < 30
    assert learnt.codes(X).shape == (24, 8)
    assert learnt.losses[-1] < learnt.losses[0]


def test_misuse_is_refused() -> None:
    X, Y = posters(8)
    with pytest.raises(ValueError, match="uint8"):
        RecipeClassifier(TINY).fit(X[:, :40], Y)
    with pytest.raises(ValueError, match="genres"):
        RecipeClassifier(TINY).fit(X, Y[:3])
    for unready in (
        lambda: RecipeClassifier(TINY).predict_proba(X),
        lambda: SingleGenreEmbedding(TINY).embeddings(X),
        lambda: Autoencoder(CodeConfig()).codes(X),
        lambda: Autoencoder(CodeConfig()).reconstruct(X),
    ):
        with pytest.raises(ValueError, match="call fit"):
            unready()
    with pytest.raises(ValueError, match="multiples"):
        CodeConfig(height=50)
