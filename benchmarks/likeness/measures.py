"""How well a model's likeness says what graders said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.likeness.graded import FIRST_FIVE, Judged
from benchmarks.likeness.searched import Searched
from embedder import ModelCard
from embedder.finishing.likeness import OKAY, Grades, random_pairs
from embedder.likeness import LikenessModel, chances
from genres.intervals import bootstrap
from index import PosterIndex

Floats = NDArray[np.float64]
_BINS = 10
RESAMPLED = 500


@dataclass(frozen=True)
class EmbeddedPosters:
    """All posters of an index: ids int64[P], ascending, and embeddings float32[P, D]."""

    ids: NDArray[np.int64]
    embeddings: NDArray[np.float32]
    parts: Mapping[str, int]

    @classmethod
    def of(cls, index: PosterIndex, card: ModelCard) -> EmbeddedPosters:
        return cls(index.poster_ids, index.embeddings(index.poster_ids), card.parts)

    def graded(self, judged: Judged, found: Searched) -> Grades:
        """The graded pairs by rows; shown are those that an arm has among its five of all films."""
        queries, candidates, grades = judged.pairs()
        five = found.free[:, :, :FIRST_FIVE].reshape(len(found.free), -1)
        asked = np.searchsorted(np.array(judged.queries), queries)
        shown = (five[asked] == candidates[:, None]).any(1)
        rows, others = (np.searchsorted(self.ids, each) for each in (queries, candidates))
        return Grades(rows, others, grades, shown)

    def likeness(
        self, model: LikenessModel, ones: NDArray[np.int64], others: NDArray[np.int64]
    ) -> Floats:
        """Of pairs of rows, float64[N]."""
        return chances(model, self.parts, self.embeddings[ones], self.embeddings[others])

    def cosines(self, grades: Grades) -> Floats:
        """Of the whole embeddings of the graded pairs, float64[N]."""
        one, other = self.embeddings[grades.queries], self.embeddings[grades.candidates]
        lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
        return np.asarray((one * other).sum(1) / lengths, np.float64)

    def with_random(
        self, grades: Grades
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """All graded pairs, and as bad some random ones of every query: rows and whether okay."""
        asked, drawn = random_pairs(np.unique(grades.queries), len(self.ids), seed=1)
        okay = np.concatenate([grades.okay, np.zeros(len(asked), np.bool_)])
        return (
            np.concatenate([grades.queries, asked]),
            np.concatenate([grades.candidates, drawn]),
            okay,
        )


def calibration_error(chance: Floats, okay: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten bins of equal width, weighed by their pairs."""
    bins = np.minimum((chance * _BINS).astype(int), _BINS - 1)
    return float(sum(abs((chance - okay)[bins == each].sum()) for each in range(_BINS)) / len(okay))


def over_queries(
    queries: NDArray[np.int64], figure: Callable[[NDArray[np.int64]], float]
) -> tuple[float, float]:
    """The 95% interval of a figure of rows, over resampled queries, of whose rows it is made."""
    names = np.unique(queries)
    rows = [np.flatnonzero(queries == name) for name in names]

    def resampled(drawn: NDArray[np.int64]) -> float:
        return figure(np.concatenate([rows[each] for each in drawn]))

    return bootstrap(resampled, len(names), np.random.default_rng(0), rounds=RESAMPLED)


def expected_okay(
    posters: EmbeddedPosters, model: LikenessModel, judged: Judged, found: NDArray[np.int64]
) -> Floats:
    """Of each query the share of okay posters among every arm's five, what nobody graded counted by
    its likeness: float64[Q]."""
    shares = []
    for query, arms in zip(judged.queries, found[:, :, :FIRST_FIVE], strict=True):
        five, known = arms.ravel(), judged.grades[query]
        five = five[five >= 0]
        row = np.full(len(five), np.searchsorted(posters.ids, query))
        chance = posters.likeness(model, row, np.searchsorted(posters.ids, five))
        okay = [
            float(known[each] >= OKAY) if each in known else share
            for each, share in zip(five.tolist(), chance.tolist(), strict=True)
        ]
        shares.append(np.mean(okay))
    return np.array(shares)
