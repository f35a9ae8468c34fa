"""The composition part set on top of a graph."""

import numpy as np
import onnxruntime
import pytest
import torch

from embedder.card import PACKAGED, load_model
from embedder.composing.cells import CellReader, depths_of
from embedder.composing.composition import Composition
from embedder.composing.graph import composed
from embedder.networks.composed import model_below


@pytest.mark.slow
def test_the_graph_gives_what_the_module_gives() -> None:
    weights, finished, _ = load_model(PACKAGED)
    network, card = model_below(weights, finished)
    reader = CellReader(network, card)
    generator = torch.Generator().manual_seed(0)
    composition = Composition(depths_of(card), 5)
    with torch.no_grad():
        for parameter in composition.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.05)
    matrix = torch.randn(card.dimensions, 7, generator=generator) * 0.05
    look = slice(card.parts["promise"], card.dimensions)
    made = composed(network, reader.taps, matrix, look, composition)

    posters = np.random.default_rng(0).integers(0, 256, (3, 192, 128, 3), np.uint8)
    session = onnxruntime.InferenceSession(made, providers=["CPUExecutionProvider"])
    whole, positions = session.run(["embeddings", "positions"], {"posters": posters})
    ((cells, embeddings),) = reader.read(posters, np.arange(3))
    with torch.no_grad():
        by_hand = torch.cat([embeddings @ matrix, composition(cells).mean(1)], 1).numpy()
    assert whole.shape == (3, 12)
    # The maps are stored in half precision.
    assert np.allclose(whole, by_hand, atol=2e-3 * np.abs(by_hand).max())
    assert np.allclose(positions.mean((1, 2)), whole, atol=1e-5)
