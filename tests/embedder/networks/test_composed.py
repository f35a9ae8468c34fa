"""What a composed model stands on comes out of its file again."""

import numpy as np
import onnx
import onnxruntime
import pytest

from embedder.card import PACKAGED, load_model
from embedder.networks.composed import below, model_below


@pytest.mark.slow
def test_the_packaged_model_stands_on_one_of_two_parts_that_reads_the_same() -> None:
    weights, card, _ = load_model(PACKAGED)
    model, simple = model_below(weights, card)
    assert list(simple.parts) == ["promise", "look"]
    assert "composition" not in simple.training
    posters = np.random.default_rng(0).integers(0, 256, (2, 192, 128, 3), np.uint8)
    whole, lower = (
        onnxruntime.InferenceSession(each, providers=["CPUExecutionProvider"])
        for each in (weights, model.SerializeToString())
    )
    (genres,) = whole.run(["genres"], {"posters": posters})
    names = ["genres", "embeddings", "positions"]
    again, embeddings, positions = lower.run(names, {"posters": posters})
    assert np.array_equal(genres, again)
    assert embeddings.shape == (2, sum(simple.parts.values()))
    assert np.allclose(positions.mean((1, 2)), embeddings, atol=1e-5)


@pytest.mark.slow
def test_it_is_smaller_and_stands_on_nothing_else() -> None:
    weights, card, _ = load_model(PACKAGED)
    model, simple = model_below(weights, card)
    assert not [name for node in model.graph.node for name in node.output if "top_" in name]
    onnx.checker.check_model(model)
    assert below(model) is model
    assert model_below(model.SerializeToString(), simple)[1] is simple
