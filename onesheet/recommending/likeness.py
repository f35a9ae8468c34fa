"""How alike a poster and those found for it are: one measure, whatever distance found them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedder import ModelCard
from embedder.likeness import chances
from index import Metric, PosterIndex
from index.metric import distances
from onesheet.base.payload import LikenessWords

UNGRADED = LikenessWords(very_like=0.75, like=0.45)
"""Of a model without grades, whose likeness is a share of posters and no chance of pleasing."""


@dataclass(frozen=True)
class LikenessFound:
    """Likeness, 0-1, by poster id, and what it is called; None where it is not measured."""

    of: Mapping[int, float]
    words: LikenessWords | None


UNMEASURED = LikenessFound({}, None)
"""Of a part of a poster: people graded whole ones, so nothing is known of it."""


def likeness_to(
    embedding: NDArray[np.float32], posters: Collection[int], card: ModelCard, index: PosterIndex
) -> LikenessFound:
    """How like a poster with this `embedding`, float32[D], raw, those of the index are.

    Raises KeyError for posters that the index does not hold.
    """
    ids = sorted(posters)
    found = likeness_between(embedding, index.embeddings(ids), card, index) if ids else ()
    return LikenessFound(dict(zip(ids, map(float, found), strict=True)), words_of(card))


def likeness_between(
    one: NDArray[np.float32], others: NDArray[np.float32], card: ModelCard, index: PosterIndex
) -> NDArray[np.float64]:
    """How like `one`, float32[D], each of `others`, float32[N, D], is: float64[N], 0-1.

    By the card, from people's grades; where it has none, the share of the index's posters whose
    own nearest is farther by cosine.
    """
    if card.likeness is not None:
        return chances(card.likeness, card.parts, one, others)
    return index.calibrated(distances(one, others, Metric.COSINE), Metric.COSINE) / 100


def words_of(card: ModelCard) -> LikenessWords:
    """What this model's likeness is called."""
    fitted = card.likeness
    if fitted is None:
        return UNGRADED
    return LikenessWords(fitted.very_like, fitted.like, fitted.nothing)
