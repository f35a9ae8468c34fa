from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from embedder.augment import augment, mix
from embedder.backbones import BACKBONES, classifier
from embedder.network import (
    PosterNetwork,
    Shapes,
    load_weights,
    soft_scores,
)

SHAPES = Shapes(promise=8, look=6, genres=3, decades=2)


@pytest.mark.parametrize("backbone", sorted(BACKBONES))
def test_every_backbone_reads_upright_posters(backbone: str) -> None:
    network = PosterNetwork(backbone, SHAPES).eval()
    with torch.no_grad():
        outputs = network(torch.zeros(2, 3, 96, 64, dtype=torch.uint8))
    assert outputs.promise.shape == (2, 8)
    assert outputs.look.shape == (2, 6)
    assert outputs.genres.shape == (2, 3)
    assert outputs.decades.shape == (2, 2)
    assert outputs.scores.shape == (2, 5)


def test_an_embedding_is_the_mean_of_its_positions() -> None:
    network = PosterNetwork("custom", SHAPES).eval()
    images = torch.randint(0, 256, (2, 3, 96, 64), dtype=torch.uint8)
    with torch.no_grad():
        features = network.feature_map(images)
        positions = network.promise(features.permute(0, 2, 3, 1))
        torch.testing.assert_close(positions.mean((1, 2)), network(images).promise)


def test_depthwise_convolutions_stay_exact_under_autocast() -> None:
    network = PosterNetwork("mobilenet_v2", SHAPES).eval()
    given: dict[bool, set[torch.dtype]] = {True: set(), False: set()}
    for each in network.features.modules():
        if isinstance(each, nn.Conv2d):
            each.register_forward_hook(
                lambda module, _, out: given[module.groups > 1].add(out.dtype)
            )
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        network(torch.zeros(1, 3, 96, 64, dtype=torch.uint8))
    assert given == {True: {torch.float32}, False: {torch.bfloat16}}


def test_frozen_blocks_do_not_learn_and_keep_their_statistics() -> None:
    network = PosterNetwork("custom", SHAPES)
    network.freeze(2)
    network.train()
    before = {k: v.clone() for k, v in network.features[0].state_dict().items()}
    moved = network.features[4][1].running_mean.clone()
    network(torch.randint(0, 256, (4, 3, 64, 64), dtype=torch.uint8)).genres.sum().backward()
    assert all(p.grad is None for p in network.features[:2].parameters())
    assert all(p.grad is not None for p in network.features[2:].parameters())
    assert all(torch.equal(v, before[k]) for k, v in network.features[0].state_dict().items())
    assert not torch.equal(network.features[4][1].running_mean, moved)


@pytest.mark.parametrize("blocks", [-1, 6])
def test_freezing_blocks_that_do_not_exist_is_refused(blocks: int) -> None:
    with pytest.raises(ValueError, match="blocks"):
        PosterNetwork("custom", SHAPES).freeze(blocks)


@pytest.mark.parametrize("backbone", ["mobilenet_v2", "resnet18"])
def test_a_classifiers_state_dict_fills_the_backbone(backbone: str, tmp_path: Path) -> None:
    whole = classifier(backbone)
    path = tmp_path / "weights.safetensors"
    state = {k: v.half() for k, v in whole.state_dict().items() if "num_batches" not in k}
    save_file({k: v.contiguous() for k, v in state.items()}, path)
    network = PosterNetwork(backbone, SHAPES)
    load_weights(network, backbone, str(path))
    first = next(network.features.parameters())
    torch.testing.assert_close(first, next(whole.parameters()).half().float())


def test_weights_of_another_backbone_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    torch.save(classifier("resnet18").state_dict(), path)
    with pytest.raises(ValueError, match="does not fit mobilenet_v2"):
        load_weights(PosterNetwork("mobilenet_v2", SHAPES), "mobilenet_v2", str(path))


def test_a_checkpoint_of_ours_fills_backbone_and_heads(tmp_path: Path) -> None:
    trained = PosterNetwork("custom", SHAPES)
    torch.save({"network": trained.state_dict()}, tmp_path / "best.pt")
    network = PosterNetwork("custom", SHAPES)
    load_weights(network, "custom", str(tmp_path / "best.pt"))
    torch.testing.assert_close(network.genres.weight, trained.genres.weight)
    torch.testing.assert_close(network.features[4][0].weight, trained.features[4][0].weight)


def test_missing_weights_and_unknown_backbones_are_refused(tmp_path: Path) -> None:
    network = PosterNetwork("custom", SHAPES)
    with pytest.raises(ValueError, match="no weights at"):
        load_weights(network, "custom", str(tmp_path / "none.pt"))
    with pytest.raises(ValueError, match="no published weights"):
        load_weights(network, "custom", "imagenet")
    with pytest.raises(ValueError, match="unknown backbone"):
        PosterNetwork("alexnet9", SHAPES)


@pytest.mark.parametrize("sizes", [(0, 1, 1, 1), (200, 200, 1, 1)])
def test_impossible_shapes_are_refused(sizes: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"positive|384"):
        Shapes(*sizes)


def test_scores_are_shared_between_the_two_nearest_bins() -> None:
    scores = soft_scores(torch.tensor([5.0, 6.0, 9.9, 0.2, float("nan")]))
    expected = torch.tensor(
        [[0, 0, 1, 0, 0], [0, 0, 0.5, 0.5, 0], [0, 0, 0, 0, 1], [1, 0, 0, 0, 0], [0] * 5]
    )
    torch.testing.assert_close(scores, expected.float())


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
    mixed, partner, share = mix(images, generator)
    own = torch.arange(8.0)
    expected = own * share + own[partner] * (1 - share)
    np.testing.assert_allclose(mixed.mean((1, 2, 3)), expected, atol=1e-4)
    assert (share >= 0.5).all()
