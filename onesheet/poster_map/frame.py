"""The square in which the map of all posters lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIDE = 65535
"""The square's side, in units of the file of points."""


@dataclass(frozen=True)
class Frame:
    """How an index's map lies in the square: centred, both axes to one scale, y downwards."""

    left: float
    top: float
    scale: float

    @classmethod
    def around(cls, positions: NDArray[np.float32]) -> Frame:
        """The frame that holds `positions` float32[N, 2]."""
        low, high = positions.min(axis=0), positions.max(axis=0)
        extent = max(float((high - low).max()), 1e-6)
        left, top = (low + high) / 2 - np.array([extent, -extent]) / 2
        return cls(float(left), float(top), SIDE / extent)

    def within(self, positions: NDArray[np.float32]) -> NDArray[np.float64]:
        """`positions` float32[M, 2] in the square, float64[M, 2]."""
        across = (positions[:, 0].astype(np.float64) - self.left) * self.scale
        down = (self.top - positions[:, 1].astype(np.float64)) * self.scale
        return np.clip(np.stack([across, down], axis=1), 0, SIDE)
