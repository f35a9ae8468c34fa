import numpy as np
import pytest
from numpy.typing import NDArray

Posters = tuple[NDArray[np.float32], NDArray[np.bool_]]


@pytest.fixture
def posters() -> Posters:
    """Features float32[60, 4] that tell a little about three genres, Y bool[60, 3]."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(60, 4)).astype(np.float32)
    Y = X[:, :3] + rng.normal(size=(60, 3)) > [0.8, 0.0, -0.8]
    return X, Y
