"""Outlines of land, trees and towns, as polygons for a pen."""

from __future__ import annotations

import math

import numpy as np

from demo.drawing.geometry import HEIGHT, WIDTH, Position
from demo.drawing.pen import Pen


def ridge(
    rng: np.random.Generator, base: float, height: float, *, rough: float = 0.55, steps: int = 7
) -> list[Position]:
    """A mountain line by midpoint displacement, closed along the poster's foot."""
    n = 2**steps
    line = np.zeros(n + 1)
    line[0], line[n] = rng.normal(0, 0.4, 2)
    span, sway = n, 1.0
    while span > 1:
        half = span // 2
        middles = (line[0:n:span] + line[span : n + 1 : span]) / 2
        line[half:n:span] = middles + rng.normal(0, sway, middles.size)
        span, sway = half, sway * rough
    line = (line - line.min()) / (np.ptp(line) + 1e-9)
    xs = np.linspace(-4, WIDTH + 4, n + 1)
    top = [(float(x), float(base - height * v)) for x, v in zip(xs, line, strict=True)]
    return [*top, (WIDTH + 4, HEIGHT + 4), (-4, HEIGHT + 4)]


def hills(
    rng: np.random.Generator, base: float, height: float, waves: float = 1.4
) -> list[Position]:
    """Soft rolling ground, closed along the poster's foot."""
    xs = np.linspace(-4, WIDTH + 4, 60)
    first, second = rng.random(2) * 6.28
    t = xs / WIDTH * 6.28
    ys = base - height * (0.5 + 0.35 * np.sin(waves * t + first) + 0.15 * np.sin(2.7 * t + second))
    top = [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
    return [*top, (WIDTH + 4, HEIGHT + 4), (-4, HEIGHT + 4)]


def at(outline: list[Position], x: float) -> float:
    """The height (y) of a ridge or hill line at `x`."""
    top = outline[:-2]
    return float(np.interp(x, [p[0] for p in top], [p[1] for p in top]))


def mesa(
    rng: np.random.Generator, x: float, base: float, width: float, height: float
) -> list[Position]:
    """A butte: a flat, slightly stepped top over steep sides and a skirt of scree."""
    w, h = width / 2, height
    notch = rng.uniform(0.04, 0.14, 4)
    return [
        (x - w * 1.7, base), (x - w * 1.2, base - h * 0.3), (x - w, base - h * 0.42),
        (x - w * 0.94, base - h * (1 - notch[0])), (x - w * 0.6, base - h * (1 - notch[1])),
        (x - w * 0.52, base - h), (x + w * 0.35, base - h * (1 - notch[2] / 3)),
        (x + w * 0.42, base - h * (1 - notch[3])), (x + w * 0.93, base - h * 0.88),
        (x + w, base - h * 0.44), (x + w * 1.25, base - h * 0.28), (x + w * 1.9, base),
    ]  # fmt: skip


def conifer(
    pen: Pen, rng: np.random.Generator, x: float, y: float, h: float, ink: int = 255
) -> None:
    """A fir with drooping, uneven branches."""
    tiers = max(5, int(h / 14))
    left: list[Position] = [(x, y - h)]
    right: list[Position] = []
    for i in range(1, tiers + 1):
        t = i / tiers
        reach = h * 0.2 * t**0.9
        drop = y - h * (1 - t * 0.96)
        for side, edge in ((-1, left), (1, right)):
            tip = reach * rng.uniform(0.75, 1.15)
            edge.append((x + side * tip, drop + h * 0.02))
            edge.append((x + side * tip * 0.45, drop - h * 0.005))
    pen.polygon([*left, *reversed(right)], ink)
    pen.rect(x - h * 0.014, y - h * 0.08, x + h * 0.014, y + 3, ink)


def bare_tree(
    pen: Pen, rng: np.random.Generator, x: float, y: float, h: float, *, lean: float = 0.0
) -> None:
    """A leafless tree, branching to twigs."""

    def grow(px: float, py: float, angle: float, length: float, width: float, depth: int) -> None:
        bend = angle + rng.normal(0, 0.12)
        mx = px + math.cos(bend) * length * 0.5
        my = py + math.sin(bend) * length * 0.5
        bend += rng.normal(0, 0.18)
        qx, qy = mx + math.cos(bend) * length * 0.5, my + math.sin(bend) * length * 0.5
        pen.line([(px, py), (mx, my)], width)
        pen.line([(mx, my), (qx, qy)], width * 0.8)
        if depth == 0:
            return
        shoots = 3 if depth > 3 and rng.random() < 0.5 else 2
        for turn in np.linspace(-0.55, 0.55, shoots):
            grow(qx, qy, bend + turn + rng.normal(0, 0.14), length * rng.uniform(0.64, 0.84),
                 max(0.5, width * 0.66), depth - 1)  # fmt: skip

    pen.polygon([(x - h * 0.05, y + 4), (x - h * 0.018, y - h * 0.1), (x + h * 0.018, y - h * 0.1),
                 (x + h * 0.055, y + 4)])  # fmt: skip
    grow(x, y, -math.pi / 2 + lean, h * 0.3, h * 0.045, 6)


def round_tree(pen: Pen, rng: np.random.Generator, x: float, y: float, h: float) -> None:
    pen.rect(x - h * 0.035, y - h * 0.45, x + h * 0.035, y + 2)
    for _ in range(9):
        angle, r = rng.random() * 6.28, rng.random() * h * 0.2
        pen.ellipse(
            x + math.cos(angle) * r, y - h * 0.64 + math.sin(angle) * r, h * rng.uniform(0.15, 0.23)
        )


def palm(
    pen: Pen, rng: np.random.Generator, x: float, y: float, h: float, lean: float = 0.2
) -> None:
    spine = [(x + lean * h * t * t, y - h * t) for t in np.linspace(0, 1, 8)]
    pen.line(spine, max(1.5, h * 0.035))
    top = spine[-1]
    for angle in np.linspace(-3.5, 0.4, 8) + rng.normal(0, 0.12, 8):
        reach = h * rng.uniform(0.32, 0.42)
        droop = reach * 0.55
        mid = (top[0] + math.cos(angle) * reach * 0.55, top[1] + math.sin(angle) * reach * 0.5)
        end = (
            top[0] + math.cos(angle) * reach,
            top[1] + math.sin(angle) * reach * 0.55 + droop * 0.6,
        )
        pen.polygon([top, (mid[0], mid[1] - h * 0.025), end, (mid[0], mid[1] + h * 0.04)])


def cactus(pen: Pen, x: float, y: float, h: float) -> None:
    w = h * 0.075
    for x0, y0, y1 in ((0.0, 0.0, 1.0), (-0.24, 0.45, 0.78), (0.26, 0.36, 0.66)):
        pen.rect(x + x0 * h - w, y - y1 * h, x + x0 * h + w, y - y0 * h + 2)
        pen.ellipse(x + x0 * h, y - y1 * h, w)
    for x0, y0 in ((-0.24, 0.45), (0.26, 0.36)):
        pen.rect(x, y - y0 * h - w, x + x0 * h, y - y0 * h + w)
        pen.ellipse(x + x0 * h, y - y0 * h, w)


def towers(
    rng: np.random.Generator, base: float, low: float, high: float, width: tuple[float, float]
) -> list[tuple[float, float, float]]:
    """A row of buildings across the poster: `(left, right, top)` of each, standing on `base`."""
    row, x = [], -rng.uniform(0, width[0])
    while x < WIDTH:
        w = rng.uniform(*width)
        # Taller towards the middle third, so that a skyline has a summit.
        hump = 0.55 + 0.45 * math.exp(-(((x + w / 2) / WIDTH - 0.5) ** 2) / 0.06)
        row.append((x, x + w, base - rng.uniform(low, high) * hump))
        x += w + rng.choice([0.0, 0.0, 3.0])
    return row


def roofs(pen: Pen, rng: np.random.Generator, row: list[tuple[float, float, float]]) -> None:
    """Draws a row of buildings with setbacks, tanks and masts."""
    for x0, x1, top in row:
        pen.rect(x0, top, x1, HEIGHT)
        w, kind = x1 - x0, rng.integers(0, 6)
        if kind == 0:
            pen.rect(x0 + w * 0.2, top - w * 0.35, x1 - w * 0.2, top)
            pen.rect(x0 + w * 0.36, top - w * 0.65, x1 - w * 0.36, top)
            pen.line([(x0 + w / 2, top - w * 0.6), (x0 + w / 2, top - w * 1.4)], 1)
        elif kind == 1:
            pen.polygon([(x0, top + 0.5), (x0 + w / 2, top - w * 0.6), (x1, top + 0.5)])
        elif kind == 2:
            pen.rect(x0 + w * 0.3, top - 9, x0 + w * 0.62, top - 3)
            pen.line([(x0 + w * 0.34, top), (x0 + w * 0.34, top - 4)], 1)
            pen.line([(x0 + w * 0.58, top), (x0 + w * 0.58, top - 4)], 1)
            pen.polygon(
                [(x0 + w * 0.28, top - 9), (x0 + w * 0.46, top - 14), (x0 + w * 0.64, top - 9)]
            )
        elif kind == 3:
            pen.line([(x0 + w * 0.7, top), (x0 + w * 0.7, top - 22)], 1)


def windows(
    pen: Pen, rng: np.random.Generator, row: list[tuple[float, float, float]], share: float
) -> None:
    """Lights `share` of the windows of a row of buildings."""
    for x0, x1, top in row:
        for wx in np.arange(x0 + 4, x1 - 4, 6.0):
            for wy in np.arange(top + 6, min(top + 190, HEIGHT), 9.0):
                if rng.random() < share:
                    pen.rect(wx, wy, wx + 2.6, wy + 4.2, ink=int(rng.integers(110, 256)))
