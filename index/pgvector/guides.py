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


@dataclass(frozen=True)
class Guide:
    """A column of a table with a graph of its own: vectors as a metric has them, shortened.

    metric: cosine or Euclidean, for unit vectors or raw ones. components: of these.
    """

    metric: Metric
    components: Components

    @classmethod
    def over(cls, vectors: NDArray[np.float32], metric: Metric) -> Guide:
        """Of raw `vectors` float32[N, D]."""
        return cls(metric, Components.of(prepared(vectors, metric), MOST_COMPONENTS))

    @property
    def column(self) -> str:
        return f"short_{self.metric}"

    @property
    def dimensions(self) -> int:
        return len(self.components.axes) + 1

    def shortened(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the column has of raw `vectors` float32[N, D]: float32[N, dimensions]."""
        return self.components.shortened(prepared(vectors, self.metric))


Guides = Mapping[Metric, Guide]
"""The guide of each metric's walks; none where a table has no graphs, or one of whole vectors for
each metric, as indexes of earlier versions have."""


def guides_over(vectors: NDArray[np.float32]) -> Guides:
    """Of raw `vectors` float32[N, D]."""
    return _of_each({metric: Guide.over(vectors, metric) for metric in set(GRAPHS.values())})


def guide_files(guides: Guides) -> dict[str, NDArray[np.float64]]:
    """By their names, the arrays from which `guides_from` has the guides again."""
    return {_file(each.metric): each.components.as_array() for each in guides.values()}


def guides_from(files: Mapping[str, NDArray[Any]]) -> Guides:
    """The guides whose arrays are among `files`; none where one is missing."""
    if not all(name in files for name in GUIDE_FILES):
        return {}
    found = {m: Components.from_array(files[_file(m)]) for m in set(GRAPHS.values())}
    return _of_each({metric: Guide(metric, each) for metric, each in found.items()})


def _of_each(guides: Guides) -> Guides:
    return {metric: guides[leader] for metric, leader in GRAPHS.items()}


def _file(metric: Metric) -> str:
    return f"{metric}.guide.npy"


GUIDE_FILES: Final = tuple(sorted({_file(metric) for metric in GRAPHS.values()}))
