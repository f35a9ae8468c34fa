"""Lonely houses and what waits in their doors."""

from __future__ import annotations

import numpy as np
from PIL import Image

from demo.drawing import outlines, silhouettes
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette
from demo.scenes.woods import moon


def house_on_hill(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A gabled house with one lit window, the moon behind it."""
    c.sky((0, p.night), (0.4, p.shade), (0.7, p.body), (1, p.shade))
    x = rng.uniform(170, 230)
    moon(c, p, x + rng.uniform(-30, 30), 240, rng.uniform(88, 120), 0.5)
    c.clouds(rng, p.shade, 0.8, below=420, cells=3)
    hill = [
        (-4, 500),
        (60, 486),
        (x - 70, 415),
        (x, 396),
        (x + 80, 418),
        (340, 480),
        (404, 498),
        (404, 604),
        (-4, 604),
    ]
    with c.shape((mix(p.night, p.shade, 0.35), p.night)) as pen:
        pen.curve([(-60, 620), *hill[:-2], (460, 620)])
        pen.rect(0, 520, WIDTH, HEIGHT)
        pen.rect(x - 52, 330, x + 48, 405)
        pen.polygon([(x - 60, 332), (x - 26, 282), (x + 6, 332)])
        pen.rect(x + 8, 286, x + 40, 340)
        pen.polygon([(x + 2, 288), (x + 24, 236), (x + 46, 288)])
        pen.line([(x + 24, 240), (x + 24, 224)], 1)
        pen.rect(x - 46, 290, x - 38, 316)
        for fx in range(-110, 120, 11):
            fy = 424 + abs(fx) * 0.34 + rng.normal(0, 1)
            pen.line([(x + fx, fy + 10), (x + fx + rng.normal(0, 1), fy - 12)], 1.6)
        outlines.bare_tree(pen, rng, rng.uniform(10, 50), 520, rng.uniform(190, 240), lean=0.12)
        outlines.bare_tree(pen, rng, rng.uniform(345, 385), 525, rng.uniform(140, 200), lean=-0.14)
    c.glow(x + 24, 304, 60, p.accent, 0.8)
    with c.shape(mix(p.accent, p.light, 0.55)) as pen:
        pen.rect(x + 18, 298, x + 30, 314)
        pen.rect(x - 34, 350, x - 24, 364, ink=170)
        pen.rect(x + 23.5, 298, x + 24.5, 314, ink=0)
    c.mist(rng, 490, 30, mix(p.body, p.air, 0.4), 0.5)


def doorway(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A door opens on light; a figure stands in it and its shadow reaches us."""
    c.sky((0, p.night), (0.6, mix(p.night, p.shade, 0.6)), (1, p.night))
    x, w = rng.uniform(160, 240), rng.uniform(44, 62)
    top, sill = 190, 410
    lean = (200 - x) * 0.8 + rng.uniform(-50, 50)
    c.glow(x, 300, 270, p.body, 0.75)
    with c.shape((mix(p.accent, p.light, 0.75), mix(p.accent, p.light, 0.45))) as pen:
        pen.rect(x - w, top, x + w, sill)
    with c.shape((mix(p.accent, p.light, 0.3), mix(p.night, p.body, 0.3))) as pen:
        pen.polygon(
            [
                (x - w, sill),
                (x + w, sill),
                (x + w * 2.4 + lean, HEIGHT),
                (x - w * 2.4 + lean, HEIGHT),
            ]
        )
    with c.shape((mix(p.shade, p.body, 0.5), mix(p.night, p.shade, 0.7))) as pen:
        way = rng.choice([-1, 1])
        hinge = x + way * w
        pen.polygon(
            [
                (hinge, top),
                (hinge + way * 34, top - 18),
                (hinge + way * 34, sill + 34),
                (hinge, sill),
            ]
        )
    with c.shape(p.night, 0.92) as pen:
        h = rng.uniform(150, 190)
        silhouettes.person(
            pen,
            x,
            sill,
            h,
            hat=str(rng.choice(["", "fedora", "top"])),
            dress=bool(rng.random() < 0.3),
        )
        pen.polygon(
            [
                (x - h * 0.09, sill),
                (x + h * 0.09, sill),
                (x + lean * 0.72 + h * 0.24, 570),
                (x + lean * 0.72 - h * 0.24, 570),
            ]
        )
        pen.ellipse(x + lean * 0.82, 585, h * 0.11, 24)


def lake_cabin(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Still water, a cabin and its reflection."""
    shore = rng.uniform(345, 375)
    c.sky((0, p.shade), (0.3, p.body), (shore / HEIGHT, p.air), (1, p.air))
    if rng.random() < 0.5:
        c.stars(rng, 90, p.light, 220)
    moon(c, p, rng.uniform(80, 320), rng.uniform(130, 200), rng.uniform(18, 34))
    for i in range(3):
        with c.shape(
            (mix(mix(p.air, p.body, 0.6), p.shade, i / 2), mix(p.body, p.shade, 0.5))
        ) as pen:
            if i < 2:
                pen.polygon(outlines.ridge(rng, shore - 18 + i * 14, 95 - i * 35))
            else:
                for x in np.arange(-10, WIDTH + 20, 13.0):
                    outlines.conifer(pen, rng, x + rng.normal(0, 4), shore, rng.uniform(34, 92))
    x = rng.uniform(110, 290)
    with c.shape(p.night) as pen:
        pen.rect(x - 24, shore - 28, x + 24, shore)
        pen.polygon([(x - 32, shore - 26), (x, shore - 54), (x + 32, shore - 26)])
        pen.rect(0, shore - 3, WIDTH, shore + 1)
    with c.shape(mix(p.accent, p.light, 0.4)) as pen:
        pen.rect(x - 10, shore - 20, x - 2, shore - 10)
    c.glow(x - 6, shore - 15, 46, p.accent, 0.7)
    mirror = (
        c.image.crop((0, round(shore) - 230, WIDTH, round(shore)))
        .transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        .resize((WIDTH, 270))
    )
    c.image.paste(mirror, (0, round(shore)))
    c.scrim(shore, HEIGHT - 40, p.night, 0.85)
    with c.shape(p.light, 0.3) as pen:
        for _ in range(16):
            y = shore + 6 + 170 * rng.random() ** 1.6
            w = rng.uniform(20, 90)
            pen.line([(x + rng.normal(0, 90), y), (x + rng.normal(0, 90) + w, y)], 0.7)
    if rng.random() < 0.6:
        with c.shape(p.night) as pen:
            bx, by = rng.uniform(140, 260), 462
            pen.curve(
                [
                    (bx - 44, by - 4),
                    (bx - 30, by + 9),
                    (bx + 30, by + 9),
                    (bx + 46, by - 5),
                    (bx, by + 1),
                ]
            )
            silhouettes.person(pen, bx, by + 8, 48, hat=str(rng.choice(["", "fedora"])))
