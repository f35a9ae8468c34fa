"""From the best checkpoint to a model that can be served: calibrate, balance, choose, export.

Everything here is fitted on val with the backbone as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from embedder import card as cards
from embedder import data
from embedder.export import Folding, fold, to_onnx
from embedder.network import Outputs, PosterNetwork, Shapes

Floats = NDArray[np.float64]

# Share of the promise part's squared length that is genre logits. Chosen on val: P@1, P@5 and
# Jaccard@5 are higher than with the proxies' space or the logits alone.
LOGIT_SHARE = 0.33


def finish(
    checkpoint: Path,
    examples: Sequence[data.Example],
    posters: NDArray[np.uint8],
    folder: Path,
    *,
    name: str,
    balance: float,
    thresholds: Callable[[NDArray[np.float32], Floats], Iterable[float]],
) -> str:
    """Write the model folder of a checkpoint.

    Args:
        checkpoint: a file that `training.train` wrote.
        examples, posters: as trained on: the val split fits calibration and thresholds.
        balance: share of an embedding's expected squared length given to looks, in (0, 1); of the
            rest, `LOGIT_SHARE` is genre logits.
        thresholds: chooses one for each genre from val's labels, 0 or 1 [N, C], and
            probabilities, float64 [N, C].

    Returns:
        The model's fingerprint.

    Raises:
        ValueError: a balance out of range, or no val posters.
    """
    if not 0 < balance < 1:
        raise ValueError(f"balance must be between 0 and 1, exclusive: {balance}")
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    network = averaged_network(saved)
    val = np.flatnonzero(np.array([example.split == "val" for example in examples]))
    if not len(val):
        raise ValueError("no val posters to calibrate on")
    truth = data.labels(examples, saved["genres"]).genres[val]
    outputs = read_all(network, posters[val])

    slope, offset = platt(outputs.genres.numpy().astype(np.float64), truth)
    probabilities = 1 / (1 + np.exp(-(outputs.genres.numpy() * slope + offset)))
    promise, logits = (1 - balance) * (1 - LOGIT_SHARE), (1 - balance) * LOGIT_SHARE
    mean = outputs.genres.double().mean(0)
    folding = Folding(
        promise_scale=(promise / mean_square(outputs.promise)) ** 0.5,
        look_scale=(balance / mean_square(outputs.look)) ** 0.5,
        logit_scale=(logits / mean_square(outputs.genres - mean)) ** 0.5,
        logit_mean=mean.numpy(),
        genre_slope=slope,
        genre_offset=offset,
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
        training=_facts(saved, examples),
    )
    return cards.save(folder, to_onnx(network, card.height, card.width), card)


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
def read_all(network: PosterNetwork, posters: NDArray[np.uint8]) -> Outputs:
    """The network's raw outputs for all posters, uint8 [N, H, W, 3], in float32."""
    parts = []
    for start in range(0, len(posters), 64):
        images = torch.from_numpy(posters[start : start + 64].copy()).permute(0, 3, 1, 2)
        parts.append(network(images))
    return Outputs(
        **{
            field.name: torch.cat([getattr(part, field.name) for part in parts])
            for field in dataclasses.fields(Outputs)
        }
    )


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
    config = {k: v for k, v in saved["config"].items() if k not in ("weights", "threads")}
    return {
        "config": config,
        "posters": {split: splits.count(split) for split in ("train", "val", "test")},
        "near_duplicates_dropped": len(saved["dropped"]),
        "epochs": saved["epoch"],
        "val": {k: v for k, v in saved["history"][-1].items() if k.startswith("val_")},
    }
