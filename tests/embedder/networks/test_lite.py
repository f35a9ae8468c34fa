"""EfficientNet-Lite0 is the published network, its weights told apart by their order."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from embedder.networks.lite import lite, lite0, published_names, published_stages
from embedder.networks.poster_network import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    PosterNetwork,
    Shapes,
    load_weights,
)

PUBLISHED_PARAMETERS = 4_652_008  # with its classifier of 1,000 classes
CLASSIFIER = 1280 * 1000 + 1000
SHAPES = Shapes(promise=8, look=6, genres=3, decades=2)


def published(features: nn.Module) -> dict[str, Tensor]:
    """These weights as a published file has them: other names, the same order, a classifier."""
    state = {f"_layer_{number}": v for number, v in enumerate(features.state_dict().values())}
    return state | {"_fc.weight": torch.zeros(1000, 1280), "_fc.bias": torch.zeros(1000)}


def test_it_has_as_many_parameters_as_the_published_network() -> None:
    own = sum(parameter.numel() for parameter in lite0().parameters())
    assert own + CLASSIFIER == PUBLISHED_PARAMETERS


def test_others_have_more_and_wider_blocks() -> None:
    """Published as EfficientNet-Lite2, with its classifier of 1,000 classes."""
    stages = [(16, 1), (24, 3), (48, 3), (88, 4), (120, 4), (208, 5), (352, 1)]
    own = sum(parameter.numel() for parameter in lite(stages).parameters())
    assert own + CLASSIFIER == 6_092_072


def test_stages_are_told_from_a_published_state() -> None:
    outputs = (6, 8, 8, 9, 10, 11, 12, 13)
    state = {
        f"_blocks.{number}._project_conv.weight": torch.zeros(channels, 1, 1, 1)
        for number, channels in enumerate(outputs)
    }
    wanted = [(6, 1), (8, 2), (9, 1), (10, 1), (11, 1), (12, 1), (13, 1)]
    assert published_stages(state) == wanted
    with pytest.raises(ValueError, match="has 7 stages, this has 2"):
        published_stages(dict(list(state.items())[:2]))


def test_it_halves_five_times() -> None:
    with torch.no_grad():
        assert lite0().eval()(torch.zeros(1, 3, 192, 128)).shape == (1, 1280, 6, 4)


def test_halving_pads_as_tensorflow_does() -> None:
    """A kernel of 3 over an even size starts at its first pixel, one of 5 a pixel before it."""
    features = lite0().eval()
    padding = [each.padding for each in features.modules() if isinstance(each, nn.ZeroPad2d)]
    assert padding == [(0, 1, 0, 1), (0, 1, 0, 1), (1, 2, 1, 2), (0, 1, 0, 1), (1, 2, 1, 2)]


def test_published_weights_read_the_same_image_in_our_normalisation(tmp_path: Path) -> None:
    torch.manual_seed(0)
    theirs = lite0().eval()
    for each in theirs.modules():
        if isinstance(each, nn.BatchNorm2d):
            each.running_mean.normal_(std=0.1)  # type: ignore[union-attr]
    torch.save(published(theirs), tmp_path / "lite0.pth")
    network = PosterNetwork("efficientnet_lite0", SHAPES).eval()
    load_weights(network, "efficientnet_lite0", str(tmp_path / "lite0.pth"))
    features: Any = network.features
    image = torch.randint(0, 256, (2, 3, 96, 64), dtype=torch.uint8)
    with torch.no_grad():
        ours = features[0]((image - network.mean) / network.std)
        wanted = theirs.get_submodule("0")((image.float() - 127) / 128)
    inside = (..., slice(0, -1), slice(0, -1))  # what pads the border is another grey
    torch.testing.assert_close(ours[inside], wanted[inside], atol=1e-4, rtol=1e-4)


def test_the_weights_of_another_network_are_refused() -> None:
    state = dict(list(published(lite0()).items())[3:])
    with pytest.raises(ValueError, match="tensors make efficientnet_lite0"):
        published_names(state, lite0(), IMAGENET_MEAN, IMAGENET_STD)


def test_its_weights_are_not_among_torchvisions() -> None:
    with pytest.raises(ValueError, match="no published weights for efficientnet_lite0"):
        load_weights(PosterNetwork("efficientnet_lite0", SHAPES), "efficientnet_lite0", "imagenet")
