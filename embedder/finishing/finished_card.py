"""The card of a model that is finished, from its checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor
from torch.nn import functional

from embedder import card as cards
from embedder.finishing.parts import EmbeddingPart
from embedder.training import data


def card_of(
    saved: dict[str, Any],
    parts: Sequence[EmbeddingPart],
    *,
    name: str,
    balance: float,
    thresholds: tuple[float, ...],
    training: dict[str, Any],
) -> cards.ModelCard:
    """The card of the checkpoint `saved`, with what was chosen when it was finished."""
    config = saved["config"]
    return cards.ModelCard(
        name=name,
        backbone=config["backbone"],
        height=config["height"],
        width=config["width"],
        parts={part.name: part.dimensions for part in parts},
        balance=balance,
        genres=tuple(saved["genres"]),
        thresholds=thresholds,
        decades=tuple(saved["decades"]),
        proxies=_rounded(saved["criterion"]["promise.proxies"]),
        training=training,
    )


def _rounded(proxies: Tensor) -> tuple[tuple[float, ...], ...]:
    unit = functional.normalize(proxies.float())
    return tuple(tuple(round(value, 4) for value in row) for row in unit.tolist())


def run_facts(saved: dict[str, Any], examples: Sequence[data.Example]) -> dict[str, Any]:
    """How the checkpoint came to be, as its card tells."""
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
