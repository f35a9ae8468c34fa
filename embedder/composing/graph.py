"""A finished model's graph with the composition part on top; what it reads stays as it is."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, compose, helper, numpy_helper
from torch import Tensor, nn

from embedder.composing.cells import Tap, cells_of
from embedder.composing.composition import Composition
from embedder.networks.composed import BELOW, GRID, HALF, drop_unused

_TOP = "top_"
_READ = ("genres", "decades", "scores")


class _Top(nn.Module):
    """Tapped maps and the finished model's positions to the positions of all three parts."""

    def __init__(self, matrix: Tensor, look: slice, composition: Composition) -> None:
        super().__init__()
        self.matrix = nn.Buffer(matrix)
        self.look = look
        self.composition = composition

    def forward(self, positions: Tensor, *maps: Tensor) -> tuple[Tensor, Tensor]:
        cells = cells_of(list(maps), positions[..., self.look])
        own = self.composition(cells)
        whole = torch.cat([positions.flatten(1, 2) @ self.matrix, own], -1)
        return whole.mean(1), whole.reshape(-1, *GRID, whole.shape[-1])


def composed(
    model: onnx.ModelProto,
    taps: list[Tap],
    matrix: Tensor,
    look: slice,
    composition: Composition,
) -> bytes:
    """The model's ONNX file with `embeddings` and `positions` of three parts.

    Args:
        model: of two parts, whose readings and whose cost stay.
        matrix: float32 [D, promise + look], to the smaller parts.
        look: columns of the look part in the model's own positions.
    """
    base = onnx.ModelProto()
    base.CopyFrom(model)
    outputs = {each.name: each for each in base.graph.output}
    del base.graph.output[:]
    base.graph.output.extend(outputs[name] for name in (*_READ, "positions"))
    base.graph.output.extend(
        helper.make_tensor_value_info(
            tap.tensor, TensorProto.FLOAT, ["batch", tap.channels, tap.height, tap.width]
        )
        for tap in taps
    )
    drop_unused(base)
    top = compose.add_prefix(_exported(_Top(matrix, look, composition), taps), _TOP)
    joined = compose.merge_models(
        base,
        top,
        io_map=[("positions", f"{_TOP}below"), *((t.tensor, f"{_TOP}{t.tensor}") for t in taps)],
        outputs=[*_READ, f"{_TOP}embeddings", f"{_TOP}positions"],
    )
    return bytes(_named(joined).SerializeToString())


def _exported(top: _Top, taps: list[Tap]) -> onnx.ModelProto:
    """The part on top as a graph of its own."""
    below = torch.zeros(2, *GRID, top.matrix.shape[0])
    maps = [torch.zeros(2, tap.channels, tap.height, tap.width) for tap in taps]
    batch = {0: torch.export.Dim("batch", min=1, max=4096)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "top.onnx"
        torch.onnx.export(
            top.eval(),
            (below, *maps),
            path,
            input_names=["below", *(tap.tensor for tap in taps)],
            output_names=["embeddings", "positions"],
            dynamic_shapes=(batch, tuple({0: torch.export.Dim.AUTO} for _ in maps)),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        return onnx.load(path)


def _named(model: onnx.ModelProto) -> onnx.ModelProto:
    """The joined graph with the outputs under the names that every model has, and its large maps
    stored in half precision: ONNX Runtime makes them whole again when it loads the file."""
    names = {f"{_TOP}embeddings": "embeddings", f"{_TOP}positions": "positions"}
    inside = {"positions": BELOW}
    for node in model.graph.node:
        for field in (node.input, node.output):
            renamed = [names.get(each, inside.get(each, each)) for each in field]
            del field[:]
            field.extend(renamed)
    for output in model.graph.output:
        output.name = names.get(output.name, output.name)
    for holder in (model, model.graph, *model.graph.node, *model.graph.value_info):
        holder.ClearField("metadata_props")
        holder.ClearField("doc_string")
    del model.graph.value_info[:]
    _halve(model)
    onnx.checker.check_model(model)
    return model


def _halve(model: onnx.ModelProto) -> None:
    """Store what only embeddings are made of as float16: the composition part's own maps, and the
    maps of the two parts below, told by being multiplied with the last feature map."""
    wide = {
        name
        for node in model.graph.node
        if node.op_type == "MatMul" or any(each.startswith(_TOP) for each in node.input)
        for name in node.input
    }
    casts = []
    for tensor in list(model.graph.initializer):
        large = np.prod(tensor.dims) >= 100_000
        if tensor.name in wide and large and tensor.data_type == TensorProto.FLOAT:
            half = numpy_helper.to_array(tensor).astype(np.float16)
            model.graph.initializer.remove(tensor)
            model.graph.initializer.append(numpy_helper.from_array(half, f"{tensor.name}{HALF}"))
            casts.append(
                helper.make_node(
                    "Cast", [f"{tensor.name}{HALF}"], [tensor.name], to=TensorProto.FLOAT
                )
            )
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
