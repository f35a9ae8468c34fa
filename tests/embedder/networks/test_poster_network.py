from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from embedder.networks.poster_network import (
    PosterNetwork,
    Shapes,
    load_weights,
    soft_scores,
)

SHAPES = Shapes(promise=8, look=6, genres=3, decades=2)


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
    features: Any = network.features
    before = {k: v.clone() for k, v in features[0].state_dict().items()}
    moved = features[4][1].running_mean.clone()
    network(torch.randint(0, 256, (4, 3, 64, 64), dtype=torch.uint8)).genres.sum().backward()
    assert all(p.grad is None for p in features[:2].parameters())
    assert all(p.grad is not None for p in features[2:].parameters())
    assert all(torch.equal(v, before[k]) for k, v in features[0].state_dict().items())
    assert not torch.equal(features[4][1].running_mean, moved)


@pytest.mark.parametrize("blocks", [-1, 6])
def test_freezing_blocks_that_do_not_exist_is_refused(blocks: int) -> None:
    with pytest.raises(ValueError, match="blocks"):
        PosterNetwork("custom", SHAPES).freeze(blocks)


def test_a_checkpoint_of_ours_fills_backbone_and_heads(tmp_path: Path) -> None:
    trained = PosterNetwork("custom", SHAPES)
    torch.save({"network": trained.state_dict()}, tmp_path / "best.pt")
    network = PosterNetwork("custom", SHAPES)
    load_weights(network, "custom", str(tmp_path / "best.pt"))
    torch.testing.assert_close(network.genres.weight, trained.genres.weight)
    ours: Any = network.features
    theirs: Any = trained.features
    torch.testing.assert_close(ours[4][0].weight, theirs[4][0].weight)


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
