"""The network: a torchvision backbone, one mean pooling, and affine heads on it."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from embedder.networks.backbones import (
    TORCHVISION,
    backbone_named,
    features_of,
    torchvision_classifier,
)
from embedder.networks.lite import published_names

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
MOST_DIMENSIONS = 384  # of an embedding
SCORE_BINS = 5  # 0-2, 2-4, 4-6, 6-8, 8-10


@dataclass(frozen=True)
class Shapes:
    """Sizes of everything a network gives: dimensions of the two parts, and label counts."""

    promise: int
    look: int
    genres: int
    decades: int

    def __post_init__(self) -> None:
        if min(self.promise, self.look, self.genres, self.decades) < 1:
            raise ValueError(f"every size must be positive: {self}")
        if self.promise + self.look > MOST_DIMENSIONS:
            raise ValueError(f"the parts together may have at most {MOST_DIMENSIONS} dimensions")


@dataclass(frozen=True)
class Outputs:
    """What the network says of B posters; all float32."""

    promise: Tensor  # [B, promise], raw
    look: Tensor  # [B, look], raw
    genres: Tensor  # [B, genres] logits
    decades: Tensor  # [B, decades] logits
    scores: Tensor  # [B, 5] logits


class PosterNetwork(nn.Module):
    """Images to the two embedding parts and three sets of logits.

    Every head is one affine map of the mean over the positions of the backbone's last feature
    map, so that an embedding is the mean of its positions' own embeddings and a similarity can
    be split over the poster without a remainder.

    Args:
        backbone: a name of `backbones.BACKBONES`.
        shapes: the heads' sizes.
        dropout: share of pooled features dropped before the heads while training.

    Raises:
        ValueError: an unknown backbone.
    """

    def __init__(self, backbone: str, shapes: Shapes, dropout: float = 0.5) -> None:
        super().__init__()
        self.shapes = shapes
        self.features = backbone_named(backbone)
        channels = _channels(self.features)
        self.dropout = nn.Dropout(dropout)
        self.promise = nn.Linear(channels, shapes.promise)
        self.look = nn.Linear(channels, shapes.look)
        self.genres = nn.Linear(channels, shapes.genres)
        self.decades = nn.Linear(channels, shapes.decades)
        self.scores = nn.Linear(channels, SCORE_BINS)
        self.mean = nn.Buffer(torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1) * 255)
        self.std = nn.Buffer(torch.tensor(IMAGENET_STD).view(1, 3, 1, 1) * 255)

    def feature_map(self, images: Tensor) -> Tensor:
        """The backbone's last feature map, [B, channels, h, w].

        Args:
            images: uint8 or float [B, 3, H, W], RGB in 0..255.
        """
        normalised = (images.float() - self.mean) / self.std
        map_: Tensor = self.features(normalised.contiguous(memory_format=torch.channels_last))
        return map_

    def forward(self, images: Tensor) -> Outputs:
        pooled = self.feature_map(images).float().mean((2, 3))  # [B, channels]
        return self.heads(self.dropout(pooled))

    def heads(self, pooled: Tensor) -> Outputs:
        """The affine heads over pooled features float32 [B, channels]."""
        with torch.autocast(pooled.device.type, enabled=False):
            return Outputs(
                promise=self.promise(pooled),
                look=self.look(pooled),
                genres=self.genres(pooled),
                decades=self.decades(pooled),
                scores=self.scores(pooled),
            )

    def freeze(self, blocks: int) -> None:
        """Keep the backbone's first blocks as they are: no gradients, no new batch statistics.

        Raises:
            ValueError: a count that the backbone does not have.
        """
        children = list(self.features.children())
        if not 0 <= blocks <= len(children):
            raise ValueError(f"the backbone has {len(children)} blocks; cannot freeze {blocks}")
        self._frozen = children[:blocks]
        for block in self._frozen:
            block.requires_grad_(False)
        self.train(self.training)

    _frozen: list[nn.Module] = []  # noqa: RUF012 -- replaced, never mutated

    def train(self, mode: bool = True) -> PosterNetwork:
        super().train(mode)
        for block in self._frozen:
            block.eval()
        return self


def load_weights(network: PosterNetwork, backbone: str, weights: str) -> None:
    """Fill the backbone.

    Args:
        weights: "none" keeps the random start; "imagenet" is torchvision's published weights
            (downloaded once); anything else is the path of a state dict (.safetensors or .pt) of
            torchvision's whole classifier, of its features, or of a `PosterNetwork`.

    Raises:
        ValueError: a path that does not exist, a file of anything else, a state dict that does not
            fit, or published weights that cannot be downloaded.
    """
    if weights == "none":
        return
    if weights == "imagenet":
        if backbone not in TORCHVISION:
            raise ValueError(f"torchvision has no published weights for {backbone}: name a file")
        network.features.load_state_dict(features_of(_published(backbone)).state_dict())
        return
    path = Path(weights)
    if not path.is_file():
        raise ValueError(f"no weights at {path}")
    state = {name: value.float() for name, value in read_state(path).items()}
    try:
        own = _own_names(state, network.features, backbone)
        problems = network.features.load_state_dict(own, strict=False)
    except RuntimeError as error:
        raise ValueError(f"{path.name} has tensors of other sizes than {backbone}") from error
    missing = [name for name in problems.missing_keys if "num_batches_tracked" not in name]
    if missing or problems.unexpected_keys:
        raise ValueError(
            f"{path.name} does not fit {backbone}: {len(missing)} tensors missing, "
            f"{len(problems.unexpected_keys)} unexpected"
        )
    heads = {name: value for name, value in state.items() if name.split(".")[0] in HEADS}
    for name, value in heads.items():
        parameter = network.get_parameter(name)
        if parameter.shape == value.shape:
            parameter.data.copy_(value)


HEADS = ("promise", "look", "genres", "decades", "scores")

_BROKEN = (
    SafetensorError,
    pickle.UnpicklingError,
    RuntimeError,
    EOFError,
    LookupError,
    AttributeError,
)
"""What reading a file of anything but tensors raises."""


def _published(backbone: str) -> nn.Module:
    """torchvision's classifier with its published weights, downloaded unless an earlier run did."""
    try:
        return torchvision_classifier(backbone, "DEFAULT")
    except (OSError, RuntimeError) as error:  # no connection; another file than was published
        raise ValueError(
            f"the weights that torchvision published for {backbone} cannot be had ({error}): name "
            "a file by --weights FILE or, for mobilenet_v2, go on from --weights packaged"
        ) from error


def _own_names(state: dict[str, Tensor], features: nn.Module, backbone: str) -> dict[str, Tensor]:
    """The state dict by the names of the features' own."""
    own = {name.removeprefix("features."): v for name, v in state.items() if "features." in name}
    if backbone == "efficientnet_lite0" and not own:
        return published_names(state, features, IMAGENET_MEAN, IMAGENET_STD)
    if backbone.startswith("resnet") and not own:
        return {name: value for name, value in state.items() if not name.startswith("fc.")}
    return own


def read_state(path: Path) -> dict[str, Tensor]:
    """The tensors of a state dict (.safetensors or .pt), or of one within a checkpoint.

    Raises:
        ValueError: a file of anything else.
    """
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
        return {k: v for k, v in state.get("network", state).items() if isinstance(v, Tensor)}
    except _BROKEN as error:
        raise ValueError(f"{path.name} holds no weights that can be read") from error


def _channels(features: nn.Module) -> int:
    training = features.training
    with torch.no_grad():
        channels = features.eval()(torch.zeros(1, 3, 64, 64)).shape[1]
    features.train(training)
    return int(channels)


def soft_scores(ratings: Tensor) -> Tensor:
    """Which of the five score bins a rating falls in, shared linearly with the nearer neighbour.

    Bins are ordered, so a rating of 6.1 is nearly as much 4-6 as 6-8: its weight is split between
    the two bins whose centres (1, 3, 5, 7, 9) enclose it.

    Args:
        ratings: float [B] in 0..10; NaN where a film has none.

    Returns:
        float [B, 5], rows sum to 1, or to 0 where there is no rating.
    """
    known = ~ratings.isnan()
    place = ((ratings.nan_to_num(5.0) - 1) / 2).clamp(0, SCORE_BINS - 1)
    low = place.floor().clamp(max=SCORE_BINS - 2).long()
    share = place - low
    weights = functional.one_hot(low, SCORE_BINS) * (1 - share)[:, None]
    weights = weights + functional.one_hot(low + 1, SCORE_BINS) * share[:, None]
    return weights * known[:, None]
