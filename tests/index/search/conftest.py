"""A catalogue just large enough to be searched by graphs."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Options, PosterIndex, Storage
from index.manifest import GraphFacts
from index.search.graph import EXACT_BELOW

COUNT = EXACT_BELOW + 4_000


@pytest.fixture(scope="session")
def drawn() -> NDArray[np.float32]:
    """float32[COUNT + 60, 16] in soft clusters."""
    rng = np.random.default_rng(21)
    centres = rng.normal(size=(300, 16)) * rng.lognormal(0, 0.2, size=(300, 1))
    noise = 0.5 * rng.normal(size=(COUNT + 60, 16))
    return (centres[rng.integers(0, 300, COUNT + 60)] + noise).astype(np.float32)


@pytest.fixture(scope="session")
def posters(drawn: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[COUNT, 16]; the last is a copy of the first."""
    return np.concatenate([drawn[: COUNT - 1], drawn[:1]])


@pytest.fixture(scope="session")
def ids() -> NDArray[np.int64]:
    return np.random.default_rng(22).permutation(np.arange(10, 10 + 2 * COUNT, 2))


@pytest.fixture(scope="session", params=Storage)
def folder(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    posters: NDArray[np.float32],
    ids: NDArray[np.int64],
) -> Path:
    options = Options(exact_up_to=COUNT - 1, storage=request.param)
    root = tmp_path_factory.mktemp("graphs")
    made = PosterIndex.build(root, ids, posters, model="m", options=options)
    return root / made.manifest.fingerprint


@pytest.fixture(scope="session")
def graphs(folder: Path) -> PosterIndex:
    return PosterIndex.load(folder.parent)


def facts_of(index: PosterIndex) -> GraphFacts:
    facts = index.manifest.graph
    assert facts is not None
    return facts
