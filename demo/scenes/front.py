"""Force: wire, wings, rotors, storms at sea."""

from __future__ import annotations

import math

import numpy as np

from demo.drawing import outlines, silhouettes
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT
from demo.drawing.palettes import ScenePalette
from demo.drawing.pen import Pen


def wire(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A patrol on a ridge under a heavy sky, barbed wire in front."""
    c.sky((0, p.shade), (0.45, p.body), (0.75, p.air), (1, p.light))
    c.clouds(rng, p.shade, 0.75, below=520, cells=3)
    c.glow(rng.uniform(100, 300), 420, 240, p.accent, 0.55)
    with c.shape((mix(p.body, p.shade, 0.4), p.shade)) as pen:
        pen.polygon(outlines.ridge(rng, 460, 40))
    ground = outlines.hills(rng, 470, 36, 0.7)
    count = int(rng.integers(1, 6))
    with c.shape((p.night, mix(p.night, p.shade, 0.3))) as pen:
        pen.polygon(ground)
        turn = int(rng.choice([-1, 1]))
        for k in range(count):
            x = 200 + (k - (count - 1) / 2) * 58 + rng.normal(0, 5)
            silhouettes.soldier(
                pen, x, outlines.at(ground, x) + 3, rng.uniform(86, 96) if count > 1 else 150, turn
            )
    c.mist(rng, 480, 20, p.air, 0.35)
    with c.shape(mix(p.night, (0, 0, 0), 0.3)) as pen:
        _barbs(pen, rng)


def _barbs(pen: Pen, rng: np.random.Generator) -> None:
    for x in (40, 210, 366):
        pen.polygon([(x - 4, HEIGHT), (x - 3, 468), (x + 3, 466), (x + 4, HEIGHT)])
    for y in (490, 520, 552):
        xs = np.linspace(-5, 405, 60)
        sag = 8 * np.sin(xs / 54 + y)
        pen.line([(float(a), float(y + b)) for a, b in zip(xs, sag, strict=True)], 1.1)
        for x, b in zip(xs[::4], sag[::4], strict=True):
            for s in (-1, 1):
                pen.line([(x - 4, y + b - s * 4), (x + 4, y + b + s * 4)], 0.9)


def squadron(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Aircraft in formation above a floor of cloud."""
    c.sky((0, p.shade), (0.4, p.body), (0.7, p.light), (1, p.air))
    x, y = rng.uniform(100, 300), rng.uniform(230, 300)
    c.glow(x, y, 280, p.accent, 0.6)
    with c.shape(mix(p.light, p.accent, 0.2)) as pen:
        pen.ellipse(x, y, rng.uniform(34, 70))
    for i in range(3):
        c.mist(rng, 400 + 60 * i, 40, mix(p.light, p.air, i / 3), 0.8)
    c.clouds(rng, mix(p.body, p.shade, 0.5), 0.5, cells=4)
    turn = rng.uniform(-0.35, 0.35)
    with c.shape(p.night) as pen:
        for k, (dx, dy, size) in enumerate(
            ((0, 0, 92), (-104, 70, 46), (104, 60, 46), (-158, 130, 27), (160, 124, 27))
        ):
            if k < 3 or rng.random() < 0.7:
                _plane(pen, 200 + dx, 300 + dy, size, turn)


def _plane(pen: Pen, x: float, y: float, s: float, turn: float) -> None:
    half = [(0.0, -0.62), (0.05, -0.54), (0.08, -0.3), (0.1, -0.2), (0.5, -0.16), (0.95, -0.05),
            (1.0, 0.03), (0.9, 0.08), (0.1, 0.12), (0.05, 0.62), (0.28, 0.7), (0.28, 0.78),
            (0.0, 0.78)]  # fmt: skip
    outline = [*half, *((-a, b) for a, b in reversed(half))]
    ca, sa = math.cos(turn), math.sin(turn)
    pen.polygon([(x + s * (a * ca - b * sa), y + s * (a * sa + b * ca)) for a, b in outline])
    for a in (-0.4, 0.4):
        ex, ey = x + s * (a * ca + 0.22 * sa), y + s * (a * sa - 0.22 * ca)
        pen.ellipse(ex, ey, s * 0.055, s * 0.11)


def rotors(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Helicopters out of a molten sun, palms or rooftops below."""
    c.sky((0, mix(p.shade, p.body, 0.3)), (0.5, p.body), (0.8, p.air), (1, p.air))
    x, y, r = rng.uniform(160, 240), rng.uniform(300, 340), rng.uniform(100, 130)
    c.glow(x, y, r * 2.2, p.accent, 0.6)
    with c.shape((mix(p.light, p.accent, 0.3), mix(p.accent, p.body, 0.35))) as pen:
        pen.ellipse(x, y, r)
    for k in range(4):
        c.mist(rng, y + 10 + k * 24, 7, p.air, 0.55)
    with c.shape(p.night) as pen:
        for dx, dy, s in ((0, -30, 62), (-92, 28, 36), (98, -76, 30), (60, 50, 22))[
            : int(rng.integers(1, 5))
        ]:
            _helicopter(pen, x + dx, y + dy, s, 1 if rng.random() < 0.8 else -1)
        ground = outlines.hills(rng, 492, 20, 1.0)
        pen.polygon(ground)
        if rng.random() < 0.6:
            for _ in range(7):
                px = rng.uniform(0, 400)
                outlines.palm(
                    pen,
                    rng,
                    px,
                    outlines.at(ground, px) + 4,
                    rng.uniform(50, 120),
                    rng.uniform(-0.25, 0.25),
                )
        else:
            outlines.roofs(pen, rng, outlines.towers(rng, 500, 20, 90, (30, 60)))


def _helicopter(pen: Pen, x: float, y: float, s: float, turn: int) -> None:
    body = [(-0.42, 0.02), (-0.36, -0.16), (-0.1, -0.24), (0.16, -0.2), (0.3, -0.08), (0.98, -0.13),
            (1.06, -0.3), (1.13, -0.3), (1.08, -0.04), (0.3, 0.08), (0.1, 0.2),
            (-0.28, 0.2)]  # fmt: skip
    pen.polygon([(x - turn * a * s, y + b * s) for a, b in body])
    pen.rect(x - s * 0.03, y - s * 0.36, x + s * 0.03, y - s * 0.2)
    pen.polygon(
        [(x - s, y - s * 0.4), (x + s, y - s * 0.31), (x + s, y - s * 0.34), (x - s, y - s * 0.37)]
    )
    pen.line([(x - s * 0.36, y + s * 0.34), (x + s * 0.26, y + s * 0.34)], max(1, s * 0.04))
    for a in (-0.2, 0.1):
        pen.line([(x + a * s, y + s * 0.18), (x + a * s, y + s * 0.34)], max(0.8, s * 0.03))


def storm_ship(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A ship among seas taller than its masts."""
    c.sky((0, p.night), (0.4, p.shade), (0.65, p.body), (1, p.shade))
    c.clouds(rng, mix(p.shade, p.night, 0.5), 0.9, below=460, cells=3)
    lx = rng.uniform(90, 310)
    c.glow(lx, 250, 260, p.air, 0.8)
    x, y, tilt = rng.uniform(170, 230), 398, rng.uniform(-0.22, 0.22)
    for i in range(5):
        tone = mix(mix(p.body, p.air, 0.35), p.night, i / 4.2)
        phase, height = rng.random() * 6.28, 26 + i * 8
        xs = np.linspace(-4, 404, 80)
        ys = (
            392
            + i * 42
            - height * np.abs(np.sin(xs / (88 + 14 * i) + phase)) ** 0.8
            + 5 * np.sin(xs / 19 + i)
        )
        if i == 1:
            with c.shape(p.night) as pen:
                _ship(pen, x, y, 78, tilt)
        with c.shape((tone, mix(tone, p.night, 0.5))) as pen:
            pen.polygon([*zip(xs.tolist(), ys.tolist(), strict=True), (404, 604), (-4, 604)])
        with c.shape(mix(tone, p.light, 0.6), 0.55) as pen:
            pen.line(list(zip(xs.tolist(), (ys + 1).tolist(), strict=True)), 1.5)


def _ship(pen: Pen, x: float, y: float, s: float, tilt: float) -> None:
    def put(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x + s * (a - b * tilt), y + s * (b + a * tilt)) for a, b in points]

    pen.polygon(
        put(
            [
                (-1.0, -0.28),
                (-0.9, -0.06),
                (-0.7, 0.2),
                (0.7, 0.2),
                (0.95, -0.16),
                (1.3, -0.36),
                (0.8, -0.14),
                (-0.8, -0.12),
            ]
        )
    )
    for mast, top in ((-0.55, -1.35), (0.0, -1.65), (0.52, -1.3)):
        pen.line(put([(mast, 0.0), (mast, top)]), s * 0.03)
        for k, (low, high) in enumerate(((0.22, 0.55), (0.58, 0.82), (0.85, 0.97))):
            w = 0.26 - 0.05 * k
            pen.polygon(
                put(
                    [
                        (mast - w, top * low),
                        (mast - w * 0.8, top * high),
                        (mast + w * 0.8, top * high),
                        (mast + w * 1.25, top * (low + 0.12)),
                        (mast + w, top * low),
                    ]
                )
            )
    pen.line(put([(1.25, -0.35), (0.52, -1.25)]), 0.8)
