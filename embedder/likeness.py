"""How likely a person finds that two posters look alike, from their embeddings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LikenessModel:
    """A logistic model over the parts' weighted cosines, as a card holds it.

    The cosine of a part is that of the two posters' columns of it, each column first multiplied by
    the root of its weight: 1 for a poster and itself, and the same in both directions.

    Attributes:
        weights: of the embedding's D columns, each at least 0.
        slopes: by which each part's cosine counts, at least 0, by the part's name.
        offset: what is added to the sum.
        very_like, like: the least likeness, 0-1, that earns these words.
        nothing: below it even the best of an answer is not worth calling alike; None where no
            grades justify to say so.
        facts: of the grades it was fitted on, and how well it does on others.
    """

    weights: tuple[float, ...]
    slopes: dict[str, float]
    offset: float
    very_like: float
    like: float
    nothing: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, facts: Mapping[str, Any], parts: Mapping[str, int]) -> Self:
        """The model from a card's JSON. Raises ValueError or TypeError for what fits no `parts`."""
        found = cls(**{**facts, "weights": tuple(facts["weights"])})
        if len(found.weights) != sum(parts.values()) or min(found.weights) < 0:
            raise ValueError("likeness needs one weight a dimension, none below 0")
        if found.slopes.keys() != parts.keys():
            raise ValueError("likeness needs one slope a part")
        return found


def chances(
    model: LikenessModel,
    parts: Mapping[str, int],
    ones: NDArray[np.float32],
    others: NDArray[np.float32],
) -> NDArray[np.float64]:
    """The probability, 0 to 1, that a person finds each of `others` okay or better beside `ones`,
    by a model and a card's `parts`: float64[N]. Which of two is among `ones` makes no difference.

    Args:
        ones: float32[D], or float32[N, D] row by row with `others`.
        others: float32[N, D].
    """
    slopes = np.array([model.slopes[part] for part in parts])
    sums = part_cosines(parts, ones, others, model.weights) @ slopes + model.offset
    found: NDArray[np.float64] = 1 / (1 + np.exp(-sums))
    return found


def part_cosines(
    parts: Mapping[str, int],
    ones: NDArray[np.float32],
    others: NDArray[np.float32],
    weights: tuple[float, ...] | NDArray[np.float64],
) -> NDArray[np.float64]:
    """The weighted cosine of every part, float64[N, P], in the order of `parts`.

    Args:
        ones: float32[D], or float32[N, D] row by row with `others`.
        others: float32[N, D].
        weights: of the D columns, at least 0.
    """
    scale = np.sqrt(np.asarray(weights, np.float64))
    one, other = ones * scale, others * scale
    found, start = [], 0
    for width in parts.values():
        a, b = one[..., start : start + width], other[..., start : start + width]
        lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
        found.append((a * b).sum(axis=-1) / np.maximum(lengths, 1e-12))
        start += width
    return np.stack(found, axis=-1)


def position_shares(
    model: LikenessModel | None,
    parts: Mapping[str, int],
    positions: NDArray[np.float32],
    other: NDArray[np.float32],
) -> NDArray[np.float64]:
    """What each position of a poster adds to its likeness to `other`, float64[P, K] by the K parts.

    All of them sum to the log odds of `chances` less the offset; without a model, whose likeness
    goes by the cosine of the two posters, to that.

    Args:
        positions: float32[P, D], whose mean is the poster's embedding.
        other: float32[D].
    """
    weights = np.ones(len(other)) if model is None else np.asarray(model.weights, np.float64)
    z, g = positions * np.sqrt(weights), other * np.sqrt(weights)
    edges = np.cumsum([0, *parts.values()])
    columns = [slice(low, high) for low, high in pairwise(edges.tolist())]
    products = np.stack([z[:, part] @ g[part] for part in columns], axis=-1) / len(z)
    one = z.mean(axis=0)
    if model is None:
        return np.asarray(products / np.maximum(np.linalg.norm(one) * np.linalg.norm(g), 1e-12))
    lengths = [np.linalg.norm(one[part]) * np.linalg.norm(g[part]) for part in columns]
    slopes = np.array([model.slopes[part] for part in parts])
    return np.asarray(products * slopes / np.maximum(lengths, 1e-12))
