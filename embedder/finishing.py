"""From the best checkpoint to a model that can be served: calibrate, balance, choose, export.

Everything here is fitted on val with the backbone as it is.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from embedder import card as cards
from embedder import data, validation
from embedder.augment import augment
from embedder.averaging import STATISTICS, measure_statistics, mix_in
from embedder.export import Folding, fold, to_onnx
from embedder.gains import held_out
from embedder.nca import NcaConfig, fit_nca
from embedder.network import MOST_DIMENSIONS, Outputs, PosterNetwork, Shapes
from embedder.reader import GenreReading, ReaderConfig, fit_reader
from embedder.starting import begin

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class PromiseShares:
    """Shares of the promise part's expected squared length; see decision 0003.

    proxies: the space of the proxies. neighbours: the map by neighbourhood components analysis.
    logits: the genre logits.
    """

    proxies: float = 0.05
    neighbours: float = 0.9
    logits: float = 0.05

    def __post_init__(self) -> None:
        shares = dataclasses.astuple(self)
        if min(shares) < 0 or not math.isclose(sum(shares), 1):
            raise ValueError(f"the shares of the promise part must sum to 1: {shares}")


SHARES, NCA, READER = PromiseShares(), NcaConfig(), ReaderConfig()


def finish(
    checkpoint: Path,
    examples: Sequence[data.Example],
    posters: NDArray[np.uint8],
    folder: Path,
    *,
    name: str,
    balance: float,
    thresholds: Callable[[NDArray[np.float32], Floats], Iterable[float]],
    shares: PromiseShares = SHARES,
    nca: NcaConfig = NCA,
    reader: ReaderConfig = READER,
    soup: float = 0.0,
    progress: Progress | None = None,
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
    train, val = np.flatnonzero(split == "train"), np.flatnonzero(split == "val")
    _check(saved["config"], len(saved["genres"]), len(val), balance, nca)
    say = progress or (lambda *_: None)
    network = _prepared(saved, posters, train, soup)
    labels = data.labels(examples, saved["genres"])
    rows = np.concatenate([train, val])
    pooled = pool(network, posters, rows, lambda *done: say("reading posters", *done))
    seen = [
        pool(
            network,
            posters,
            train,
            lambda *done, turn=turn: say(f"reading views {turn + 1}/{nca.views}", *done),
            _augmenting(nca.seed + turn),
        )
        for turn in range(nca.views)
    ]
    neighbours = fit_nca(
        torch.stack([pooled[: len(train)], *seen]),
        torch.from_numpy(labels.genres[train]),
        nca,
        lambda *done: say("arranging neighbours", *done),
    )
    hidden = fit_reader(
        pooled[: len(train)],
        torch.from_numpy(labels.genres[train]),
        reader,
        lambda *done: say("learning to read", *done),
    )
    held = pooled[len(train) :]
    reading, truth = GenreReading(network.genres, hidden, held), labels.genres[val]
    with torch.no_grad():
        outputs, near = network.heads(held), neighbours(held)
        slope, offset = platt(reading(held).double().numpy(), truth)
        reading.calibrate_(torch.from_numpy(slope).float(), torch.from_numpy(offset).float())
        logits = reading(held)
    share = labels.genres[train].mean(0).astype(np.float64)
    folding = _folding(outputs, near, neighbours, share, balance, shares)
    probabilities = logits.double().sigmoid().numpy()
    gains = held_out(
        outputs.scores.double().softmax(1).numpy(),
        outputs.decades.double().softmax(1).numpy(),
        labels,
        train,
        val,
    )
    fold(network, folding)
    config = saved["config"]
    card = cards.ModelCard(
        name=name,
        backbone=config["backbone"],
        height=config["height"],
        width=config["width"],
        parts={"promise": network.promise.out_features, "look": config["look"]},
        balance=balance,
        genres=tuple(saved["genres"]),
        thresholds=tuple(round(t, 4) for t in thresholds(truth, probabilities)),
        decades=tuple(saved["decades"]),
        proxies=_rounded(saved["criterion"]["promise.proxies"]),
        training=_facts(saved, examples)
        | {
            "soup": soup,
            "val": validation.figures(dataclasses.replace(outputs, genres=logits), labels, val),
            "held_out": gains,
        },
    )
    return cards.save(folder, to_onnx(network, reading, card.height, card.width), card)


def _check(config: dict[str, Any], genres: int, val: int, balance: float, nca: NcaConfig) -> None:
    """Refuse what cannot be finished, before minutes of reading."""
    if not 0 < balance < 1:
        raise ValueError(f"balance must be between 0 and 1, exclusive: {balance}")
    if config["promise"] + nca.dimensions + genres + config["look"] > MOST_DIMENSIONS:
        raise ValueError(f"the parts together may have at most {MOST_DIMENSIONS} dimensions")
    if not val:
        raise ValueError("no val posters to calibrate on")


def _prepared(
    saved: dict[str, Any], posters: NDArray[np.uint8], train: NDArray[np.int64], soup: float
) -> PosterNetwork:
    """The checkpoint's averaged network, with `soup` of what it started from mixed in."""
    network = averaged_network(saved)
    if soup:
        start, config = averaged_network(saved), saved["config"]
        begin(start, config["backbone"], config["weights"], posters[train])
        mix_in(network, start, soup)
    measure_statistics(network, posters[train[:: -(-len(train) // STATISTICS)]])
    return network


def _folding(
    outputs: Outputs,
    near: torch.Tensor,
    neighbours: torch.nn.Linear,
    share: Floats,
    balance: float,
    shares: PromiseShares,
) -> Folding:
    """The corrections that give the parts their shares, from val.

    Args:
        near: what the map `neighbours` makes of val.
        share: float64 [C], of the training films that have each genre.
    """
    logits = outputs.genres.numpy().astype(np.float64)
    # Common genres decide more often whether two films share one, so their logits weigh more.
    weights, mean = np.sqrt(share), logits.mean(0)
    promise = 1 - balance

    def scale(part: float, vectors: torch.Tensor) -> float:
        return float((part / mean_square(vectors)) ** 0.5)

    weighted = torch.from_numpy((logits - mean) * weights)
    return Folding(
        promise_scale=scale(promise * shares.proxies, outputs.promise),
        look_scale=scale(balance, outputs.look),
        neighbours=neighbours,
        neighbours_scale=scale(promise * shares.neighbours, near),
        logit_scale=scale(promise * shares.logits, weighted) * weights,
        logit_mean=mean,
    )


def averaged_network(saved: dict[str, Any]) -> PosterNetwork:
    """The network with a checkpoint's running average of weights, ready to read."""
    config = saved["config"]
    shapes = Shapes(config["promise"], config["look"], len(saved["genres"]), len(saved["decades"]))
    network = PosterNetwork(config["backbone"], shapes, config["dropout"])
    network.load_state_dict(
        {k.removeprefix("module."): v for k, v in saved["average"].items() if k != "n_averaged"}
    )
    return network.eval()


@torch.inference_mode()
def pool(
    network: PosterNetwork,
    posters: NDArray[np.uint8],
    rows: NDArray[np.int64],
    progress: Callable[[int, int], None] = lambda done, total: None,
    altered: Callable[[torch.Tensor], torch.Tensor] = lambda images: images,
) -> torch.Tensor:
    """The network's pooled features, float32 [M, channels], of the `rows` int64 [M] of posters,
    uint8 [N, H, W, 3]; `altered`: each batch [B, 3, H, W] before it is read."""
    parts = []
    for start in range(0, len(rows), 64):
        images = torch.from_numpy(posters[rows[start : start + 64]]).permute(0, 3, 1, 2)
        parts.append(network.feature_map(altered(images)).mean((2, 3)))
        progress(min(start + 64, len(rows)), len(rows))
    return torch.cat(parts).clone()


def _augmenting(seed: int) -> Callable[[torch.Tensor], torch.Tensor]:
    """Augmentation drawn from `seed` on."""
    generator = torch.Generator().manual_seed(seed)
    return lambda images: augment(images, images.shape[2], images.shape[3], generator)


def mean_square(vectors: torch.Tensor) -> float:
    """Mean squared length of float [N, D] vectors."""
    return float(vectors.double().square().sum(1).mean())


def platt(logits: Floats, truth: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Platt's scaling of every genre: slope and offset of its logit, by logistic regression.

    Args:
        logits: float64 [N, C]; truth: [N, C], 0 or 1.

    Returns:
        Slopes and offsets, float64 [C]; a genre that is nowhere or everywhere keeps (1, 0).
    """
    from sklearn.linear_model import LogisticRegression

    slopes, offsets = np.ones(logits.shape[1]), np.zeros(logits.shape[1])
    for genre in range(logits.shape[1]):
        if 0 < truth[:, genre].sum() < len(truth):
            fitted = LogisticRegression(C=10.0).fit(logits[:, [genre]], truth[:, genre])
            slopes[genre], offsets[genre] = max(fitted.coef_[0, 0], 1e-3), fitted.intercept_[0]
    return slopes, offsets


def _rounded(proxies: torch.Tensor) -> tuple[tuple[float, ...], ...]:
    unit = functional.normalize(proxies.float())
    return tuple(tuple(round(value, 4) for value in row) for row in unit.tolist())


def _facts(saved: dict[str, Any], examples: Sequence[data.Example]) -> dict[str, Any]:
    splits = [example.split for example in examples]
    config = {
        k: v for k, v in saved["config"].items() if k not in ("weights", "teacher", "threads")
    }
    return {
        "config": config,
        "posters": {split: splits.count(split) for split in ("train", "val", "test")},
        "near_duplicates_dropped": len(saved["dropped"]),
        "epochs": saved["epoch"],
    }
