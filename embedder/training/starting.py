"""Starting a training run from a finished model instead of ImageNet weights."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from embedder import card as cards
from embedder.card import PACKAGED
from embedder.networks.affine import scale_
from embedder.networks.composed import model_below
from embedder.networks.poster_network import HEADS, PosterNetwork, load_weights
from embedder.training.image_batches import image_batches

_MEASURED = 512  # posters that batch statistics are measured on
_COMPARED = 128  # posters by which the genre head learns what its model read


def model_folder(weights: str) -> Path | None:
    """The model folder that a config's `weights` names, or None where they are a file or a word."""
    if weights == "packaged":
        return PACKAGED
    return Path(weights) if Path(weights).is_dir() else None


def weights_identity(weights: str) -> str:
    """What a config's `weights` name and what that holds now: a model or a file may be written anew
    under its name."""
    folder, path = model_folder(weights), Path(weights)
    if folder is not None:
        return f"{weights} {cards.load_model(folder)[2]}"
    if not path.is_file():
        return weights
    with path.open("rb") as file:
        return f"{weights} {hashlib.file_digest(file, 'sha256').hexdigest()}"


def genre_columns(card: cards.ModelCard, genre_names: Sequence[str]) -> list[int] | None:
    """Which of the model's genres each of these is; None unless both have the same genres."""
    if set(card.genres) != set(genre_names):
        return None
    return [card.genres.index(name) for name in genre_names]


def begin(
    network: PosterNetwork,
    backbone: str,
    weights: str,
    posters: NDArray[np.uint8],
    genre_names: Sequence[str],
) -> None:
    """Fill the network with what a config's `weights` name.

    From a finished model it takes everything but heads of another size or of other genres, and says
    what that model says, ready to be trained further; of genres nearly so, since a model reads them
    by a hidden layer too. Export folds every batch normalisation into its convolution. Here it is
    unfolded again: each normalisation takes the mean and variance that its input has on the
    posters, and the scale and shift that undo them.

    Args:
        posters: uint8 [N, H, W, 3], of which some hundred are read for those statistics.
        genre_names: of the network's genre head, in its order; a model may have them in another.

    Raises:
        ModelError: a model folder that is torn.
        ValueError: a file that is missing or does not fit, a model of another backbone, or of one
            whose convolutions are not each followed by a batch normalisation.
    """
    folder = model_folder(weights)
    if folder is None:
        load_weights(network, backbone, weights)
        return
    content, finished, _ = cards.load_model(folder)
    model, card = model_below(content, finished)
    tensors = stored_weights(model.graph)
    columns = genre_columns(card, genre_names)
    _unfold(network, tensors, posters[:: -(-len(posters) // _MEASURED)])
    _start_heads(network, tensors, len(card.proxies[0]), columns)
    if columns is not None:
        _agree(network, content, posters[:: -(-len(posters) // _COMPARED)], columns)


def start_proxies(proxies: Tensor, weights: str, genre_names: Sequence[str]) -> None:
    """Turn proxies, float [P, promise], to those of the model that `weights` names, if it fits.

    Args:
        genre_names: whose the first proxies are, in their order; the decades' follow.
    """
    folder = model_folder(weights)
    if folder is None:
        return
    content, finished, _ = cards.load_model(folder)
    card = model_below(content, finished)[1]
    kept = torch.tensor(card.proxies)
    columns = genre_columns(card, genre_names)
    if columns is not None and kept.shape == proxies.shape:
        genres, decades = kept[columns], kept[len(columns) :]
        unit = functional.normalize(torch.cat([genres, decades]))
        proxies.data.copy_(unit * proxies.data.norm(dim=1).mean())


def _unfold(network: PosterNetwork, tensors: dict[str, Tensor], posters: NDArray[np.uint8]) -> None:
    pairs = _normalised(network.features)
    inputs: dict[nn.BatchNorm2d, list[Tensor]] = {norm: [] for _, _, norm in pairs}
    for name, convolution, norm in pairs:
        weight, bias = _folded_convolution(name, convolution, tensors)
        convolution.weight.data.copy_(weight)
        norm.weight.data.fill_(1)
        norm.bias.data.copy_(bias)
        norm.running_mean.zero_()  # type: ignore[union-attr]
        norm.running_var.fill_(1 - norm.eps)  # type: ignore[union-attr]
        norm.register_forward_pre_hook(
            lambda module, arguments: inputs[module].append(_moments(arguments[0]))
        )
    network.eval()
    with torch.inference_mode():
        for batch in image_batches(posters):
            network.feature_map(batch)
    for norm, moments in inputs.items():
        norm._forward_pre_hooks.clear()
        mean, square = torch.stack(moments).mean(0)  # the last batch may weigh a little more
        variance = (square - mean**2).clamp(min=1e-6)
        norm.running_mean.copy_(mean)  # type: ignore[union-attr]
        norm.running_var.copy_(variance)  # type: ignore[union-attr]
        norm.weight.data.copy_((variance + norm.eps).sqrt())
        norm.bias.data.add_(mean)


def _agree(
    network: PosterNetwork, content: bytes, posters: NDArray[np.uint8], columns: list[int]
) -> None:
    """Scale and shift the logits of the genre head to what the model reads of some posters, in the
    columns that are the head's genres."""
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (read,) = session.run(["genres"], {"posters": np.ascontiguousarray(posters)})
    wanted = torch.from_numpy(read[:, columns]).double().clamp(1e-6, 1 - 1e-6).logit()
    with torch.inference_mode():
        given = network.eval()(torch.from_numpy(posters.copy()).permute(0, 3, 1, 2)).genres.double()
    centred = given - given.mean(0)
    slope = (centred * wanted).sum(0) / centred.square().sum(0).clamp(min=1e-12)
    slope = torch.where(slope > 0, slope, 1.0)  # a handful of posters may mislead
    offset = wanted.mean(0) - slope * given.mean(0)
    scale_(network.genres, slope.float(), offset.float())


def _moments(x: Tensor) -> Tensor:
    """Mean and mean square of every channel, [2, channels]."""
    return torch.stack([x.mean((0, 2, 3)), x.square().mean((0, 2, 3))])


def _normalised(features: nn.Module) -> list[tuple[str, nn.Conv2d, nn.BatchNorm2d]]:
    """Every convolution, by name, with the batch normalisation that follows it."""
    layers = [
        (name, module)
        for name, module in features.named_modules()
        if isinstance(module, nn.Conv2d | nn.BatchNorm2d)
    ]
    pairs = []
    for (name, first), (_, second) in zip(layers[::2], layers[1::2], strict=False):
        if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
            pairs.append((name, first, second))
    if 2 * len(pairs) != len(layers):
        raise ValueError("only backbones with a batch normalisation after each convolution go on")
    return pairs


def without_normalisation(features: nn.Module, stored: dict[str, Tensor]) -> nn.Module:
    """A backbone's features, without batch normalisation and with the model's own convolutions,
    with which that has been folded.

    Raises:
        ValueError: weights of another backbone, or one whose convolutions are not each followed by
            a batch normalisation.
    """
    for name, convolution, _ in _normalised(features):
        weight, bias = _folded_convolution(name, convolution, stored)
        convolution.weight.data.copy_(weight)
        convolution.bias = nn.Parameter(bias.clone())
    for module in list(features.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d):
                setattr(module, name, nn.Identity())
    return features


def _folded_convolution(
    name: str, convolution: nn.Conv2d, stored: dict[str, Tensor]
) -> tuple[Tensor, Tensor]:
    weight, bias = (stored.get(f"features.{name}.{end}") for end in ("weight", "weight_bias"))
    if weight is None or bias is None or weight.shape != convolution.weight.shape:
        raise ValueError("the model to start from has another backbone")
    return weight, bias


def stored_weights(graph: onnx.GraphProto) -> dict[str, Tensor]:
    """The model's weights by the network's names.

    Heads over positions are exported as a product with a nameless matrix and a sum: its transpose
    is the weight that belongs to the sum's bias.
    """
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    made = {name: node for node in graph.node for name in node.output}
    found = dict(arrays)
    for node in graph.node:
        for bias in (name for name in node.input if node.op_type == "Add" and name in arrays):
            for product in (made[name] for name in node.input if name in made):
                if product.op_type == "MatMul":
                    weight = bias.removesuffix("bias") + "weight"
                    found[weight] = arrays[product.input[1]].T
    return {
        name.removeprefix("network."): torch.from_numpy(np.array(array))
        for name, array in found.items()
    }


def _start_heads(
    network: PosterNetwork, tensors: dict[str, Tensor], promise: int, columns: list[int] | None
) -> None:
    """Fill the heads that fit. `promise`: dimensions of the proxies' space; `columns`: of the
    model's genres those of the network, in its order, or None where they are others."""
    for name in HEADS:
        head: nn.Linear = getattr(network, name)
        # Genres are read by an affine head and a hidden layer; training goes on with the first.
        kept = name if f"{name}.weight" in tensors else "reading.head"
        weight, bias = tensors[f"{kept}.weight"], tensors[f"{kept}.bias"]
        if name == "genres":
            if columns is None:
                continue
            weight, bias = weight[columns], bias[columns]
        if name == "promise":  # what stands beside the proxies' space, the next export makes anew
            weight, bias = weight[:promise], bias[:promise]
        if weight.shape == head.weight.shape:
            head.weight.data.copy_(weight)
            head.bias.data.copy_(bias)
