"""What pgvector's graphs hold: a few numbers of each vector, which lead the way to candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.metric import Metric
from index.search.components import Components
from index.search.flat import prepared
from index.search.kinds import GRAPHS

MOST_COMPONENTS: Final = 127
"""Of a vector in a graph, beside the length of what they leave out: a walk takes as long as memory
gives it vectors, and three times as many numbers find hardly more (docs/decisions/0031)."""
_VARIANCES_OF: Final = 100_000
"""Vectors whose numbers' deviations are taken."""


@dataclass(frozen=True)
class Guide:
    """A column of a table with a graph of its own: vectors as a metric has them, shortened.

    metric: cosine, for unit vectors, or Euclidean, for raw ones, which leads Manhattan's walks too.
    scales: float64[D], what each number is multiplied by first. components: of what that gives.
    """

    metric: Metric
    scales: NDArray[np.float64]
    components: Components

    @classmethod
    def over(cls, vectors: NDArray[np.float32], metric: Metric) -> Guide:
        """Of raw `vectors` float32[N, D]."""
        ready = prepared(vectors, metric)
        scales = np.ones(ready.shape[1])
        if metric is Metric.EUCLIDEAN:
            scales = _halfway_to_manhattan(ready)
        return cls(metric, scales, Components.of(_scaled(ready, scales), MOST_COMPONENTS))

    @classmethod
    def from_array(cls, metric: Metric, array: NDArray[np.float64]) -> Guide:
        """What `as_array` gave."""
        return cls(metric, array[0], Components.from_array(array[1:]))

    def as_array(self) -> NDArray[np.float64]:
        """float64[2 + M, D], the scales first."""
        return np.concatenate([self.scales[None], self.components.as_array()])

    @property
    def column(self) -> str:
        return f"short_{self.metric}"

    @property
    def dimensions(self) -> int:
        return len(self.components.axes) + 1

    def shortened(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the column has of raw `vectors` float32[N, D]: float32[N, dimensions]."""
        return self.components.shortened(_scaled(prepared(vectors, self.metric), self.scales))


Guides = Mapping[Metric, Guide]
"""The guide of each metric's walks; none where a table has no graphs, or one of whole vectors for
each metric, as indexes of earlier versions have."""


def guides_over(vectors: NDArray[np.float32]) -> Guides:
    """Of raw `vectors` float32[N, D]."""
    return _of_each({metric: Guide.over(vectors, metric) for metric in _LEADERS})


def guide_files(guides: Guides) -> dict[str, NDArray[np.float64]]:
    """By their names, the arrays from which `guides_from` has the guides again."""
    return {_file(each.metric): each.as_array() for each in guides.values()}


def guides_from(files: Mapping[str, NDArray[Any]]) -> Guides:
    """The guides whose arrays are among `files`; none where one is missing."""
    if all(_file(metric) in files for metric in _LEADERS):
        return _of_each({m: Guide.from_array(m, files[_file(m)]) for m in _LEADERS})
    if all(_former_file(metric) in files for metric in _LEADERS):
        unscaled = {m: np.insert(files[_former_file(m)], 0, 1.0, axis=0) for m in _LEADERS}
        return _of_each({m: Guide.from_array(m, each) for m, each in unscaled.items()})
    return {}


def _of_each(guides: Guides) -> Guides:
    return {metric: guides[leader] for metric, leader in GRAPHS.items()}


def _file(metric: Metric) -> str:
    return f"{metric}.scaled-guide.npy"


def _former_file(metric: Metric) -> str:
    """Of a guide whose scales are all 1, and not in it."""
    return f"{metric}.guide.npy"


def _halfway_to_manhattan(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """What makes Euclidean distance find what Manhattan's does too, float64[D].

    A number of standard deviation s adds s^2 to the one and s to the other on average; divided by
    the fourth root of s, its square adds s^1.5.
    """
    deviations = vectors[:: -(-len(vectors) // _VARIANCES_OF)].std(axis=0, dtype=np.float64)
    return np.where(deviations > 0, deviations, 1.0) ** -0.25


def _scaled(vectors: NDArray[np.float32], scales: NDArray[np.float64]) -> NDArray[np.float32]:
    return vectors * scales.astype(np.float32)


_LEADERS: Final = tuple(sorted(set(GRAPHS.values())))
GUIDE_FILES: Final = (*map(_file, _LEADERS), *map(_former_file, _LEADERS))
"""What may be among an index's arrays."""
