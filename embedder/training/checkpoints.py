"""What a run keeps after each epoch: checkpoints that describe themselves, and its history."""

from __future__ import annotations

import csv
import dataclasses
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from embedder.networks.poster_network import PosterNetwork, Shapes
from embedder.training.config import TrainingConfig

LAST, BEST = "last.pt", "best.pt"

Epochs = list[dict[str, Any]]
"""A row of figures for each epoch of a run."""


def chosen_by(row: Mapping[str, Any]) -> float:
    """The figure that the best epoch has the most of."""
    return float(row["val_map"] + row["val_p5"])


def since_best(history: Sequence[Mapping[str, Any]]) -> int:
    """How many epochs of a history came after its best one."""
    return int(history[-1]["epoch"]) - int(max(history, key=chosen_by)["epoch"])


def keep_epoch(
    run: Path, history: Epochs, parts: Mapping[str, Any], facts: Mapping[str, Any]
) -> None:
    """Write a run's newest epoch to `last.pt`, to `best.pt` where it is, and to `history.csv`.

    Args:
        history: its last row is the newest epoch's.
        parts: what has a `state_dict`, by name.
        facts: to be kept beside them: "config", "genres", "decades", "dropped".
    """
    *earlier, row = history
    before = max(map(chosen_by, earlier), default=-math.inf)
    _write_history(run / "history.csv", history)
    checkpoint = {
        **{name: part.state_dict() for name, part in parts.items()},
        **facts,
        "epoch": row["epoch"],
        "best": max(before, chosen_by(row)),
        "history": history,
    }
    if chosen_by(row) > before:  # first: an epoch cut off between the two is then learned again
        _save(checkpoint, run / BEST)
    _save(checkpoint, run / LAST)


def resumed(path: Path, parts: Mapping[str, Any], facts: Mapping[str, Any]) -> Epochs:
    """Fill `parts` from a checkpoint, and return the history up to it; [] where there is none.

    Args:
        facts: as for `keep_epoch`, of the run that is to go on.

    Raises:
        ValueError: a checkpoint of another config, or of other genres or decades.
    """
    if not path.exists():
        return []
    saved = torch.load(path, map_location="cpu", weights_only=True)
    if _config_of(saved) != _config_of(facts):
        raise ValueError(f"{path} was trained with another config; start anew without --resume")
    for name in ("genres", "decades"):
        if tuple(saved[name]) != tuple(facts[name]):
            raise ValueError(
                f"the catalogue's {name}, or their order, are not those that {path} was trained "
                "on; start anew without --resume"
            )
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    history: Epochs = saved["history"]
    return history


def averaged_network(saved: Mapping[str, Any]) -> PosterNetwork:
    """The network with a checkpoint's running average of weights, ready to read."""
    config = saved["config"]
    shapes = Shapes(config["promise"], config["look"], len(saved["genres"]), len(saved["decades"]))
    network = PosterNetwork(config["backbone"], shapes, config["dropout"])
    network.load_state_dict(
        {k.removeprefix("module."): v for k, v in saved["average"].items() if k != "n_averaged"}
    )
    return network.eval()


def _config_of(facts: Mapping[str, Any]) -> TrainingConfig:
    """Settings that came later have their defaults, and those that went are left out."""
    names = {field.name for field in dataclasses.fields(TrainingConfig)}
    return TrainingConfig(**{k: v for k, v in facts["config"].items() if k in names})


def _save(checkpoint: dict[str, Any], path: Path) -> None:
    content = io.BytesIO()
    torch.save(checkpoint, content)  # to a file, it tells of a full disk by no OSError
    partial = path.with_suffix(".partial")
    try:
        partial.write_bytes(content.getbuffer())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _write_history(path: Path, history: Epochs) -> None:
    partial = path.with_suffix(".partial")
    with partial.open("w", newline="") as file:
        writer = csv.DictWriter(file, history[-1])
        writer.writeheader()
        writer.writerows(history)
    partial.replace(path)
