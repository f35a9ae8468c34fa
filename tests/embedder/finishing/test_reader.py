"""The hidden layer beside the affine genre head."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from embedder.finishing.export import to_onnx
from embedder.finishing.parts import EmbeddingPart
from embedder.finishing.reader import GenreReading, ReaderConfig, fit_reader, platt
from embedder.networks.poster_network import PosterNetwork, Shapes

SMALL = ReaderConfig(hidden=32, dropout=0.1, epochs=60, batch=64, lr=1e-2)


def bent(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Features [count, 6] and two genres that no affine head can tell: whether two of the features
    have one sign, and whether a third is far from 3."""
    generator = torch.Generator().manual_seed(seed)
    pooled = torch.randn(count, 6, generator=generator) + 3
    centred = pooled - 3
    labels = torch.stack([centred[:, 0] * centred[:, 1] > 0, centred[:, 2].abs() > 0.7], 1)
    return pooled, labels.float()


def test_it_reads_what_no_affine_head_can() -> None:
    pooled, labels = bent(1_500, seed=1)
    others, truth = bent(500, seed=2)
    said = fit_reader(pooled, labels, SMALL)(others) > 0
    assert (said == truth.bool()).float().mean() > 0.85


def test_one_seed_gives_one_reader() -> None:
    pooled, labels = bent(200, seed=3)
    one, other = (fit_reader(pooled, labels, SMALL)(pooled) for _ in range(2))
    assert torch.equal(one, other)


def test_posters_without_labels_are_refused() -> None:
    pooled, labels = bent(20, seed=4)
    with pytest.raises(ValueError, match="each with labels"):
        fit_reader(pooled, labels[:19], SMALL)
    with pytest.raises(ValueError, match="two posters"):
        fit_reader(pooled[:1], labels[:1], SMALL)


def test_head_and_hidden_layer_have_equal_say_and_are_calibrated_as_one() -> None:
    pooled, labels = bent(400, seed=5)
    head = nn.Linear(6, 2)
    kept = head.weight.clone()
    hidden = fit_reader(pooled, labels, SMALL)
    reading = GenreReading(head, hidden, pooled)
    before, alone = reading(pooled), hidden(pooled).clone()
    np.testing.assert_allclose(reading.head(pooled).std(0).numpy(), alone.std(0).numpy(), rtol=1e-4)
    slope, offset = torch.tensor([0.5, 2.0]), torch.tensor([-1.0, 3.0])
    reading.calibrate_(slope, offset)
    torch.testing.assert_close(reading(pooled), before * slope + offset)
    assert torch.equal(head.weight, kept), "the embedding's own genre logits are another's"


def test_the_exported_model_reads_as_torch_does() -> None:
    torch.manual_seed(6)
    network = PosterNetwork("custom", Shapes(4, 4, 2, 3)).eval()
    posters = torch.randint(0, 256, (5, 48, 32, 3), dtype=torch.uint8)
    with torch.no_grad():
        pooled = network.feature_map(posters.permute(0, 3, 1, 2)).mean((2, 3))
    labels = (torch.arange(10).reshape(5, 2) % 3 == 0).float()
    reading = GenreReading(network.genres, fit_reader(pooled, labels, SMALL), pooled)
    wanted = reading(pooled).sigmoid()
    parts = (
        EmbeddingPart("promise", (network.promise,)),
        EmbeddingPart("look", (network.look,)),
    )
    session = onnxruntime.InferenceSession(to_onnx(network, parts, reading, 48, 32))
    (found,) = session.run(["genres"], {"posters": posters.numpy()})
    np.testing.assert_allclose(found, wanted.numpy(), atol=1e-4)


def test_platt_scaling_recovers_a_known_calibration() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20_000, 1))
    truth = (rng.random((20_000, 1)) < 1 / (1 + np.exp(-(0.5 * logits - 1)))).astype(np.float32)
    slope, offset = platt(logits, truth)
    assert slope[0] == pytest.approx(0.5, abs=0.03)
    assert offset[0] == pytest.approx(-1, abs=0.06)
