"""Ranking the nearest films anew: looks against promise, composition against colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from catalog.images.palette import Palette, palette_distances
from embedder import ModelCard
from index import Metric, Neighbour
from index.metric import distances
from onesheet.base.payload import View

CANDIDATES = 200
"""Nearest films that are ranked anew."""


@dataclass(frozen=True)
class Candidates:
    """Films to re-rank: neighbours under one metric, their embeddings float32[M, D], and their
    palettes."""

    neighbours: Sequence[Neighbour]
    embeddings: NDArray[np.float32]
    palettes: Sequence[Palette]


def rerank(
    embedding: NDArray[np.float32],
    colours: Sequence[Palette],
    candidates: Candidates,
    metric: Metric,
    card: ModelCard,
    view: View,
) -> list[Neighbour]:
    """The candidates in the order of the view, ties by poster id.

    A neighbour's distance is the metric's at the view's balance; its closeness stays that of the
    index. With weight `colour` on the mean distance p of the palettes beside the metric's d, the
    order is that of (1 - colour) d / s(d) + colour p / s(p), where s is the standard deviation
    among the candidates: each counts by how much it tells them apart.

    Args:
        embedding: of the query, float32[D], raw.
        colours: of each poster of the query.
    """
    asked, others = (
        rebalanced(vectors, card, view.balance) for vectors in (embedding, candidates.embeddings)
    )
    near = distances(asked, others, metric)
    order_by = (1 - view.colour) * _spread_to_one(near)
    if view.colour > 0:
        apart = [palette_distances(each, candidates.palettes) for each in colours]
        order_by = order_by + view.colour * _spread_to_one(np.mean(apart, axis=0))
    ids = np.array([each.poster_id for each in candidates.neighbours])
    return [
        replace(candidates.neighbours[row], distance=float(near[row]))
        for row in np.lexsort((ids, order_by))
    ]


def rebalanced(
    embeddings: NDArray[np.float32], card: ModelCard, balance: float | None
) -> NDArray[np.float32]:
    """Embeddings float32[..., D] with another share of their expected squared length in looks.

    The promise part is scaled by the root of (1 - balance) / (1 - card.balance); what is seen, the
    look and the composition part, by that of balance / card.balance. At 0 and 1 one is left.
    """
    if balance is None:
        return embeddings
    promise, seen = (1 - balance) / (1 - card.balance), balance / card.balance
    scales = np.concatenate(
        [
            np.full(width, np.sqrt(promise if part == "promise" else seen))
            for part, width in card.parts.items()
        ]
    )
    return np.asarray(embeddings * scales, np.float32)


def _spread_to_one(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = float(values.std()) if len(values) else 0.0
    return values / spread if spread > 0 else values
