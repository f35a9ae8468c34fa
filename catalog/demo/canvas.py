"""The surface a scene is painted on: antialiased shapes, light, mist and noise.

Coordinates are poster pixels, 400 wide and 600 high, y downwards; shapes are drawn at twice that
size and reduced, which is where their smooth edges come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 400, 600
_OVERSAMPLE = 2

Colour = tuple[int, int, int]
Point = tuple[float, float]
Fill = Colour | tuple[Colour, Colour]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`first` with `share` (0-1) of `second` stirred in."""
    r, g, b = (round(p + (q - p) * share) for p, q in zip(first, second, strict=True))
    return r, g, b


def luminance(colour: Colour) -> float:
    """Rec. 601 luma of an 8-bit colour, 0-255."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def smooth(points: Sequence[Point], steps: int = 6) -> list[Point]:
    """A closed Catmull-Rom curve through `points`, `steps` segments between neighbours."""
    p = np.asarray(points, dtype=float)
    before, after, beyond = np.roll(p, 1, 0), np.roll(p, -1, 0), np.roll(p, -2, 0)
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (v[:, None, :] for v in (before, p, after, beyond))
    curve = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return [(float(x), float(y)) for x, y in curve.reshape(-1, 2)]


class Pen:
    """Takes strokes in poster coordinates; `ink=0` cuts holes in what was drawn before.

    Strokes are kept until the mask is asked for, so that it need only cover what they touch.
    """

    def __init__(self) -> None:
        self._strokes: list[tuple[str, list[Point], int, float]] = []

    def polygon(self, points: Sequence[Point], ink: int = 255) -> None:
        self._strokes.append(("polygon", list(points), ink, 0.0))

    def curve(self, points: Sequence[Point], ink: int = 255) -> None:
        """A polygon with its corners rounded through the points."""
        self.polygon(smooth(points), ink)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float | None = None, ink: int = 255
    ) -> None:
        rx, ry = abs(rx), abs(rx if ry is None else ry)
        self._strokes.append(("ellipse", [(x - rx, y - ry), (x + rx, y + ry)], ink, 0.0))

    def ring(self, x: float, y: float, r: float, width: float, ink: int = 255) -> None:
        self._strokes.append(("ring", [(x - r, y - r), (x + r, y + r)], ink, width))

    def rect(self, x0: float, y0: float, x1: float, y1: float, ink: int = 255) -> None:
        corners = [(min(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1))]
        self._strokes.append(("rect", corners, ink, 0.0))

    def line(self, points: Sequence[Point], width: float = 1.0, ink: int = 255) -> None:
        self._strokes.append(("line", list(points), ink, width))

    def mask(self, margin: float = 0.0) -> tuple[Image.Image, tuple[int, int]] | None:
        """The strokes as an L mask, and the poster pixel of its upper left corner."""
        if not self._strokes:
            return None
        spare = margin + 2 + max(w for *_, w in self._strokes) / 2
        xs, ys = zip(*(q for _, points, *_ in self._strokes for q in points), strict=True)
        left, top = max(0, int(min(xs) - spare)), max(0, int(min(ys) - spare))
        right, bottom = min(WIDTH, int(max(xs) + spare) + 1), min(HEIGHT, int(max(ys) + spare) + 1)
        if right <= left or bottom <= top:
            return None
        k = _OVERSAMPLE
        sheet = Image.new("L", ((right - left) * k, (bottom - top) * k), 0)
        draw = ImageDraw.Draw(sheet)
        for kind, points, ink, width in self._strokes:
            _stroke(draw, kind, [((x - left) * k, (y - top) * k) for x, y in points], ink, width)
        return sheet.reduce(k), (left, top)


def _stroke(
    draw: ImageDraw.ImageDraw, kind: str, points: list[Point], ink: int, width: float
) -> None:
    thick = max(1, round(width * _OVERSAMPLE))
    if kind == "polygon":
        draw.polygon(points, fill=ink)
    elif kind == "line":
        draw.line(points, fill=ink, width=thick, joint="curve")
    elif kind == "ring":
        draw.ellipse(points, outline=ink, width=thick)
    elif kind == "ellipse":
        draw.ellipse(points, fill=ink)
    else:
        (x0, y0), (x1, y1) = points
        draw.rectangle((x0, y0, max(x0, x1 - 1), max(y0, y1 - 1)), fill=ink)


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

    def __init__(self, background: Colour = (0, 0, 0)) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), background)

    def sky(self, *stops: tuple[float, Colour]) -> None:
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

    def glow(
        self, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0
    ) -> None:
        """Adds light around a point (screen blending), gone at `radius`."""
        self.light(np.hypot(*_offsets(x, y)) / radius, colour, strength)

    def beam(
        self, x: float, y: float, angle: float, spread: float, colour: Colour, strength: float = 1.0
    ) -> None:
        """Adds a cone of light from a point; angles in radians, 0 to the right, pi/2 down."""
        dx, dy = _offsets(x, y)
        turn = np.abs(np.angle(np.exp(1j * (np.arctan2(dy, dx) - angle))))
        fade = np.hypot(dx, dy) / 700
        self.light(np.maximum(turn / spread, fade), colour, strength)

    def light(self, reach: NDArray[np.floating], colour: Colour, strength: float) -> None:
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
        colour: Colour,
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
        colour: Colour,
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
        self, rng: np.random.Generator, count: int, colour: Colour, below: float = HEIGHT
    ) -> None:
        with self.shape(colour, 0.85) as pen:
            for _ in range(count):
                r = 0.4 + 1.1 * rng.random() ** 4
                pen.ellipse(
                    rng.random() * WIDTH, rng.random() * below, r, ink=int(rng.integers(90, 256))
                )

    def scrim(self, y0: float, y1: float, colour: Colour, strength: float) -> None:
        """Fades towards `colour` from `y0` (nothing) to `y1` and beyond (`strength`)."""
        share = np.clip((np.arange(HEIGHT) - y0) / (y1 - y0), 0, 1)
        ramp = (share * share * (3 - 2 * share) * strength * 255).astype(np.uint8)
        mask = Image.fromarray(ramp[:, None]).resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)
        self.image.paste(colour, (0, 0), mask)


def _offsets(x: float, y: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    gx, gy = _axes(100, 150)
    return gx - x, gy - y


def gradient(
    stops: Sequence[tuple[float, Colour]], size: tuple[int, int] = (WIDTH, HEIGHT)
) -> Image.Image:
    """A vertical RGB gradient through `(share of the height, colour)` stops, in rising order."""
    w, h = size
    at = np.linspace(0, 1, h)
    where = [s for s, _ in stops]
    rows = np.stack([np.interp(at, where, [c[i] for _, c in stops]) for i in range(3)], axis=1)
    column = Image.fromarray(rows.round().astype(np.uint8)[:, None, :])
    return column.resize((w, h), Image.Resampling.NEAREST)
