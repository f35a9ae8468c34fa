"""Night and trees: forests, eyes, crows."""

from __future__ import annotations

import math

import numpy as np

from demo.drawing import outlines, silhouettes
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette


def moon(c: Canvas, p: ScenePalette, x: float, y: float, r: float, strength: float = 0.6) -> None:
    c.glow(x, y, r * 5, mix(p.air, p.body, 0.3), strength)
    with c.shape((mix(p.light, (255, 255, 255), 0.3), mix(p.light, p.air, 0.25))) as pen:
        pen.ellipse(x, y, r)


def forest(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Firs fading into fog around a lit clearing, and somebody with a lantern."""
    c.sky((0, p.shade), (0.45, p.body), (0.72, p.air), (1, p.shade))
    moon(c, p, rng.uniform(120, 280), rng.uniform(150, 210), rng.uniform(24, 54))
    for i in range(5):
        t = i / 4
        tone = mix(mix(p.air, p.body, 0.55), p.night, t**0.8)
        base = 400 + i * 38
        with c.shape((tone, mix(tone, p.body, 0.25 * (1 - t)))) as pen:
            for _ in range(11 - i):
                x = rng.uniform(-20, WIDTH + 20)
                if i > 1:  # leave the middle open: a path of light
                    x = 200 + math.copysign(abs(x - 200) * 0.6 + 62 + 22 * i, x - 200)
                outlines.conifer(pen, rng, x, base + 8, rng.uniform(150, 215) + i * 44)
            pen.polygon(outlines.hills(rng, base + 10, 14, 1.8))
        if i < 4:
            c.mist(rng, base - 12, 34, mix(p.air, p.light, 0.25), 0.5)
    figure_y = 512
    c.glow(212, figure_y - 34, 90, p.accent, 0.75)
    with c.shape(p.night) as pen:
        silhouettes.person(pen, 200, figure_y, rng.uniform(66, 84), dress=bool(rng.random() < 0.5))
    with c.shape(mix(p.accent, (255, 255, 255), 0.6)) as pen:
        pen.ellipse(213, figure_y - 32, 3.5, 4.5)


def watchers(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Trunks in the dark, pairs of eyes between them."""
    c.sky((0, p.night), (0.5, p.shade), (1, p.night))
    c.glow(200, 300, 260, p.body, 0.55)
    for i in range(4):
        t = i / 3
        with c.shape(
            (mix(p.body, p.night, 0.35 + 0.6 * t), mix(p.shade, p.night, 0.4 + 0.6 * t))
        ) as pen:
            for k in range(9 - 2 * i):
                x = (
                    rng.uniform(0, WIDTH)
                    if i < 2
                    else rng.choice([rng.uniform(-10, 120), rng.uniform(280, 410)])
                )
                w = 4 + i * 7 + rng.uniform(0, 6)
                bow = rng.normal(0, 8)
                pen.polygon(
                    [
                        (x - w, HEIGHT),
                        (x - w * 0.6 + bow, 300),
                        (x - w * 0.5, -5),
                        (x + w * 0.5, -5),
                        (x + w * 0.7 + bow, 300),
                        (x + w * 1.3, HEIGHT),
                    ]
                )
                if k % 2:
                    pen.line(
                        [(x, 200 + 40 * k), (x + 50, 150 + 40 * k), (x + 70, 100 + 40 * k)], 1.5 + i
                    )
        c.mist(rng, 470, 60, mix(p.body, p.air, 0.2), 0.3)
    pairs = int(rng.integers(1, 6))
    spots = [
        (200 + rng.uniform(-90, 90), 240 + k * 46 + rng.uniform(-10, 10)) for k in range(pairs)
    ]
    for k, (x, y) in enumerate(spots):
        size = 5.5 if pairs > 1 else 11
        c.glow(x, y, size * 10, p.accent, 0.5)
        with c.shape(mix(p.accent, (255, 255, 255), 0.35)) as pen:
            for s in (-1, 1):
                pen.curve(
                    [
                        (x + s * size * 0.8, y + size * 0.4),
                        (x + s * size * 1.6, y - size * 0.6),
                        (x + s * size * 2.7, y - size * (0.7 if k % 2 else 0.2)),
                        (x + s * size * 1.8, y + size * 0.5),
                    ]
                )
        with c.shape(p.night) as pen:
            for s in (-1, 1):
                pen.ellipse(x + s * size * 1.75, y - size * 0.1, size * 0.16, size * 0.5)


def crow_tree(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """One bare tree full of birds against a pale or bloody sky."""
    c.sky((0, mix(p.body, p.air, 0.2)), (0.6, p.air), (1, p.light))
    c.clouds(rng, mix(p.body, p.shade, 0.2), 0.6, below=560, cells=3)
    if rng.random() < 0.6:
        with c.shape(p.accent, 0.95) as pen:
            pen.ellipse(rng.uniform(130, 270), rng.uniform(220, 280), rng.uniform(60, 95))
    ground = outlines.hills(rng, 480, 24, 0.8)
    x = rng.uniform(150, 250)
    with c.shape(p.night) as pen:
        pen.polygon(ground)
        outlines.bare_tree(
            pen, rng, x, outlines.at(ground, x) + 4, rng.uniform(230, 275), lean=rng.normal(0, 0.08)
        )
        for _ in range(int(rng.integers(7, 16))):
            silhouettes.bird(
                pen,
                x + rng.normal(0, 95),
                rng.uniform(150, 360),
                rng.uniform(8, 26),
                rng.normal(0, 0.3),
            )
        silhouettes.person(
            pen, x + rng.choice([-1, 1]) * 80, outlines.at(ground, x) + 6, 62, dress=True
        )
    c.mist(rng, 478, 26, p.light, 0.5)
