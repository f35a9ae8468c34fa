"""From the best checkpoint to a model that can be served: calibrate, balance, choose, export.

Everything here is fitted with the backbone as it is: the heads beside it on train, what calibrates
and balances them on val.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from embedder import card as cards
from embedder.finishing.export import fold, to_onnx
from embedder.finishing.finished_card import card_of, run_facts
from embedder.finishing.nca import NcaConfig, fit_nca
from embedder.finishing.parts import EmbeddingPart, PromiseShares, look_part, promise_part
from embedder.finishing.pooling import pool, pool_views
from embedder.finishing.reader import GenreReading, ReaderConfig, fit_reader, platt
from embedder.gains import held_out
from embedder.networks.poster_network import MOST_DIMENSIONS, PosterNetwork
from embedder.training import data, validation
from embedder.training.averaging import STATISTICS, measure_statistics, mix_in
from embedder.training.checkpoints import averaged_network
from embedder.training.progress import Progress, silent
from embedder.training.starting import begin

SHARES, NCA, READER = PromiseShares(), NcaConfig(), ReaderConfig()


@dataclass(frozen=True)
class _Material:
    """What a model is finished from.

    posters: uint8 [N, H, W, 3]; train, val: rows of them. pooled_train, pooled_val: the network's
    pooled features of those rows, float32 [rows, channels].
    """

    network: PosterNetwork
    posters: NDArray[np.uint8]
    labels: data.Labels
    train: NDArray[np.int64]
    val: NDArray[np.int64]
    pooled_train: Tensor
    pooled_val: Tensor

    @property
    def genres(self) -> Tensor:
        """Of the training posters, float32 [T, C], 0 or 1; none where nobody knows them."""
        return torch.from_numpy(self.labels.genres[self.train])


def finish(
    checkpoint: Path,
    examples: Sequence[data.Example],
    posters: NDArray[np.uint8],
    folder: Path,
    *,
    name: str,
    balance: float,
    thresholds: Callable[[NDArray[np.float32], NDArray[np.float64]], Iterable[float]],
    shares: PromiseShares = SHARES,
    nca: NcaConfig = NCA,
    reader: ReaderConfig = READER,
    soup: float = 0.0,
    progress: Progress = silent,
) -> str:
    """Write the model folder of a checkpoint.

    Args:
        checkpoint: a file that `training.train` wrote.
        examples, posters: as trained on: the train split fits the map by neighbourhood components
            analysis and the genres' hidden layer, the val split calibration and thresholds.
        balance: share of an embedding's expected squared length given to looks, in (0, 1).
        shares: of the rest.
        soup: share, 0 to 1, of the weights that the run started from in the finished ones; of use
            where those were a model's. See `averaging`.
        thresholds: chooses one for each genre from val's labels, 0 or 1 [N, C], and
            probabilities, float64 [N, C].

    Returns:
        The model's fingerprint.

    Raises:
        ValueError: a balance out of range, no val posters, or more than MOST_DIMENSIONS in all.
    """
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    split = np.array([example.split for example in examples])
    val = int((split == "val").sum())
    check_finishable(saved["config"], len(saved["genres"]), val, balance, nca)

    material = _material(saved, examples, posters, split, soup, progress)
    neighbours = _neighbour_map(material, nca, progress)
    reading = _genre_reading(material, reader, progress)
    parts = _parts(material, neighbours, balance, shares)
    facts = run_facts(saved, examples) | {"soup": soup} | _figures(material, reading)
    limits = _thresholds(material, reading, thresholds)

    fold(material.network, parts)
    card = card_of(saved, parts, name=name, balance=balance, thresholds=limits, training=facts)
    onnx = to_onnx(material.network, parts, reading, card.height, card.width)
    return cards.save_model(folder, onnx, card)


def check_finishable(
    config: Mapping[str, Any], genres: int, val: int, balance: float, nca: NcaConfig = NCA
) -> None:
    """Refuse what cannot be finished, before hours of training or minutes of reading.

    Args:
        config: a `TrainingConfig` as a mapping. genres, val: how many genres and val posters.

    Raises:
        ValueError: as `finish` says.
    """
    if not 0 < balance < 1:
        raise ValueError(f"balance must be between 0 and 1, exclusive: {balance}")
    promise, look = config["promise"], config["look"]
    if promise + look + nca.dimensions + genres > MOST_DIMENSIONS:
        raise ValueError(
            f"the parts together may have at most {MOST_DIMENSIONS} dimensions: lower --promise "
            f"{promise} or --look {look}; {genres} genres and {nca.dimensions} others stand beside"
        )
    if not val:
        raise ValueError("no val posters to calibrate on")


def _material(
    saved: dict[str, Any],
    examples: Sequence[data.Example],
    posters: NDArray[np.uint8],
    split: NDArray[np.str_],
    soup: float,
    say: Progress,
) -> _Material:
    train, val = np.flatnonzero(split == "train"), np.flatnonzero(split == "val")
    network = _prepared(saved, posters, train, soup)
    rows = np.concatenate([train, val])
    pooled = pool(network, posters, rows, lambda *done: say("reading posters", *done))
    labels = data.labels_of(examples, saved["genres"])
    count = len(train)
    return _Material(network, posters, labels, train, val, pooled[:count], pooled[count:])


def _prepared(
    saved: dict[str, Any], posters: NDArray[np.uint8], train: NDArray[np.int64], soup: float
) -> PosterNetwork:
    """The checkpoint's averaged network, with `soup` of what it started from mixed in."""
    network = averaged_network(saved)
    if soup:
        start, config = averaged_network(saved), saved["config"]
        begin(start, config["backbone"], config["weights"], posters[train], saved["genres"])
        mix_in(network, start, soup)
    measure_statistics(network, posters[train[:: -(-len(train) // STATISTICS)]])
    return network


def _neighbour_map(material: _Material, nca: NcaConfig, say: Progress) -> nn.Linear:
    """The map by neighbourhood components analysis, from the posters as they are and augmented;
    a poster without genres has none in common with any, and is left out."""
    genres = material.genres
    known = genres.any(1)  # bool [T]
    train = material.train[known.numpy()]
    views = pool_views(material.network, material.posters, train, nca.views, nca.seed, say)
    return fit_nca(
        torch.stack([material.pooled_train[known], *views]),
        genres[known],
        nca,
        lambda *done: say("arranging neighbours", *done),
    )


def _genre_reading(material: _Material, reader: ReaderConfig, say: Progress) -> GenreReading:
    """What reads genres, calibrated on val; a poster without genres teaches nothing of them."""
    genres = material.genres
    known = genres.any(1)  # bool [T]
    hidden = fit_reader(
        material.pooled_train[known],
        genres[known],
        reader,
        lambda *done: say("learning to read", *done),
    )
    reading = GenreReading(material.network.genres, hidden, material.pooled_val)
    pooled, truth = _genres_of_val(material)
    with torch.no_grad():
        logits = reading(pooled).double().numpy()
    slope, offset = platt(logits, truth)
    reading.calibrate_(torch.from_numpy(slope).float(), torch.from_numpy(offset).float())
    return reading


def _genres_of_val(material: _Material) -> tuple[Tensor, NDArray[np.float32]]:
    """Pooled features and genres, [K, channels] and [K, C], of the val posters that have any."""
    truth = material.labels.genres[material.val]
    known = truth.any(1)
    return material.pooled_val[torch.from_numpy(known)], truth[known]


def _parts(
    material: _Material, neighbours: nn.Linear, balance: float, shares: PromiseShares
) -> tuple[EmbeddingPart, ...]:
    """The embedding's parts in their order; the card names them so."""
    network, pooled = material.network, material.pooled_val
    frequencies = material.labels.genres[material.train].mean(0).astype(np.float64)
    return (
        promise_part(network, neighbours, pooled, frequencies, 1 - balance, shares),
        look_part(network, pooled, balance),
    )


@torch.no_grad()
def _figures(material: _Material, reading: GenreReading) -> dict[str, Any]:
    """How well val is read and found, as the card keeps it."""
    outputs = material.network.heads(material.pooled_val)
    gains = held_out(
        outputs.scores.double().softmax(1).numpy(),
        outputs.decades.double().softmax(1).numpy(),
        material.labels,
        material.train,
        material.val,
    )
    as_read = replace(outputs, genres=reading(material.pooled_val))
    found = validation.figures(as_read, material.labels, material.val)
    return {"val": found, "held_out": gains}


@torch.no_grad()
def _thresholds(
    material: _Material,
    reading: GenreReading,
    thresholds: Callable[[NDArray[np.float32], NDArray[np.float64]], Iterable[float]],
) -> tuple[float, ...]:
    pooled, truth = _genres_of_val(material)
    probabilities = reading(pooled).double().sigmoid().numpy()
    return tuple(round(limit, 4) for limit in thresholds(truth, probabilities))
