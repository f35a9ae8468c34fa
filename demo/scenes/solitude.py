"""One thing in an empty place: a lighthouse, a chair."""

from __future__ import annotations

import math

import numpy as np

from demo.drawing import outlines
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette


def lighthouse(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A light on a rock, its beam over the water."""
    c.sky((0, p.night), (0.5, p.shade), (0.75, p.body), (1, p.night))
    c.stars(rng, 110, p.light, 340)
    side = int(rng.choice([-1, 1]))
    x, top = 200 - side * rng.uniform(40, 80), 222.0
    for a, strength in ((0.0 if side > 0 else math.pi, 1.0), (math.pi if side > 0 else 0.0, 0.35)):
        c.beam(x, top, a - side * 0.12, 0.2, mix(p.accent, p.light, 0.6), strength)
    c.glow(x, top, 90, mix(p.accent, p.light, 0.5), 1.0)
    with c.shape((mix(p.body, p.air, 0.2), p.shade)) as pen:
        pen.rect(0, 452, WIDTH, HEIGHT)
    with c.shape((mix(p.light, p.air, 0.3), mix(p.body, p.shade, 0.3))) as pen:
        pen.polygon([(x - 13, top + 14), (x + 13, top + 14), (x + 24, 440), (x - 24, 440)])
    with c.shape((p.accent, mix(p.accent, p.night, 0.4))) as pen:
        for t in (0.18, 0.55):
            y0, y1 = top + 14 + 212 * t, top + 14 + 212 * (t + 0.18)
            w0, w1 = 13 + 11 * t, 13 + 11 * (t + 0.18)
            pen.polygon([(x - w0, y0), (x + w0, y0), (x + w1, y1), (x - w1, y1)])
    with c.shape(p.night) as pen:
        pen.rect(x - 17, top + 10, x + 17, top + 14)
        pen.polygon([(x - 12, top - 9), (x, top - 24), (x + 12, top - 9)])
        pen.rect(x - 10, top - 9, x - 8, top + 10)
        pen.rect(x + 8, top - 9, x + 10, top + 10)
        pen.polygon(
            [
                (x - 150, 480),
                (x - 70, 446),
                (x - 30, 430),
                (x + 34, 432),
                (x + 76, 452),
                (x + 150, 480),
            ]
        )
    with c.shape(p.light, 0.35) as pen:
        for _ in range(50):
            y = 458 + 130 * rng.random()
            lx = rng.uniform(0, WIDTH)
            pen.line([(lx, y), (lx + rng.uniform(6, 34), y)], 0.8)
    with c.shape((mix(p.night, p.shade, 0.3), p.night)) as pen:
        pen.polygon(outlines.ridge(rng, 540, 30, rough=0.7))


def chair(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """One chair, one window's light, an empty room."""
    wall = mix(p.air, p.light, 0.3)
    c.sky((0, mix(wall, p.body, 0.35)), (1, wall))
    side = int(rng.choice([-1, 1]))
    with c.shape((mix(p.body, p.shade, 0.25), mix(p.body, p.shade, 0.65))) as pen:
        pen.polygon([(0, 450), (WIDTH, 450), (WIDTH, HEIGHT), (0, HEIGHT)])
    wx = 200 + side * 60
    with c.shape(mix(p.light, (255, 255, 255), 0.6), 0.85) as pen:
        for i in range(2):
            for j in range(3):
                x0, y0 = wx - 62 + i * 64, 180 + j * 74
                skew = side * -18
                pen.polygon(
                    [(x0, y0), (x0 + 56, y0 + skew), (x0 + 56, y0 + 64 + skew), (x0, y0 + 64)]
                )
    c.glow(wx, 280, 220, p.light, 0.4)
    cx, cy = 200 - side * 40, 500
    with c.shape(p.night, 0.4, blur=3) as pen:
        pen.polygon(
            [
                (cx - 30, cy),
                (cx + 30, cy),
                (cx - side * 130 + 30, cy + 60),
                (cx - side * 130 - 30, cy + 60),
            ]
        )
    with c.shape((mix(p.shade, p.night, 0.3), p.night)) as pen:
        for dx in (-30, 26):
            pen.rect(cx + dx, cy - 60, cx + dx + 4.5, cy + 4)
            pen.rect(cx + dx * 0.72, cy - 52, cx + dx * 0.72 + 3.5, cy - 8)
        pen.polygon(
            [(cx - 34, cy - 62), (cx + 34, cy - 62), (cx + 28, cy - 72), (cx - 28, cy - 72)]
        )
        for dx in (-28, 24):
            pen.rect(cx + dx, cy - 140, cx + dx + 4.5, cy - 62)
        for y in (-138, -118, -98):
            pen.rect(cx - 28, cy + y, cx + 28, cy + y + 8)
    with c.shape(p.accent) as pen:
        if rng.random() < 0.6:
            pen.curve(
                [
                    (cx - 22, cy - 140),
                    (cx + 6, cy - 142),
                    (cx + 12, cy - 80),
                    (cx + 4, cy - 52),
                    (cx - 16, cy - 70),
                ]
            )
        else:
            pen.ellipse(cx, cy - 82, 12, 11)
            pen.line([(cx, cy - 92), (cx + 4, cy - 100)], 2)
