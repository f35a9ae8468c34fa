"""Exact nearest neighbours by Euclidean distance, as matrix products over blocks of queries."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

BLOCK = 1 << 22
"""Distances held at once: 16 MB."""


class LabelledPoints:
    """N points to find neighbours among. `points` is float32[N, D]."""

    def __init__(self, points: NDArray[np.float32]) -> None:
        self.count, self.dimensions = points.shape
        # Distances do not change when all points move; near the origin they round less.
        self._centre = points.mean(axis=0)
        centred = points - self._centre
        # |q - p|^2 / 2 ranks as |p|^2 / 2 - q.p does: one product of [q, 1] with [-p, |p|^2 / 2].
        half_squares = np.einsum("nd,nd->n", centred, centred)[:, None] / 2
        self._columns = np.ascontiguousarray(np.hstack([-centred, half_squares]).T)

    def nearest(self, queries: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """The k nearest of the gallery for queries float32[B, D]: int64[B, k], in no order.

        Of equally near points at the edge some are taken, always the same for the same input.
        """
        self._check(k, self.count)
        found = np.empty((len(queries), k), dtype=np.int64)
        for rows, distances in self._distances(queries - self._centre):
            found[rows] = smallest(distances, k)
        return found

    def nearest_others(self, k: int) -> NDArray[np.int64]:
        """For each point of the gallery its k nearest others: int64[N, k], in no order."""
        self._check(k, self.count - 1)
        found = np.empty((self.count, k), dtype=np.int64)
        for rows, distances in self._distances(-self._columns[:-1].T):
            distances[np.arange(len(distances)), np.arange(rows.start, rows.stop)] = np.inf
            found[rows] = smallest(distances, k)
        return found

    def _check(self, k: int, available: int) -> None:
        if not 1 <= k <= available:
            raise ValueError(f"k must lie between 1 and {available}, got {k}")

    def _distances(
        self, centred: NDArray[np.float32]
    ) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Blocks of rows with their ranking distances [rows, N]; the block is reused."""
        size = max(1, BLOCK // self.count)
        block = np.empty((size, self.count), dtype=np.float32)
        for start in range(0, len(centred), size):
            stop = min(start + size, len(centred))
            ones = np.ones((stop - start, 1), dtype=np.float32)
            queries = np.hstack([centred[start:stop], ones])
            yield slice(start, stop), np.matmul(queries, self._columns, out=block[: stop - start])


def smallest(distances: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Columns of the k smallest of each row of float32[B, N]: int64[B, k], in no order.

    Columns are put into groups. The k groups with the smallest minima hold the k smallest
    values, because each other group's minimum has k values no larger elsewhere. Looking for
    them there is several times faster than partitioning whole rows.
    """
    rows, count = distances.shape
    depth = int(np.sqrt(count / k))  # makes both partitions below about as long
    groups = count // depth
    if depth < 4 or groups <= k:
        return np.argpartition(distances, k - 1, axis=1)[:, :k]
    whole = depth * groups
    minima = distances[:, :whole].reshape(rows, depth, groups).min(axis=1)
    best = np.argpartition(minima, k - 1, axis=1)[:, :k]
    candidates = (best[:, None, :] + groups * np.arange(depth)[None, :, None]).reshape(rows, -1)
    rest = np.broadcast_to(np.arange(whole, count), (rows, count - whole))
    candidates = np.hstack([candidates, rest])
    values = np.take_along_axis(distances, candidates, axis=1)
    chosen = np.argpartition(values, k - 1, axis=1)[:, :k]
    return np.take_along_axis(candidates, chosen, axis=1)
