"""Dry country: mesas, dunes, a tree that nobody cut down."""

from __future__ import annotations

import math

import numpy as np

from demo.drawing import outlines, silhouettes
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette


def mesa_sunset(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Buttes in layers before a low sun; a rider crosses the foreground."""
    horizon = rng.uniform(400, 425)
    c.sky(
        (0, mix(p.shade, p.body, 0.35)), (0.38, p.body), (0.6, p.air), (0.72, p.light), (1, p.light)
    )
    sun_x, sun_y = rng.uniform(110, 290), horizon - rng.uniform(40, 110)
    c.clouds(rng, mix(p.air, p.light, 0.4), 0.35, below=300, cells=3)
    c.glow(sun_x, sun_y, 320, mix(p.air, p.accent, 0.5), 0.65)
    with c.shape(mix(p.light, (255, 255, 255), 0.35)) as pen:
        pen.ellipse(sun_x, sun_y, rng.uniform(38, 66))
    for depth in range(3):
        tone = mix(mix(p.air, p.body, 0.45), p.shade, depth / 2.4)
        base = horizon + depth * 16
        with c.shape((tone, mix(tone, p.air, 0.3))) as pen:
            for _ in range(2 + int(rng.integers(0, 2))):
                width = rng.uniform(36, 70) * (1 + depth * 0.5)
                x = rng.choice([rng.uniform(-20, 110), rng.uniform(290, 420)])
                pen.polygon(
                    outlines.mesa(rng, x, base + 2, width, rng.uniform(60, 105) + depth * 42)
                )
            pen.rect(0, base, WIDTH, HEIGHT)
        c.mist(rng, base + 4, 14, mix(p.air, p.light, 0.5), 0.45)
    ground = outlines.hills(rng, 505, 26, 0.8)
    with c.shape((mix(p.shade, p.night, 0.5), p.night)) as pen:
        pen.polygon(ground)
        turn = int(rng.choice([-1, 1]))
        x = rng.uniform(130, 270)
        if rng.random() < 0.6:
            silhouettes.rider(pen, x, outlines.at(ground, x) + 4, rng.uniform(84, 112), turn)
        else:
            silhouettes.gunslinger(pen, x, outlines.at(ground, x) + 3, rng.uniform(110, 140))
        for cx in (rng.uniform(10, 70), rng.uniform(330, 390)):
            outlines.cactus(pen, cx, outlines.at(ground, cx) + 2, rng.uniform(36, 78))


def dunes(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Sand in S-curves, lit from one side, with a caravan on a crest."""
    c.sky((0, p.body), (0.45, p.air), (0.62, p.light), (1, p.light))
    x, y = rng.uniform(80, 320), rng.uniform(150, 260)
    c.glow(x, y, 240, p.light, 0.8)
    with c.shape(mix(p.light, (255, 255, 255), 0.5)) as pen:
        pen.ellipse(x, y, rng.uniform(26, 60))
    for i in range(4):
        t = i / 3
        crest = 350 + i * 55
        peak = rng.uniform(90, 310)
        drop = rng.uniform(46, 80)
        lit = mix(mix(p.air, p.light, 0.35), p.body, t)
        xs = np.linspace(-4, WIDTH + 4, 60)
        ys = crest - drop * np.exp(-(((xs - peak) / (120 + 30 * i)) ** 2)) + 8 * np.sin(xs / 60 + i)
        top = [(float(a), float(b)) for a, b in zip(xs, ys, strict=True)]
        outline = [*top, (WIDTH + 4, HEIGHT + 4), (-4, HEIGHT + 4)]
        with c.shape((lit, mix(lit, p.shade, 0.4))) as pen:
            pen.polygon(outline)
        ridge_y = outlines.at(outline, peak)
        way = rng.choice([-1, 1])
        shadow = [(peak, ridge_y)]
        shadow += [
            (
                peak + way * 40 * math.sin(s * 2.6) * s + way * 26 * s,
                ridge_y + (HEIGHT - ridge_y) * s,
            )
            for s in np.linspace(0.1, 1, 9)
        ]
        far = WIDTH + 4 if way > 0 else -4
        crest_side = [q for q in top if (q[0] - peak) * way > 0]
        crest_side = crest_side if way > 0 else crest_side[::-1]
        with c.shape((mix(lit, p.shade, 0.72), mix(p.shade, p.night, 0.3 + 0.5 * t))) as pen:
            pen.polygon([(peak, ridge_y), *crest_side, (far, HEIGHT), *shadow[::-1]])
        if i == 2:
            with c.shape(p.night) as pen:
                for k in range(int(rng.integers(1, 5))):
                    fx = peak - way * (16 + 30 * k)
                    silhouettes.person(
                        pen,
                        fx,
                        outlines.at(outline, fx) + 2,
                        34,
                        hat=str(rng.choice(["", "stetson"])),
                    )


def hanging_tree(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A dead tree against a huge sun."""
    c.sky((0, mix(p.body, p.shade, 0.25)), (0.55, p.air), (1, p.light))
    x = rng.uniform(170, 230)
    with c.shape((mix(p.light, p.accent, 0.35), mix(p.light, p.air, 0.25))) as pen:
        pen.ellipse(x, 300, rng.uniform(128, 158))
    c.mist(rng, 420, 40, p.light, 0.5)
    ground = outlines.hills(rng, 470, 30, 0.7)
    with c.shape((mix(p.shade, p.night, 0.6), p.night)) as pen:
        pen.polygon(ground)
        tx = x + rng.uniform(-60, 60)
        outlines.bare_tree(
            pen,
            rng,
            tx,
            outlines.at(ground, tx) + 4,
            rng.uniform(170, 215),
            lean=rng.normal(0, 0.12),
        )
        who = (silhouettes.rider, silhouettes.wolf)[int(rng.random() < 0.35)]
        wx = tx + rng.choice([-1, 1]) * rng.uniform(95, 120)
        who(
            pen,
            wx,
            outlines.at(ground, wx) + 3,
            74 if who is silhouettes.rider else 46,
            int(rng.choice([-1, 1])),
        )
        for _ in range(4):
            silhouettes.bird(
                pen,
                rng.uniform(50, 350),
                rng.uniform(170, 260),
                rng.uniform(10, 20),
                rng.normal(0, 0.25),
            )
