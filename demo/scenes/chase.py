"""What happens fast: an explosion, a drive through the night."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from demo.drawing import outlines, silhouettes
from demo.drawing.canvas import Canvas, noise
from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette


def blast(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Somebody outruns a wall of fire."""
    c.sky((0, p.night), (0.5, p.shade), (0.8, p.body), (1, p.night))
    x, y = rng.uniform(140, 260), 380
    c.glow(x, y, 380, p.accent, 0.9)
    billows = np.asarray(noise(rng, 5, 5), dtype=np.float32) / 255
    gy, gx = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    heat = 1.15 - np.hypot((gx - x) / 210, (gy - y + 20) / 235) + 0.75 * (billows - 0.5)
    for tone, level in (
        (mix(p.shade, p.night, 0.4), 0.22),
        (mix(p.body, p.night, 0.25), 0.36),
        (p.body, 0.5),
        (p.air, 0.64),
        (mix(p.accent, p.light, 0.5), 0.82),
        (mix(p.light, (255, 255, 255), 0.6), 0.98),
    ):
        mask = (np.clip((heat - level) * 9, 0, 1) * 235).astype(np.uint8)
        c.stain(Image.fromarray(mask), tone)
    row = outlines.towers(rng, 470, 30, 110, (30, 60))
    with c.shape((mix(p.night, p.shade, 0.5), p.night)) as pen:
        for k, b in enumerate(row):
            if not 130 < b[0] < 240:
                outlines.roofs(pen, rng, [row[k]])
        pen.rect(0, 470, WIDTH, HEIGHT)
    with c.shape(p.accent, 0.9) as pen:
        for _ in range(90):
            a, d = rng.uniform(math.pi, math.tau), rng.uniform(90, 330)
            pen.ellipse(x + d * math.cos(a), y + d * math.sin(a), rng.uniform(0.5, 2.2))
    with c.shape(mix(p.night, (0, 0, 0), 0.5)) as pen:
        silhouettes.runner(
            pen, 200 + rng.uniform(-20, 20), 512, rng.uniform(150, 185), int(rng.choice([-1, 1]))
        )


def night_drive(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Headlights coming round the bend under the city's glow."""
    horizon = rng.uniform(330, 360)
    c.sky((0, p.night), (0.35, p.shade), (horizon / HEIGHT, p.body), (1, p.night))
    c.glow(200, horizon, 300, p.accent, 0.35)
    row = outlines.towers(rng, horizon + 4, 40, 130, (16, 38))
    with c.shape((mix(p.shade, p.night, 0.3), mix(p.shade, p.body, 0.5))) as pen:
        outlines.roofs(pen, rng, row)
    with c.shape(mix(p.accent, p.light, 0.4), 0.8) as pen:
        outlines.windows(pen, rng, row, 0.2)
    with c.shape((mix(p.shade, p.night, 0.4), p.night)) as pen:
        pen.rect(0, horizon, WIDTH, HEIGHT)
    bend = rng.choice([-1, 1]) * rng.uniform(40, 90)
    ts = np.linspace(0, 1, 20)
    mid = 200 + bend * (1 - ts) ** 2 * 1.4
    ys = horizon + (HEIGHT - horizon) * ts**1.5
    for offset, tone in ((-1.0, p.light), (1.0, p.light), (0.0, p.accent)):
        with c.shape(tone, 0.7) as pen:
            w = 6 + 230 * ts**1.5
            pen.polygon(
                [
                    *(
                        (m + offset * a - 0.4 - t * 2.4, y)
                        for m, a, t, y in zip(mid, w, ts, ys, strict=True)
                    ),
                    *(
                        (m + offset * a + 0.4 + t * 2.4, y)
                        for m, a, t, y in zip(mid[::-1], w[::-1], ts[::-1], ys[::-1], strict=True)
                    ),
                ]
            )
    x, y, s = 200 - bend * 0.15, 462, rng.uniform(66, 84)
    with c.shape(p.night, 0.7, blur=4) as pen:
        pen.ellipse(x, y + 4, s * 1.1, 9)
    with c.shape((mix(p.accent, p.night, 0.25), mix(p.night, p.shade, 0.3))) as pen:
        pen.curve(
            [
                (x - s, y),
                (x - s, y - s * 0.34),
                (x - s * 0.72, y - s * 0.46),
                (x - s * 0.5, y - s * 0.8),
                (x + s * 0.5, y - s * 0.8),
                (x + s * 0.72, y - s * 0.46),
                (x + s, y - s * 0.34),
                (x + s, y),
            ]
        )
    with c.shape((mix(p.shade, p.body, 0.6), p.night)) as pen:
        pen.polygon(
            [
                (x - s * 0.6, y - s * 0.46),
                (x - s * 0.44, y - s * 0.74),
                (x + s * 0.44, y - s * 0.74),
                (x + s * 0.6, y - s * 0.46),
            ]
        )
        pen.rect(x - s * 0.34, y - s * 0.24, x + s * 0.34, y - s * 0.08)
    for side in (-1, 1):
        c.glow(x + side * s * 0.68, y - s * 0.24, 96, mix(p.light, p.accent, 0.2), 1.0)
        with c.shape((255, 255, 255)) as pen:
            pen.ellipse(x + side * s * 0.68, y - s * 0.24, s * 0.12, s * 0.085)
