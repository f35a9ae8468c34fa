import dataclasses

import numpy as np
import pytest

from papers.recipe_networks import RecipeClassifier, SingleGenreEmbedding
from papers.recipes import Recipe

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


def test_proxy_anchor_with_one_genre_parts_the_genres() -> None:
    X, Y = posters()
    recipe = dataclasses.replace(TINY, hidden=(), epochs=6)
    learnt = SingleGenreEmbedding(recipe, dimensions=16).fit(X[:32], Y[:32].argmax(1))
    vectors = learnt.embeddings(X[32:])
    assert vectors.shape == (16, 16)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    cosines = vectors @ vectors.T
    assert cosines[::2, ::2].mean() > cosines[::2, 1::2].mean() + 0.3


def test_misuse_is_refused() -> None:
    X, Y = posters(8)
    with pytest.raises(ValueError, match="uint8"):
        RecipeClassifier(TINY).fit(X[:, :40], Y)
    with pytest.raises(ValueError, match="genres"):
        RecipeClassifier(TINY).fit(X, Y[:3])
    for unready in (
        lambda: RecipeClassifier(TINY).predict_proba(X),
        lambda: SingleGenreEmbedding(TINY).embeddings(X),
    ):
        with pytest.raises(ValueError, match="call fit"):
            unready()
