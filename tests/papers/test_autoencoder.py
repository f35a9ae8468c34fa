import numpy as np
import pytest

from papers.autoencoder import Autoencoder, CodeConfig


def posters(count: int = 48) -> tuple[np.ndarray, np.ndarray]:
    """Red ones are dramas, blue ones comedies, noise in all."""
    rng = np.random.default_rng(0)
    kind = np.arange(count) % 2
    colours = np.array([[200, 40, 40], [40, 40, 200]])[kind]
    noise = rng.normal(0, 15, (count, 48, 32, 3))
    X = (colours[:, None, None] + noise).clip(0, 255).astype(np.uint8)
    return X, np.stack([kind == 0, kind == 1], axis=1)


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
    X, _ = posters(8)
    for unready in (
        lambda: Autoencoder(CodeConfig()).codes(X),
        lambda: Autoencoder(CodeConfig()).reconstruct(X),
    ):
        with pytest.raises(ValueError, match="call fit"):
            unready()
    with pytest.raises(ValueError, match="multiples"):
        CodeConfig(height=50)
