import numpy as np
import pytest
import torch

from embedder.finishing.pooling import pool, pool_views
from embedder.networks.poster_network import PosterNetwork, Shapes

POSTERS = np.random.default_rng(0).integers(0, 256, (6, 48, 32, 3), np.uint8)
ROWS = np.array([4, 1])


@pytest.fixture(scope="module")
def network() -> PosterNetwork:
    torch.manual_seed(0)
    return PosterNetwork("custom", Shapes(4, 4, 3, 2)).eval()


def test_what_is_pooled_is_the_mean_of_the_feature_map(network: PosterNetwork) -> None:
    images = torch.from_numpy(POSTERS[ROWS]).permute(0, 3, 1, 2)
    with torch.no_grad():
        wanted = network.feature_map(images).mean((2, 3))
    torch.testing.assert_close(pool(network, POSTERS, ROWS), wanted)


def test_views_differ_from_each_other_and_repeat_with_their_seed(network: PosterNetwork) -> None:
    first, second = pool_views(network, POSTERS, ROWS, 2, 5, lambda *told: None)
    again, _ = pool_views(network, POSTERS, ROWS, 2, 5, lambda *told: None)
    assert not torch.equal(first, second)
    torch.testing.assert_close(first, again)
