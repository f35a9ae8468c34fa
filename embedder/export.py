"""From a checkpoint to a model folder: one ONNX file and its card."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from embedder.network import PosterNetwork


@dataclass(frozen=True)
class Folding:
    """Affine corrections folded into the heads before export.

    Attributes:
        promise_scale, look_scale: multiply the two parts as trained.
        neighbours, neighbours_scale: this map of the pooled features and then the genre logits
            become further dimensions of the promise part: on val they find more films of shared
            genres.
        logit_scale, logit_mean: float64 [C]; the logits as trained, less the mean, are multiplied
            by the scale.
    """

    promise_scale: float
    look_scale: float
    neighbours: nn.Linear
    neighbours_scale: float
    logit_scale: NDArray[np.float64]
    logit_mean: NDArray[np.float64]


class _Exported(nn.Module):
    """The network as served: uint8 posters in, the reading out.

    The embedding is computed as the mean of the positions' own embeddings, so that the shares of
    a similarity sum to the whole by construction.
    """

    def __init__(self, network: PosterNetwork, reading: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.reading = reading

    def forward(self, posters: Tensor) -> tuple[Tensor, ...]:
        network = self.network
        features = network.feature_map(posters.permute(0, 3, 1, 2))  # [B, channels, h, w]
        positions = features.permute(0, 2, 3, 1)  # [B, h, w, channels]
        pooled = features.mean((2, 3))
        embedded = torch.cat([network.promise(positions), network.look(positions)], -1)
        return (
            embedded.mean((1, 2)),
            self.reading(pooled).sigmoid(),
            network.decades(pooled).softmax(1),
            network.scores(pooled).softmax(1),
            embedded,
        )


OUTPUTS = ("embeddings", "genres", "decades", "scores", "positions")


def fold(network: PosterNetwork, folding: Folding) -> None:
    """Apply the corrections to the embedding heads' weights, in place."""
    with torch.no_grad():
        for head, scale in (
            (network.promise, folding.promise_scale),
            (network.look, folding.look_scale),
        ):
            head.weight.mul_(scale)
            head.bias.mul_(scale)
        factors = torch.from_numpy(folding.logit_scale).float()
        mean = torch.from_numpy(folding.logit_mean).float()
        near, genres = folding.neighbours, network.genres
        network.promise = _stacked(
            (network.promise.weight, network.promise.bias),
            (near.weight * folding.neighbours_scale, near.bias * folding.neighbours_scale),
            (genres.weight * factors[:, None], (genres.bias - mean) * factors),
        )


def _stacked(*maps: tuple[Tensor, Tensor]) -> nn.Linear:
    """One affine map that gives the outputs of all these (weight, bias) side by side."""
    weight, bias = (torch.cat(each) for each in zip(*maps, strict=True))
    wide = nn.Linear(weight.shape[1], len(bias))
    wide.weight.data, wide.bias.data = weight, bias
    return wide


def to_onnx(network: PosterNetwork, reading: nn.Module, height: int, width: int) -> bytes:
    """One ONNX file: input `posters` uint8 [B, height, width, 3], outputs `OUTPUTS`, dynamic B.

    reading: pooled features float32 [B, channels] to genre logits float32 [B, C], calibrated.
    """
    network = network.eval()
    example = torch.zeros(2, height, width, 3, dtype=torch.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        torch.onnx.export(
            _Exported(network, reading).eval(),
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
