"""Fitting what a model's card says of likeness, from pairs of posters that were graded.

Grades are pooled: the pairs a grader saw are near ones, found in several ways. The measure is to
hold for what a search shows, so pairs that a search by one of the metrics shows among its five set
the chances; random pairs, which hardly anybody finds alike, and posters beside themselves hold the
ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from embedder.likeness import LikenessModel, chances, part_cosines

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]

GOOD, OKAY = 1.5, 0.5
"""The least grades, of 0 bad, 1 okay and 2 good, that count as these or better: a grade may be the
mean of several."""
VERY_LIKE, LIKE = 0.7, 0.5
"""The least chance that earns the words: more likely than two in three, and than not."""
_RANDOM, _SELF = 0.1, 0.02
"""What random pairs and posters beside themselves weigh, together each, beside the pairs shown."""
_PARTNERS = 5
"""Random partners of every query."""
_PRECISION, _FEWEST = 0.75, 20
"""How often "nothing here looks much like it" must be right, and of how many queries."""
_ALMOST = 1e6
"""Strength of sklearn's regularisation, inverse: hardly any, for three numbers."""


@dataclass(frozen=True)
class Grades:
    """Graded pairs of posters, by their rows in a table of embeddings.

    Attributes:
        queries, candidates: int64[N].
        grades: float64[N], 0 bad to 2 good.
        shown: bool[N], whether a search shows the candidate among the query's five.
    """

    queries: Rows
    candidates: Rows
    grades: Floats
    shown: Bools

    @property
    def okay(self) -> Bools:
        """Which are okay or better, bool[N]."""
        return self.grades >= OKAY


def fit_likeness(
    parts: Mapping[str, int],
    embeddings: NDArray[np.float32],
    grades: Grades,
    *,
    pull: float = 1e-3,
    seed: int = 0,
) -> LikenessModel:
    """The model of likeness that these grades teach.

    Args:
        parts: of the embedding, as a card has them.
        embeddings: float32[P, D], raw, of all posters; random partners are drawn from them.
        grades: of posters whose embeddings did not learn from them, else the chances are too high.
        pull: of the columns' weights to the mean of their part.
    """
    weights = _column_weights(parts, embeddings, grades, pull)

    def cosines(queries: Rows, candidates: Rows) -> Floats:
        return part_cosines(parts, embeddings[queries], embeddings[candidates], weights)

    own = np.unique(grades.queries)
    asked, drawn = random_pairs(own, len(embeddings), seed)
    shown = grades.shown
    groups = (
        (cosines(grades.queries[shown], grades.candidates[shown]), grades.okay[shown], 1.0),
        (cosines(asked, drawn), np.zeros(len(asked), np.bool_), _RANDOM),
        (cosines(own, own), np.ones(len(own), np.bool_), _SELF),
    )
    mass = np.concatenate([np.full(len(okay), share / len(okay)) for _, okay, share in groups])
    fitted = LogisticRegression(C=_ALMOST).fit(
        np.concatenate([each for each, _, _ in groups]),
        np.concatenate([okay for _, okay, _ in groups]),
        sample_weight=mass * len(mass),
    )
    slopes = np.maximum(fitted.coef_[0], 0.0)
    unsure = LikenessModel(
        weights=tuple(round(float(each), 4) for each in weights),
        slopes={name: round(float(each), 4) for name, each in zip(parts, slopes, strict=True)},
        offset=round(float(fitted.intercept_[0]), 4),
        very_like=VERY_LIKE,
        like=LIKE,
    )
    pairs = embeddings[grades.queries[shown]], embeddings[grades.candidates[shown]]
    return replace(unsure, nothing=_nothing(chances(unsure, parts, *pairs), grades))


def random_pairs(queries: Rows, posters: int, seed: int = 0) -> tuple[Rows, Rows]:
    """Rows of some partners drawn for each query, int64[M] and int64[M]."""
    asked = np.repeat(queries, _PARTNERS)
    drawn = np.random.default_rng(seed).integers(0, posters, len(asked))
    return asked[drawn != asked], drawn[drawn != asked]


def _nothing(chance: Floats, grades: Grades) -> float | None:
    """The highest hundredth below which the best of what a query is shown lets one say that nothing
    looks much like it; None where there is none that is right often enough.

    Args:
        chance: of the pairs shown.
    """
    best, right = best_and_nothing(chance, grades)
    for least in np.arange(0.5, 0.0, -0.01):
        said = best < least
        if said.sum() >= _FEWEST and right[said].mean() >= _PRECISION:
            return round(float(least), 2)
    return None


def best_and_nothing(chance: Floats, grades: Grades) -> tuple[Floats, Bools]:
    """Of each query the highest chance among the pairs shown, float64[Q], and whether nothing much
    like it is there, bool[Q]: nothing good, and at most one in five okay.

    Args:
        chance: of the pairs shown, in their order.
    """
    shown = grades.shown
    queries, row = np.unique(grades.queries[shown], return_inverse=True)
    best = np.zeros(len(queries))
    np.maximum.at(best, row, chance)
    good = np.bincount(row, grades.grades[shown] >= GOOD)
    okay = np.bincount(row, grades.okay[shown]) / np.bincount(row)
    return best, (good == 0) & (okay <= 1 / 5)


def _column_weights(
    parts: Mapping[str, int], embeddings: NDArray[np.float32], grades: Grades, pull: float
) -> Floats:
    """Weights of the columns, float64[D], each at least 0 and 1 on average in its part: those of a
    logistic model over the products of the parts' unit vectors, column by column."""
    units = _unit_parts(parts, embeddings)
    products = units[grades.queries] * units[grades.candidates]
    sizes = np.array(list(parts.values()))
    part = np.repeat(np.arange(len(sizes)), sizes)
    sign = np.where(grades.okay, 1.0, -1.0)

    def loss(values: Floats) -> tuple[float, Floats]:
        weights, offset = values[:-1], values[-1]
        margin = sign * (products @ weights.astype(np.float32) + offset)
        apart = weights - (np.bincount(part, weights) / sizes)[part]
        slope = -sign / (1 + np.exp(margin)) / len(sign)
        pulled = pull / len(part)
        value = np.logaddexp(0, -margin).mean() + pulled / 2 * (apart @ apart)
        gradient = slope.astype(np.float32) @ products + pulled * apart
        return float(value), np.append(gradient, slope.sum())

    start = np.append(np.full(len(part), 3.0), -3.0)
    bounds = [(0.0, None)] * len(part) + [(None, None)]
    weights = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x[:-1]
    means = (np.bincount(part, weights) / sizes)[part]
    return np.where(means > 0, weights / np.maximum(means, 1e-12), 1.0)


def _unit_parts(parts: Mapping[str, int], embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """The embeddings float32[P, D] with every part scaled to length one."""
    ends = np.cumsum(list(parts.values()))[:-1]
    split = np.split(embeddings, ends, axis=1)
    return np.concatenate(
        [each / np.maximum(np.linalg.norm(each, axis=1, keepdims=True), 1e-12) for each in split],
        axis=1,
    )
