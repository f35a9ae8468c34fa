"""A model of one convolution, untrained, with all that a real one has; and a card by hand."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from embedder import ModelCard
from embedder.likeness import LikenessModel

HEIGHT, WIDTH, CHANNELS = 96, 64, 24
PARTS = {"promise": 20, "look": 12}
GENRES = ("Drama", "Comedy", "Thriller", "Romance", "Action", "Horror", "Western")
DECADES = tuple(str(year) for year in range(1930, 2030, 10))


def tiny_card(name: str) -> ModelCard:
    return ModelCard(
        name=name,
        backbone="custom",
        height=HEIGHT,
        width=WIDTH,
        parts=PARTS,
        balance=0.5,
        genres=GENRES,
        thresholds=(0.5,) * len(GENRES),
        decades=DECADES,
        # What the proxies leave of the promise part are genre logits.
        proxies=tuple(
            (1.0, *(0.0,) * (PARTS["promise"] - len(GENRES) - 1)) for _ in (*GENRES, *DECADES)
        ),
    )


def tiny_likeness() -> LikenessModel:
    """By the plain cosines of both parts: .98 for a poster and itself."""
    return LikenessModel(
        weights=(1.0,) * sum(PARTS.values()),
        slopes={"promise": 3.0, "look": 5.0},
        offset=-4.0,
        very_like=0.9,
        like=0.7,
        facts={"graded_by": "two designers"},
    )


def tiny_onnx(seed: int = 0) -> onnx.ModelProto:
    """posters uint8 [B, 96, 64, 3] to a reading, by the layout of embedder.finishing.export."""
    rng = np.random.default_rng(seed)
    size = sum(PARTS.values())

    def weights(name: str, *shape: int) -> onnx.TensorProto:
        values = rng.normal(0, 1 / np.sqrt(np.prod(shape[-2:])), shape)
        return numpy_helper.from_array(values.astype(np.float32), name)

    def constant(name: str, *values: float, dtype: type = np.float32) -> onnx.TensorProto:
        return numpy_helper.from_array(np.array(values, dtype=dtype), name)

    node = helper.make_node
    heads = {"genres": len(GENRES), "decades": len(DECADES), "scores": 5}
    nodes = [
        node("Cast", ["posters"], ["cast"], to=TensorProto.FLOAT),
        node("Div", ["cast", "scale"], ["unit"]),
        node("Transpose", ["unit"], ["channels_first"], perm=[0, 3, 1, 2]),
        node("Conv", ["channels_first", "kernel"], ["edges"], strides=[16, 16]),
        node("Relu", ["edges"], ["features"]),
        node("Transpose", ["features"], ["places"], perm=[0, 2, 3, 1]),
        node("MatMul", ["places", "embed"], ["raw"]),
        node("Add", ["raw", "bias"], ["positions"]),
        node("ReduceMean", ["positions", "space"], ["embeddings"], keepdims=0),
        node("ReduceMean", ["places", "space"], ["pooled"], keepdims=0),
        *(node("MatMul", ["pooled", f"{name}_head"], [f"{name}_logits"]) for name in heads),
        node("Sigmoid", ["genres_logits"], ["genres"]),
        node("Softmax", ["decades_logits"], ["decades"], axis=1),
        node("Softmax", ["scores_logits"], ["scores"], axis=1),
    ]
    made = [
        constant("scale", 64.0),
        weights("kernel", CHANNELS, 3, 16, 16),
        weights("embed", CHANNELS, size),
        constant("bias", *rng.normal(0, 0.1, size)),
        constant("space", 1, 2, dtype=np.int64),
        *(weights(f"{name}_head", CHANNELS, width) for name, width in heads.items()),
    ]
    shapes: dict[str, list[str | int | None]] = {
        **{name: ["B", width] for name, width in heads.items()},
        "embeddings": ["B", size],
        "positions": ["B", HEIGHT // 16, WIDTH // 16, size],
    }
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("posters", TensorProto.UINT8, ["B", HEIGHT, WIDTH, 3])],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes.items()],
        made,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


CARD_BY_HAND = ModelCard(
    name="tiny",
    backbone="custom",
    height=96,
    width=64,
    parts={"look": 1, "promise": 2},
    balance=0.5,
    genres=("Drama", "Horror", "Western"),
    thresholds=(0.6, 0.2, 0.9),
    decades=("1970", "1980"),
    proxies=((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 0.0), (1.0, 0.0)),
)
