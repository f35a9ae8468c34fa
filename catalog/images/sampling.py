"""An image seen through a grid that lies upon it, shifted, tilted and scaled."""

from collections.abc import Sequence
from copy import copy as duplicate
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
Shape = tuple[int, int]


class Sampling:
    """Where the pixels of a grid lie in an image, for bilinear interpolation."""

    def __init__(
        self,
        grid: Shape,
        image: Shape,
        scale: float,
        tilt: float,
        shift: NDArray[np.float64],
        apart: int = 1,
    ) -> None:
        """Args:
        grid, image: their heights and widths.
        scale: pixels of the image for one of the grid's.
        tilt: of the grid in the image, radians.
        shift: float64[2], of the grid's centre from the image's, pixels down and right.
        apart: only every so many-th of the grid's pixels, along and across.
        """
        down, right = _centred(grid)
        down, right = down[::apart], right[:, ::apart]
        cosine, sine = np.float32(scale * np.cos(tilt)), np.float32(scale * np.sin(tilt))
        middle = np.array([shift[0] + (image[0] - 1) / 2, shift[1] + (image[1] - 1) / 2])
        y, x = middle.astype(np.float32)
        y = (cosine * down + y) - sine * right
        x = (sine * down + x) + cosine * right
        self.mask = (y >= 0) & (y <= image[0] - 1) & (x >= 0) & (x <= image[1] - 1)
        top = y.clip(0, image[0] - 2).astype(np.int32)
        left = x.clip(0, image[1] - 2).astype(np.int32)
        self._corner = top * np.int32(image[1]) + left
        self._width = image[1]
        self._below, self._beside = y - top.astype(np.float32), x - left.astype(np.float32)

    @classmethod
    def stacked(cls, samplings: Sequence[Self]) -> Self:
        """Several of one image as one, their grids one after the other."""
        several = duplicate(samplings[0])
        for name in ("mask", "_corner", "_below", "_beside"):
            setattr(several, name, np.stack([getattr(each, name) for each in samplings]))
        return several

    def of(self, image: Grey) -> Grey:
        """The image at the grid's pixels; 0 where it has none."""
        flat, corner = image.ravel(), self._corner
        upper, lower = self._between(flat, corner), self._between(flat, corner + self._width)
        return np.where(self.mask, upper + (lower - upper) * self._below, np.float32(0))

    def _between(self, flat: Grey, corner: NDArray[np.int32]) -> Grey:
        left = flat.take(corner)
        return np.asarray(left + (flat.take(corner + 1) - left) * self._beside)


@lru_cache(maxsize=32)
def _centred(grid: Shape) -> tuple[Grey, Grey]:
    """A grid's rows float32[h, 1] and columns float32[1, w] from its centre."""
    down, right = np.ogrid[: grid[0], : grid[1]]
    middle = (grid[0] - 1) / 2, (grid[1] - 1) / 2
    return (down - middle[0]).astype(np.float32), (right - middle[1]).astype(np.float32)
