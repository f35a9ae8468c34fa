"""Pairs of posters that people graded, as lists to learn a ranking from."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_FEWEST = 3
"""Graded candidates below which a query teaches no ranking."""


@dataclass(frozen=True)
class GradedLists:
    """Graded candidates of Q queries, K places each.

    queries: int64 [Q], rows of the posters. candidates: int64 [Q, K], rows; -1 fills up. grades:
    float32 [Q, K], 0 (bad) to 2 (good).
    """

    queries: NDArray[np.int64]
    candidates: NDArray[np.int64]
    grades: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.queries)

    def chosen(self, places: NDArray[np.int64]) -> GradedLists:
        """The lists at some places."""
        return GradedLists(self.queries[places], self.candidates[places], self.grades[places])


def read_grades(path: Path) -> dict[str, dict[str, float]]:
    """Query: {candidate: grade}, by film ids, from a CSV with these columns.

    Raises:
        ValueError: a file that is no CSV in UTF-8 or has not these columns, or a grade that is no
            number in 0-2.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:  # Excel marks its UTF-8
            rows = list(csv.DictReader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path.name} is no CSV in UTF-8: {error}") from error
    found: dict[str, dict[str, float]] = {}
    for number, row in enumerate(rows, 2):
        try:
            grade = float(row["grade"])
            query, candidate = row["query"], row["candidate"]
        except (KeyError, TypeError, ValueError):
            raise ValueError(
                f"{path.name}, line {number}: needs query, candidate and a grade from 0 to 2"
            ) from None
        if not 0 <= grade <= 2:  # nor NaN
            raise ValueError(f"{path.name}, line {number}: the grade {grade} is not in 0-2")
        found.setdefault(query, {})[candidate] = grade
    return found


def usable_grades(path: Path, films: Sequence[str]) -> tuple[dict[str, dict[str, float]], int]:
    """The grades of a file, and of how many queries the posters of these films teach a ranking.

    Raises:
        ValueError: as `read_grades` says, and where that is none.
    """
    grades = read_grades(path)
    usable = len(graded_lists(grades, films, np.arange(len(films))))
    if not usable:
        raise ValueError(
            f"{path.name} teaches nothing: none of its {len(grades):,} queries is a film of the "
            f"split train with {_FEWEST} graded ones there, one of them liked"
        )
    return grades, usable


def graded_lists(
    grades: Mapping[str, Mapping[str, float]], films: Sequence[str], rows: NDArray[np.int64]
) -> GradedLists:
    """The lists among the posters that may be learned from.

    Args:
        films: of each poster.
        rows: int64, of the posters to learn from; others are left out, as queries and as
            candidates, and so are queries of whom nobody liked anything.
    """
    place = {films[row]: int(row) for row in rows}
    known = []
    for query, pairs in grades.items():
        here = [(place[film], grade) for film, grade in pairs.items() if film in place]
        if query in place and len(here) >= _FEWEST and max(grade for _, grade in here) > 0:
            known.append((place[query], here))
    width = max((len(here) for _, here in known), default=0)
    candidates = np.full((len(known), width), -1, dtype=np.int64)
    filled = np.zeros((len(known), width), dtype=np.float32)
    for at, (_, listed) in enumerate(known):
        candidates[at, : len(listed)] = [row for row, _ in listed]
        filled[at, : len(listed)] = [grade for _, grade in listed]
    return GradedLists(np.array([q for q, _ in known], dtype=np.int64), candidates, filled)
