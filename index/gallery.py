"""What an index asks of whatever holds its vectors: FAISS's files, or a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.metric import Metric


@dataclass(frozen=True)
class FoundRows:
    """Rows int64[M] of a gallery and their raw vectors, float32[M, D] or float16."""

    rows: NDArray[np.int64]
    vectors: NDArray[np.floating[Any]]


class VectorGallery(Protocol):
    """The raw vectors of an index as it was written, by row; never changed. Safe to share."""

    @property
    def dimensions(self) -> int:
        """D, of every vector."""

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.floating[Any]]:
        """The vectors [M, D] of `rows` int64[M], in their order."""

    def candidates(
        self,
        queries: NDArray[np.float32],
        metric: Metric,
        k: int,
        passing: NDArray[np.bool_] | None = None,
    ) -> Iterator[FoundRows]:
        """For each of `queries` float32[B, D], rows that hold its k nearest: certainly and with
        all that tie, or very likely, as the index's manifest tells.

        Only rows that are True in `passing` bool[N], of which one is at least.
        """
