"""The surface a scene is painted on: shapes, light, mist and noise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from demo.drawing.colours import Rgb, gradient
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.pen import Pen

Fill = Rgb | tuple[Rgb, Rgb]


@lru_cache(maxsize=8)
def _axes(w: int, h: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    return (x + 0.5) * (WIDTH / w), (y + 0.5) * (HEIGHT / h)


def noise(rng: np.random.Generator, cells: int = 6, octaves: int = 4) -> Image.Image:
    """Cloud-like noise, mode L at poster size, `cells` blobs across at the coarsest."""
    total = np.zeros((150, 100), dtype=np.float32)
    weight = 1.0
    for octave in range(octaves):
        n = min(cells * 2**octave, 100)
        grid = Image.fromarray(rng.random((n * 3 // 2, n), dtype=np.float32))
        total += weight * np.asarray(grid.resize((100, 150), Image.Resampling.BICUBIC))
        weight *= 0.5
    low, high = float(total.min()), float(total.max())
    scaled = np.clip((total - low) / (high - low) * 255, 0, 255).astype(np.uint8)
    return Image.fromarray(scaled).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


class Canvas:
    """A poster in the making: an RGB image and the strokes that scenes are made of."""

    def __init__(self, background: Rgb = (0, 0, 0)) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), background)

    def sky(self, *stops: tuple[float, Rgb]) -> None:
        """Fills everything with a vertical gradient through `(height share, colour)` stops."""
        self.image = gradient(stops)

    @contextmanager
    def shape(self, fill: Fill, opacity: float = 1.0, blur: float = 0.0) -> Iterator[Pen]:
        """What the pen draws appears in `fill`: one colour, or a (top, bottom) pair over the
        height of what was drawn."""
        pen = Pen()
        yield pen
        drawn = pen.mask(margin=3 * blur)
        if drawn is None:
            return
        mask, corner = drawn
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur))
        self.stain(mask, fill, corner, opacity)

    def stain(
        self, mask: Image.Image, fill: Fill, corner: tuple[int, int] = (0, 0), opacity: float = 1.0
    ) -> None:
        """Lays `fill` through an L mask whose upper left pixel is at `corner`."""
        if opacity < 1:
            mask = mask.point([round(v * opacity) for v in range(256)])
        x, y = corner
        box = (x, y, x + mask.width, y + mask.height)
        first, *rest = fill
        if isinstance(first, int):
            self.image.paste(fill, box, mask)  # type: ignore[arg-type]
            return
        ramp = gradient([(0.0, first), (1.0, rest[0])], mask.size)  # type: ignore[list-item]
        self.image.paste(ramp, box, mask)

    def glow(self, x: float, y: float, radius: float, colour: Rgb, strength: float = 1.0) -> None:
        """Adds light around a point (screen blending), gone at `radius`."""
        self.light(np.hypot(*_offsets(x, y)) / radius, colour, strength)

    def beam(
        self, x: float, y: float, angle: float, spread: float, colour: Rgb, strength: float = 1.0
    ) -> None:
        """Adds a cone of light from a point; angles in radians, 0 to the right, pi/2 down."""
        dx, dy = _offsets(x, y)
        turn = np.abs(np.angle(np.exp(1j * (np.arctan2(dy, dx) - angle))))
        fade = np.hypot(dx, dy) / 700
        self.light(np.maximum(turn / spread, fade), colour, strength)

    def light(self, reach: NDArray[np.floating], colour: Rgb, strength: float) -> None:
        """Screens `colour` on with a falloff from 1 at `reach` 0 to nothing at 1."""
        falloff = np.clip(1 - reach, 0, 1) ** 2 * strength
        small = (falloff[..., None] * np.array(colour)).clip(0, 255).astype(np.uint8)
        lamp = Image.fromarray(small).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        self.image = ImageChops.screen(self.image, lamp)

    def mist(
        self,
        rng: np.random.Generator,
        y: float,
        height: float,
        colour: Rgb,
        strength: float = 0.7,
    ) -> None:
        """A drifting band of mist around `y`, `height` pixels to where it thins out."""
        rows = np.exp(-(((np.arange(HEIGHT) - y) / height) ** 2))
        drift = np.asarray(noise(rng, 3, 3), dtype=np.float32) / 255
        mask = (rows[:, None] * (0.35 + 0.65 * drift) * strength * 255).astype(np.uint8)
        self.image.paste(colour, (0, 0), Image.fromarray(mask))

    def clouds(
        self,
        rng: np.random.Generator,
        colour: Rgb,
        strength: float = 0.6,
        *,
        below: float = HEIGHT,
        cells: int = 4,
    ) -> None:
        """Clouds over the sky, thinning towards height `below`."""
        field = np.asarray(noise(rng, cells, 5), dtype=np.float32) / 255
        fade = np.clip(1 - np.arange(HEIGHT) / below, 0, 1)[:, None] ** 0.5
        mask = np.clip((field - 0.45) * 2.6, 0, 1) * fade * strength * 255
        self.image.paste(colour, (0, 0), Image.fromarray(mask.astype(np.uint8)))

    def stars(
        self, rng: np.random.Generator, count: int, colour: Rgb, below: float = HEIGHT
    ) -> None:
        with self.shape(colour, 0.85) as pen:
            for _ in range(count):
                r = 0.4 + 1.1 * rng.random() ** 4
                pen.ellipse(
                    rng.random() * WIDTH, rng.random() * below, r, ink=int(rng.integers(90, 256))
                )

    def scrim(self, y0: float, y1: float, colour: Rgb, strength: float) -> None:
        """Fades towards `colour` from `y0` (nothing) to `y1` and beyond (`strength`)."""
        share = np.clip((np.arange(HEIGHT) - y0) / (y1 - y0), 0, 1)
        ramp = (share * share * (3 - 2 * share) * strength * 255).astype(np.uint8)
        mask = Image.fromarray(ramp[:, None]).resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)
        self.image.paste(colour, (0, 0), mask)


def _offsets(x: float, y: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    gx, gy = _axes(100, 150)
    return gx - x, gy - y
