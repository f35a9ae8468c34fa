import numpy as np
import pytest
from numpy.typing import NDArray

from index import PosterIndex


def clustered(count: int, dimensions: int, seed: int) -> NDArray[np.float32]:
    """float32[count, dimensions] in clusters, of lengths that differ as a network's do."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(20, dimensions)) * rng.lognormal(0, 0.4, size=(20, 1))
    noise = 0.7 * rng.normal(size=(count, dimensions))
    return (centres[rng.integers(0, 20, count)] + noise).astype(np.float32)


@pytest.fixture(scope="session")
def vectors() -> NDArray[np.float32]:
    """float32[240, 16]; the last ten are copies of the first ten."""
    made = clustered(240, 16, seed=7)
    made[-10:] = made[:10]
    return made


@pytest.fixture(scope="session")
def poster_ids() -> NDArray[np.int64]:
    """int64[240], unique, neither sorted nor dense."""
    return np.random.default_rng(8).permutation(np.arange(1000, 1000 + 3 * 240, 3))


@pytest.fixture(scope="session")
def built(
    tmp_path_factory: pytest.TempPathFactory,
    poster_ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
) -> PosterIndex:
    root = tmp_path_factory.mktemp("shared_index")
    return PosterIndex.build(root, poster_ids, vectors, model="m" * 64)


@pytest.fixture(scope="session")
def halved(
    tmp_path_factory: pytest.TempPathFactory,
    poster_ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
) -> PosterIndex:
    """Half of the posters; the tests add the others."""
    root = tmp_path_factory.mktemp("halved")
    return PosterIndex.build(root, poster_ids[:120], vectors[:120], model="m" * 64)
