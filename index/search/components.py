"""Principal components: the few directions in which a network's embeddings vary."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

VARIANCE = 0.99
"""Of the variance, what the components used for searching hold (docs/decisions/0011)."""

# Vectors whose principal components are taken.
_SAMPLE = 100_000

# Vectors projected at once, in float64.
_AT_ONCE = 8_192


@dataclass(frozen=True)
class Components:
    """An affine map to M orthonormal directions: centre float64[D], axes float64[M, D]."""

    centre: NDArray[np.float64]
    axes: NDArray[np.float64]

    @classmethod
    def of(cls, vectors: NDArray[np.float32], most: int | None = None) -> Self:
        """The fewest of `vectors` float32[N, D] that hold VARIANCE of their variance, and `most` at
        most."""
        sample = vectors[:: -(-len(vectors) // _SAMPLE)].astype(np.float64)
        centre = sample.mean(axis=0)
        variances, axes = np.linalg.eigh((sample - centre).T @ (sample - centre))
        left_out = np.cumsum(np.maximum(variances, 0.0))  # ascending
        count = max(int((left_out > (1 - VARIANCE) * left_out[-1]).sum()), 1)
        count = count if most is None else min(count, most)
        return cls(centre, np.ascontiguousarray(axes.T[::-1][:count]))

    @classmethod
    def from_array(cls, array: NDArray[np.float64]) -> Self:
        """What `as_array` gave."""
        return cls(array[0], array[1:])

    def as_array(self) -> NDArray[np.float64]:
        """float64[1 + M, D], the centre first."""
        return np.concatenate([self.centre[None], self.axes])

    def shortened(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """The components of `vectors` float32[N, D], and last the length of what they leave out:
        float32[N, M + 1].

        Two shortened vectors are never farther apart, by Euclidean distance, than the vectors
        themselves: the components' part of the distance is the same, and what is left out is at
        least as far apart as its lengths are.
        """
        short = np.empty((len(vectors), len(self.axes) + 1), np.float32)
        for start in range(0, len(vectors), _AT_ONCE):
            part = vectors[start : start + _AT_ONCE].astype(np.float64) - self.centre
            found = part @ self.axes.T
            left_out = part - found @ self.axes
            short[start : start + len(part), :-1] = found
            short[start : start + len(part), -1] = np.sqrt(np.square(left_out).sum(axis=1))
        return short
