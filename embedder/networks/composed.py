"""What a composed model stands on: the finished model of two parts, out of the one file."""

from __future__ import annotations

import dataclasses

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from embedder import card as cards

GRID = (6, 4)
"""Positions down and across: those of the last feature map, at 192 x 128 pixels."""
BELOW = "positions_below"
"""The positions of the model below, as a tensor within the composed one."""
HALF = "_half"
"""Ends the name of a map that is stored in half precision."""


def model_below(weights: bytes, card: cards.ModelCard) -> tuple[onnx.ModelProto, cards.ModelCard]:
    """The model of a promise and a look part that one was composed on, and its card; another model
    as it is."""
    facts = dict(card.training)
    before = facts.pop("composition", {}).get("below")
    if before is None:
        return onnx.load_from_string(weights), card
    proxies = tuple(tuple(row) for row in before["proxies"])
    simple = dataclasses.replace(
        card,
        parts=before["parts"],
        balance=before["balance"],
        proxies=proxies,
        training=facts,
        likeness=None,
    )
    return below(onnx.load_from_string(weights)), simple


def below(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model of two parts that a composed one stands on; another model as it is."""
    made_by = {output: node for node in model.graph.node for output in node.output}
    if BELOW not in made_by:
        return model
    found = onnx.ModelProto()
    found.CopyFrom(model)
    for node in found.graph.node:
        for field in (node.input, node.output):
            away = {BELOW: "positions", "positions": "composed", "embeddings": "composed_mean"}
            renamed = [away.get(each, each) for each in field]
            del field[:]
            field.extend(renamed)
    axes = numpy_helper.from_array(np.array([1, 2], dtype=np.int64), "places")
    found.graph.initializer.append(axes)
    found.graph.node.append(
        helper.make_node("ReduceMean", ["positions", "places"], ["embeddings"], keepdims=0)
    )
    shapes: dict[str, list[str | int | None]] = {
        "embeddings": ["batch", None],
        "positions": ["batch", *GRID, None],
    }
    for output in found.graph.output:
        if output.name in shapes:
            told = helper.make_tensor_value_info(
                output.name, TensorProto.FLOAT, shapes[output.name]
            )
            output.CopyFrom(told)
    _make_whole(found)
    drop_unused(found)
    return found


def _make_whole(model: onnx.ModelProto) -> None:
    """Store in full what is stored in half precision."""
    arrays = {tensor.name: tensor for tensor in model.graph.initializer}
    kept = []
    for node in model.graph.node:
        if node.op_type == "Cast" and node.input[0].endswith(HALF):
            whole = numpy_helper.to_array(arrays[node.input[0]]).astype(np.float32)
            model.graph.initializer.append(numpy_helper.from_array(whole, node.output[0]))
        else:
            kept.append(node)
    del model.graph.node[:]
    model.graph.node.extend(kept)


def drop_unused(model: onnx.ModelProto) -> None:
    """Leave out nodes whose outputs nobody reads any more."""
    needed = {output.name for output in model.graph.output}
    kept = []
    for node in reversed(model.graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    del model.graph.node[:]
    model.graph.node.extend(reversed(kept))
    constants = [each for each in model.graph.initializer if each.name in needed]
    del model.graph.initializer[:]
    model.graph.initializer.extend(constants)
