from typing import Any

import numpy as np
import pytest
import torch

from embedder.networks.poster_network import PosterNetwork, Shapes
from embedder.training.averaging import measure_statistics, mix_in

SHAPES = Shapes(4, 4, 3, 2)


def network(seed: int, shapes: Shapes = SHAPES) -> PosterNetwork:
    torch.manual_seed(seed)
    return PosterNetwork("custom", shapes).eval()


def test_weights_move_by_the_share() -> None:
    own, other = network(1), network(2)
    before = [each.clone() for each in own.parameters()]
    mix_in(own, other, 0.25)
    for now, was, its in zip(own.parameters(), before, other.parameters(), strict=True):
        assert torch.allclose(now, 0.75 * was + 0.25 * its, atol=1e-6)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        mix_in(network(1), network(2), share)


def test_weights_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="another shape"):
        mix_in(network(1), network(2, Shapes(5, 4, 3, 2)), 0.5)


def test_statistics_are_those_of_the_posters_whatever_they_were() -> None:
    posters = np.random.default_rng(0).integers(0, 256, (128, 32, 32, 3), np.uint8)
    own = network(1)
    features: Any = own.features
    first = features[0][1]
    first.running_mean.fill_(7.0)
    measure_statistics(own, posters)
    with torch.no_grad():
        images = torch.from_numpy(posters).permute(0, 3, 1, 2)
        seen = features[0][0]((images.float() - own.mean) / own.std)
    assert torch.allclose(first.running_mean, seen.mean((0, 2, 3)), atol=1e-3)
    assert torch.allclose(first.running_var, seen.var((0, 2, 3)), rtol=1e-2)
    assert not own.training
    assert not first.training
