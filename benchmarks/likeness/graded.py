"""Pairs of posters that were graded, and what five posters are worth by their grades."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedder.finishing.likeness import GOOD, OKAY
from onesheet.instance import Instance

FIRST_FIVE = 5
SHARES_OF_FIVE = ("good@5", "okay@5", "nDCG@5", "ungraded of 5")
CHOSEN_ON_DEV = (
    "The packaged model's settings were chosen by what cosine finds for these same queries of dev "
    "([decision 25](../decisions/0025-slow-networks-teach-composition.md)), which favours it here."
)


@dataclass(frozen=True)
class Judged:
    """For each query's poster id the grades of candidates, 0 bad to 2 good, by their poster ids."""

    grades: Mapping[int, Mapping[int, float]]

    @classmethod
    def read(cls, path: Path, instance: Instance) -> Judged:
        """From a CSV of query, candidate (IMDb ids) and grade; films that the instance lacks are
        left out."""
        indexed = set(instance.opened().index.poster_ids.tolist())
        with path.open(encoding="utf-8", newline="") as file:
            rows = [(r["query"], r["candidate"], float(r["grade"])) for r in csv.DictReader(file)]
        poster: dict[str, int] = {}
        for imdb_id in {each for row in rows for each in row[:2]}:
            cards = instance.catalog.by_imdb(imdb_id)
            if cards and cards[0].poster_id in indexed:
                poster[imdb_id] = cards[0].poster_id
        grades: dict[int, dict[int, float]] = {}
        for query, candidate, grade in rows:
            if query in poster and candidate in poster:
                grades.setdefault(poster[query], {})[poster[candidate]] = grade
        return cls(dict(sorted(grades.items())))

    @property
    def queries(self) -> list[int]:
        """Poster ids, ascending."""
        return list(self.grades)

    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Queries and candidates by poster ids, int64[N] each, and their grades, float64[N]."""
        rows = [(q, c, g) for q, known in self.grades.items() for c, g in known.items()]
        queries, candidates, grades = zip(*rows, strict=True)
        return np.array(queries), np.array(candidates), np.array(grades, np.float64)

    def worth(self, found: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """SHARES_OF_FIVE for each query, float64[Q, 4]; the shares and nDCG are nan
        where nothing says what they are."""
        return np.array(
            [
                _worth(list(five)[:FIRST_FIVE], self.grades[q])
                for q, five in zip(self.grades, found, strict=True)
            ]
        )


def _worth(five: list[int], known: Mapping[int, float]) -> tuple[float, float, float, float]:
    """As the graders' own score.py has it: ungraded ones are left out of the shares and count as
    nothing in the gain, whose ideal is of all that was graded for the query."""
    judged = [known[each] for each in five if each in known]
    if not judged:
        return math.nan, math.nan, math.nan, float(len(five))
    good = sum(grade >= GOOD for grade in judged) / len(judged)
    okay = sum(grade >= OKAY for grade in judged) / len(judged)
    ideal = _gain(sorted(known.values(), reverse=True)[:FIRST_FIVE])
    gain = _gain([known.get(each, 0.0) for each in five]) / ideal if ideal else math.nan
    return good, okay, gain, float(len(five) - len(judged))


def _gain(grades: Sequence[float]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))
