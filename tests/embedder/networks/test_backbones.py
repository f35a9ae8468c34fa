from pathlib import Path
from typing import NoReturn
from urllib.error import URLError

import pytest
import torch
from safetensors.torch import save_file

from embedder.networks.backbones import BACKBONES, torchvision_classifier
from embedder.networks.poster_network import (
    PosterNetwork,
    Shapes,
    load_weights,
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


@pytest.mark.parametrize("backbone", ["mobilenet_v2", "resnet18"])
def test_a_classifiers_state_dict_fills_the_backbone(backbone: str, tmp_path: Path) -> None:
    whole = torchvision_classifier(backbone)
    path = tmp_path / "weights.safetensors"
    state = {k: v.half() for k, v in whole.state_dict().items() if "num_batches" not in k}
    save_file({k: v.contiguous() for k, v in state.items()}, path)
    network = PosterNetwork(backbone, SHAPES)
    load_weights(network, backbone, str(path))
    first = next(network.features.parameters())
    torch.testing.assert_close(first, next(whole.parameters()).half().float())


def test_weights_of_another_backbone_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    torch.save(torchvision_classifier("resnet18").state_dict(), path)
    with pytest.raises(ValueError, match="does not fit mobilenet_v2"):
        load_weights(PosterNetwork("mobilenet_v2", SHAPES), "mobilenet_v2", str(path))


def test_missing_weights_and_unknown_backbones_are_refused(tmp_path: Path) -> None:
    network = PosterNetwork("custom", SHAPES)
    with pytest.raises(ValueError, match="no weights at"):
        load_weights(network, "custom", str(tmp_path / "none.pt"))
    with pytest.raises(ValueError, match="no published weights"):
        load_weights(network, "custom", "imagenet")
    with pytest.raises(ValueError, match="unknown backbone"):
        PosterNetwork("alexnet9", SHAPES)


@pytest.mark.parametrize("suffix", ["pt", "safetensors"])
@pytest.mark.parametrize("content", [b"", b"<!doctype html>", b"."])
def test_a_file_of_anything_but_weights_is_refused(
    suffix: str, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / f"weights.{suffix}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{path.name} holds no weights"):
        load_weights(PosterNetwork("custom", SHAPES), "custom", str(path))


def test_weights_of_a_wider_network_are_refused(tmp_path: Path) -> None:
    network = PosterNetwork("custom", SHAPES)
    state = network.state_dict()
    torch.save(state | {"features.0.0.weight": torch.zeros(64, 3, 3, 3)}, tmp_path / "wide.pt")
    with pytest.raises(ValueError, match=r"wide\.pt has tensors of other sizes than custom"):
        load_weights(network, "custom", str(tmp_path / "wide.pt"))


@pytest.mark.parametrize("error", [URLError("no route"), RuntimeError("invalid hash value")])
def test_published_weights_that_cannot_be_had_are_a_refusal_that_names_others(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(name: str, weights: str | None = None) -> NoReturn:
        raise error

    network = PosterNetwork("custom", SHAPES)
    monkeypatch.setattr("embedder.networks.poster_network.torchvision_classifier", offline)
    with pytest.raises(ValueError, match=f"{error}.*--weights FILE .* --weights packaged"):
        load_weights(network, "mobilenet_v2", "imagenet")
