"""The nursery's own: paper boats, kites and smiling suns."""

from __future__ import annotations

import math

import numpy as np

from demo.drawing import outlines, silhouettes
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.palettes import ScenePalette
from demo.scenes.wonder import puff


def paper_boat(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A folded boat on enormous, patterned waves."""
    c.sky((0, mix(p.air, p.light, 0.2)), (0.6, p.light), (1, p.light))
    x = rng.uniform(150, 250)
    with c.shape(p.accent) as pen:
        pen.ellipse(400 - x, rng.uniform(200, 250), rng.uniform(46, 66))
    for _ in range(3):
        with c.shape(mix(p.light, (255, 255, 255), 0.8)) as pen:
            puff(pen, rng, rng.uniform(20, 380), rng.uniform(140, 290), rng.uniform(24, 44))
    for i in range(5):
        tone = mix(mix(p.body, p.air, 0.45), mix(p.shade, p.night, 0.4), i / 4)
        phase, base = rng.random() * 6.28, 380 + i * 40
        xs = np.linspace(-4, 404, 70)
        ys = base - 18 * np.abs(np.sin(xs / 52 + phase))
        with c.shape((tone, mix(tone, p.night, 0.25))) as pen:
            pen.polygon([*zip(xs.tolist(), ys.tolist(), strict=True), (404, 604), (-4, 604)])
        with c.shape(mix(tone, p.light, 0.5), 0.6) as pen:
            pen.line([(a, b + 8) for a, b in zip(xs.tolist(), ys.tolist(), strict=True)], 1.4)
        if i == 1:
            tilt = rng.uniform(-0.14, 0.14)
            for outline, tone2 in (
                ([(-74, -10), (74, -10), (44, 32), (-44, 32)], mix(p.light, (255, 255, 255), 0.8)),
                ([(0, -78), (38, -10), (-38, -10)], mix(p.light, p.air, 0.35)),
                ([(0, -78), (38, -10), (0, -10)], mix(p.air, p.body, 0.35)),
            ):
                with c.shape(tone2) as pen:
                    pen.polygon([(x + a - b * tilt, 398 + b + a * tilt) for a, b in outline])
            with c.shape(p.night) as pen:
                silhouettes.person(pen, x - 44, 391, 46)


def kite_hill(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A child, a hill, a kite as high as the title."""
    c.sky((0, p.body), (0.6, mix(p.air, p.light, 0.4)), (1, p.light))
    for _ in range(5):
        with c.shape((mix(p.light, (255, 255, 255), 0.8), p.light), 0.9) as pen:
            puff(pen, rng, rng.uniform(0, 400), rng.uniform(170, 400), rng.uniform(26, 60))
    side = int(rng.choice([-1, 1]))
    hx = 200 - side * 70
    with c.shape((mix(p.body, p.shade, 0.55), p.shade)) as pen:
        pen.polygon(outlines.hills(rng, 500, 50, 0.9))
    with c.shape((mix(p.shade, p.body, 0.25), p.night)) as pen:
        pen.curve([(hx - 330, 650), (hx - 150, 520), (hx, 462), (hx + 150, 520), (hx + 330, 650)])
    kx, ky = 200 + side * rng.uniform(60, 100), rng.uniform(215, 255)
    with c.shape(p.night) as pen:
        pen.line([(kx, ky + 30), (kx - side * 40, 370), (hx + 12 * side, 428)], 0.8)
        silhouettes.person(pen, hx, 472, rng.uniform(62, 80), dress=bool(rng.random() < 0.5))
        wx = hx - side * 52
        pen.polygon(
            [
                (wx - 14, 470),
                (wx - 12, 455),
                (wx + 10, 455),
                (wx + 15, 449),
                (wx + 19, 455),
                (wx + 14, 462),
                (wx + 12, 478),
                (wx + 9, 478),
                (wx + 8, 466),
                (wx - 8, 468),
                (wx - 9, 478),
                (wx - 12, 478),
            ]
        )
        outlines.round_tree(pen, rng, 200 + side * 150, 520, 96)
    tilt = side * 0.35
    corners = [(0, -52), (34, -6), (0, 54), (-34, -6)]
    turned = [
        (kx + a * math.cos(tilt) - b * math.sin(tilt), ky + a * math.sin(tilt) + b * math.cos(tilt))
        for a, b in corners
    ]
    for k in range(4):
        with c.shape((p.accent, p.light, p.accent, mix(p.accent, p.night, 0.35))[k]) as pen:
            pen.polygon([(kx, ky - 4), turned[k], turned[(k + 1) % 4]])
    with c.shape(p.accent) as pen:
        for t in range(5):
            bx, by = turned[2][0] - side * t * 7 + 9 * math.sin(t * 1.4), turned[2][1] + 14 + t * 17
            pen.polygon([(bx - 7, by - 4), (bx + 7, by + 4), (bx + 7, by - 4), (bx - 7, by + 4)])


def smiling_hills(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Flat bright hills, a patterned sun, houses like toys."""
    c.sky((0, mix(p.body, p.air, 0.5)), (1, mix(p.air, p.light, 0.6)))
    x, y, r = rng.uniform(130, 270), rng.uniform(240, 290), rng.uniform(66, 84)
    with c.shape(mix(p.accent, p.light, 0.25)) as pen:
        for k in range(16):
            a = math.tau * k / 16
            pen.polygon(
                [
                    (x + r * 1.12 * math.cos(a - 0.1), y + r * 1.12 * math.sin(a - 0.1)),
                    (x + r * 1.5 * math.cos(a), y + r * 1.5 * math.sin(a)),
                    (x + r * 1.12 * math.cos(a + 0.1), y + r * 1.12 * math.sin(a + 0.1)),
                ]
            )
    with c.shape((p.accent, mix(p.accent, p.light, 0.35))) as pen:
        pen.ellipse(x, y, r)
    with c.shape(p.night) as pen:
        for s in (-1, 1):
            pen.ellipse(x + s * r * 0.32, y - r * 0.12, r * 0.07, r * 0.11)
        pen.curve(
            [
                (x - r * 0.3, y + r * 0.22),
                (x, y + r * 0.42),
                (x + r * 0.3, y + r * 0.22),
                (x, y + r * 0.33),
            ]
        )
    for i in range(4):
        tone = mix(mix(p.body, p.air, 0.2), p.shade, i / 3)
        outline = outlines.hills(rng, 412 + i * 42, 60, 1.1 + 0.2 * i)
        with c.shape(tone) as pen:
            pen.polygon(outline)
        for _ in range(3):
            hx = rng.uniform(20, 380)
            hy, s = outlines.at(outline, hx) + 4, 9 + 3 * i
            with c.shape(p.light) as pen:
                pen.rect(hx - s, hy - s * 1.4, hx + s, hy + 3)
            with c.shape(p.accent) as pen:
                pen.polygon(
                    [(hx - s * 1.3, hy - s * 1.3), (hx, hy - s * 2.5), (hx + s * 1.3, hy - s * 1.3)]
                )
            with c.shape(mix(tone, p.night, 0.4)) as pen:
                pen.ellipse(hx + s * 2.4, hy - s * 1.3, s * 0.9, s * 1.3)
                pen.rect(hx + s * 2.25, hy - s * 0.6, hx + s * 2.55, hy + 4)
