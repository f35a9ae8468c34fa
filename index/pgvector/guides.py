"""What pgvector's graphs hold: some numbers of each vector, which lead the way to candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.metric import Metric
from index.search.flat import prepared

MOST_NUMBERS: Final = 192
"""Of a vector in a graph: a walk takes as long as memory gives it vectors, and all numbers find
hardly more (docs/decisions/0031)."""
LEADERS: Final = {
    Metric.COSINE: Metric.COSINE,
    Metric.EUCLIDEAN: Metric.MANHATTAN,
    Metric.MANHATTAN: Metric.MANHATTAN,
}
"""By which metric's graph the candidates of each are found."""
_VARIANCES_OF: Final = 100_000
"""Vectors of which variances are taken."""


@dataclass(frozen=True)
class Guide:
    """A column of a table with a graph of its own: the numbers of vectors that vary most.

    metric: Manhattan, for raw vectors, or cosine, for unit ones. numbers: which, int64[M],
    ascending.
    """

    metric: Metric
    numbers: NDArray[np.int64]

    @classmethod
    def over(cls, vectors: NDArray[np.float32], metric: Metric) -> Guide:
        """Of raw `vectors` float32[N, D]."""
        sample = prepared(vectors[:: -(-len(vectors) // _VARIANCES_OF)], metric)
        most = np.argsort(-sample.var(axis=0, dtype=np.float64), kind="stable")[:MOST_NUMBERS]
        return cls(metric, np.sort(most))

    @property
    def column(self) -> str:
        return f"short_{self.metric}"

    @property
    def distance(self) -> Metric:
        """By which the column is ordered: unit vectors by Euclidean, as cosine would."""
        return Metric.EUCLIDEAN if self.metric is Metric.COSINE else self.metric

    @property
    def dimensions(self) -> int:
        return len(self.numbers)

    def shortened(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the column has of raw `vectors` float32[N, D]: float32[N, dimensions]."""
        return prepared(vectors, self.metric)[:, self.numbers]


Guides = Mapping[Metric, Guide]
"""The guide of each metric's walks; none where a table has no graphs, or one of whole vectors for
each metric, as indexes of earlier versions have."""


def guides_over(vectors: NDArray[np.float32]) -> Guides:
    """Of raw `vectors` float32[N, D]."""
    return _of_each({metric: Guide.over(vectors, metric) for metric in set(LEADERS.values())})


def guide_files(guides: Guides) -> dict[str, NDArray[np.int64]]:
    """By their names, the arrays from which `guides_from` has the guides again."""
    return {_file(each.metric): each.numbers for each in guides.values()}


def guides_from(files: Mapping[str, NDArray[Any]]) -> Guides:
    """The guides whose arrays are among `files`; none where one is missing."""
    if not all(name in files for name in GUIDE_FILES):
        return {}
    return _of_each({metric: Guide(metric, files[_file(metric)]) for metric in LEADERS.values()})


def _of_each(guides: Guides) -> Guides:
    return {metric: guides[leader] for metric, leader in LEADERS.items()}


def _file(metric: Metric) -> str:
    return f"{metric}.numbers.npy"


GUIDE_FILES: Final = tuple(sorted({_file(metric) for metric in LEADERS.values()}))
