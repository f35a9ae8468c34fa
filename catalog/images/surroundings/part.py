"""A part of a picture, such as the poster in a photograph of a wall."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from PIL import Image

Corner = tuple[float, float]
"""From a picture's left and top, in its widths and heights, 0-1."""
Corners = tuple[Corner, Corner, Corner, Corner]
"""Clockwise from the top left."""


@dataclass(frozen=True, slots=True)
class Part:
    """A quadrilateral of a picture that shows what is to be read, upright once it is cut out."""

    corners: Corners

    @classmethod
    def rectangle(cls, left: float, top: float, right: float, bottom: float) -> Self:
        """The part between these shares of the picture's width and height."""
        return cls(((left, top), (right, top), (right, bottom), (left, bottom)))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The least rectangle around it: left, top, right, bottom."""
        across, down = zip(*self.corners, strict=True)
        return min(across), min(down), max(across), max(down)

    @property
    def upright(self) -> bool:
        """Whether it is a rectangle that stands as the picture does."""
        return self == Part.rectangle(*self.bounds)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Pixels across and down that it has in a picture of that size."""
        points = [(x * width, y * height) for x, y in self.corners]
        top, right, bottom, left = (
            math.dist(points[i], points[(i + 1) % 4]) for i in range(len(points))
        )
        return max(1, round((top + bottom) / 2)), max(1, round((left + right) / 2))

    def cut(self, image: Image.Image) -> Image.Image:
        """The part as a picture of its own; a tilted one is turned upright."""
        width, height = image.size
        if self.upright:
            left, top, right, bottom = self.bounds
            x, y = min(round(left * width), width - 1), min(round(top * height), height - 1)
            across, down = max(round(right * width), x + 1), max(round(bottom * height), y + 1)
            return image.crop((x, y, min(across, width), min(down, height)))
        one, two, three, four = ((x * width, y * height) for x, y in self.corners)
        return image.transform(
            self.size(width, height),
            Image.Transform.QUAD,
            (*one, *four, *three, *two),  # Pillow goes the other way round
            Image.Resampling.BICUBIC,
        )


WHOLE_PICTURE = Part.rectangle(0, 0, 1, 1)
