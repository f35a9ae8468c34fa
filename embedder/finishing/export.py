"""From a checkpoint to a model folder: one ONNX file and its card."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from embedder.finishing.parts import EmbeddingPart
from embedder.networks.poster_network import PosterNetwork


class _Exported(nn.Module):
    """The network as served: uint8 posters in, the reading out.

    The embedding is computed as the mean of the positions' own embeddings, so that the shares of
    a similarity sum to the whole by construction.
    """

    def __init__(
        self, network: PosterNetwork, parts: Sequence[EmbeddingPart], reading: nn.Module
    ) -> None:
        super().__init__()
        self.network = network
        self.parts = [part.name for part in parts]
        self.reading = reading

    def forward(self, posters: Tensor) -> tuple[Tensor, ...]:
        network = self.network
        features = network.feature_map(posters.permute(0, 3, 1, 2))  # [B, channels, h, w]
        positions = features.permute(0, 2, 3, 1)  # [B, h, w, channels]
        pooled = features.mean((2, 3))
        embedded = torch.cat([getattr(network, part)(positions) for part in self.parts], -1)
        return (
            embedded.mean((1, 2)),
            self.reading(pooled).sigmoid(),
            network.decades(pooled).softmax(1),
            network.scores(pooled).softmax(1),
            embedded,
        )


OUTPUTS = ("embeddings", "genres", "decades", "scores", "positions")


def fold(network: PosterNetwork, parts: Sequence[EmbeddingPart]) -> None:
    """Give the network each part's heads as one affine map, under the part's name, in place."""
    for part in parts:
        setattr(network, part.name, part.joined())


def to_onnx(
    network: PosterNetwork,
    parts: Sequence[EmbeddingPart],
    reading: nn.Module,
    height: int,
    width: int,
) -> bytes:
    """One ONNX file: input `posters` uint8 [B, height, width, 3], outputs `OUTPUTS`, dynamic B.

    parts: folded into the network; their order is the embedding's.

    reading: pooled features float32 [B, channels] to genre logits float32 [B, C], calibrated.
    """
    network = network.eval()
    example = torch.zeros(2, height, width, 3, dtype=torch.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        torch.onnx.export(
            _Exported(network, parts, reading).eval(),
            (example,),
            path,
            input_names=["posters"],
            output_names=list(OUTPUTS),
            dynamic_shapes={"posters": {0: torch.export.Dim("batch", min=1, max=4096)}},
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        return _without_traces(path)


def _without_traces(path: Path) -> bytes:
    """The model without the names of source files that the exporter notes at every node."""
    model = onnx.load(path)
    for holder in (model, model.graph, *model.graph.node, *model.graph.value_info):
        holder.ClearField("metadata_props")
        holder.ClearField("doc_string")
    return bytes(model.SerializeToString())
