import numpy as np
import pytest
import torch

from embedder.training.augment import augment, mixed_pairs


def test_augmentation_is_seeded_sized_and_in_range() -> None:
    posters = torch.randint(0, 256, (16, 3, 106, 72), dtype=torch.uint8)
    once = augment(posters, 96, 64, torch.Generator().manual_seed(3))
    again = augment(posters, 96, 64, torch.Generator().manual_seed(3))
    other = augment(posters, 96, 64, torch.Generator().manual_seed(4))
    assert once.shape == (16, 3, 96, 64)
    assert torch.equal(once, again)
    assert not torch.equal(once, other)
    assert once.min() >= 0
    assert once.max() <= 255


def test_a_flat_poster_stays_upright_and_flat_but_for_colour_and_patches() -> None:
    posters = torch.full((32, 3, 106, 72), 100, dtype=torch.uint8)
    images = augment(posters, 96, 64, torch.Generator().manual_seed(0))
    spread = images.flatten(2).std(2).amax(1)
    assert (spread < 1e-3).float().mean() > 0.5  # the rest have an erased patch


@pytest.mark.parametrize("seed", range(6))
def test_mixing_states_each_posters_own_share(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    images = torch.arange(8.0).view(8, 1, 1, 1).expand(8, 3, 40, 20)
    mixed, partner, share = mixed_pairs(images, generator)
    own = torch.arange(8.0)
    expected = own * share + own[partner] * (1 - share)
    np.testing.assert_allclose(mixed.mean((1, 2, 3)), expected, atol=1e-4)
    assert (share >= 0.5).all()
