"""Graphic ideas rather than places: targets, keyholes, spirals, contours, grids, flocks."""

from __future__ import annotations

import math

import numpy as np

from demo.drawing import outlines, silhouettes
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.palettes import ScenePalette


def target(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Somebody runs across the rings of a target."""
    dark = rng.random() < 0.6
    ground, ink = (p.night, p.accent) if dark else (p.light, p.accent)
    c.sky((0, ground), (1, mix(ground, p.shade, 0.35)))
    x, y, r = rng.uniform(170, 230), rng.uniform(280, 320), rng.uniform(150, 190)
    for k in range(7):
        with c.shape(mix(ink, ground, 0.12 * k) if k % 2 == 0 else ground) as pen:
            pen.ellipse(x, y, r * (1 - k / 7))
    with c.shape(p.light if dark else p.night, 0.85) as pen:
        pen.rect(x - 0.7, y - r - 24, x + 0.7, y + r + 24)
        pen.rect(x - r - 24, y - 0.7, x + r + 24, y + 0.7)
    with c.shape(p.light if dark else p.night) as pen:
        silhouettes.runner(pen, x, y + 62, rng.uniform(120, 150), int(rng.choice([-1, 1])))


def keyhole(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A keyhole of light; what is in it has seen us."""
    c.sky((0, mix(p.night, p.shade, 0.5)), (1, p.night))
    c.clouds(rng, p.shade, 0.3)
    x, y, r = 200, rng.uniform(250, 275), rng.uniform(78, 96)
    c.glow(x, y + 40, 260, p.accent, 0.45)
    with c.shape((mix(p.accent, p.light, 0.75), mix(p.accent, p.body, 0.3))) as pen:
        pen.ellipse(x, y, r)
        pen.polygon(
            [
                (x - r * 0.42, y + r * 0.6),
                (x + r * 0.42, y + r * 0.6),
                (x + r * 0.84, y + r * 2.55),
                (x - r * 0.84, y + r * 2.55),
            ]
        )
    with c.shape(p.night) as pen:
        silhouettes.person(
            pen,
            x,
            y + r * 2.55,
            r * 2.5,
            hat=str(rng.choice(["fedora", "top", ""])),
            dress=bool(rng.random() < 0.3),
        )
    with c.shape(mix(p.shade, p.body, 0.5), 0.7) as pen:
        pen.ring(x, y, r * 1.5, 1.4)
        pen.ring(x, y, r * 1.58, 0.7)


def vortex(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A spiral with somebody falling in."""
    ground = rng.choice([0, 1])
    back, ink = ((p.accent, p.night), (p.night, mix(p.air, p.light, 0.4)))[int(ground)]
    c.sky((0, back), (1, mix(back, p.night, 0.3)))
    x, y, turn = 200.0, rng.uniform(280, 320), rng.random() * 6.28
    way = int(rng.choice([-1, 1]))
    a = np.linspace(math.pi, 10.5 * math.pi, 300)
    rim = [(0.62 * t**1.9, way * t + turn) for t in a]
    rim += [(0.62 * (t - math.pi) ** 1.9, way * t + turn) for t in a[::-1]]
    with c.shape(ink) as pen:
        pen.polygon([(x + r * math.cos(t), y + r * math.sin(t)) for r, t in rim])
    fx, fy = x + rng.uniform(-40, 40), y + rng.uniform(-20, 40)
    with c.shape(p.light if ground == 0 else p.accent) as pen:
        silhouettes.runner(pen, fx, fy + 60, 120, int(rng.choice([-1, 1])))


def fingerprint(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A print whose ridges are also a map."""
    dark = rng.random() < 0.5
    back, ink = (p.night, p.air) if dark else (mix(p.light, p.air, 0.15), p.night)
    c.sky((0, back), (1, mix(back, p.shade, 0.3)))
    x, y = 200.0, rng.uniform(285, 315)
    wobble = rng.random(4) * 6.28
    with c.shape(ink, 0.92) as pen:
        for k in range(16):
            r = 10 + k * 9.2
            gap = rng.random() * 6.28
            a = np.linspace(gap, gap + rng.uniform(4.6, 6.2), 80)
            warp = 1 + 0.06 * np.sin(3 * a + wobble[0]) + 0.04 * np.sin(5 * a + wobble[1] + k * 0.2)
            xs = x + r * 0.74 * warp * np.cos(a)
            ys = y + r * 1.06 * warp * np.sin(a) + 0.16 * r
            pen.line(list(zip(xs.tolist(), ys.tolist(), strict=True)), 3.6)
    with c.shape(p.accent) as pen:
        mx, my = x + rng.uniform(-50, 50), y + rng.uniform(-50, 50)
        pen.ellipse(mx, my, 11)
        pen.polygon([(mx - 10, my + 5), (mx + 10, my + 5), (mx, my + 27)])
    with c.shape(back) as pen:
        pen.ellipse(mx, my, 4)


def contours(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A landscape told in stacked lines."""
    dark = rng.random() < 0.5
    back, ink = (mix(p.night, p.shade, 0.4), p.light) if dark else (p.light, p.night)
    c.sky((0, back), (1, mix(back, p.air if not dark else p.night, 0.35)))
    with c.shape(p.accent) as pen:
        pen.ellipse(rng.uniform(120, 280), rng.uniform(190, 230), rng.uniform(38, 64))
    xs = np.linspace(40, 360, 130)
    peaks = [(rng.uniform(130, 270), rng.uniform(18, 40), rng.uniform(0.6, 1.0)) for _ in range(4)]
    for k in range(24):
        y = 268 + k * 9.4
        env = sum(h * np.exp(-(((xs - m - 10 * math.sin(k * 0.5)) / w) ** 2)) for m, w, h in peaks)
        jag = rng.normal(0, 1, xs.size)
        jag = np.convolve(jag, np.ones(5) / 5, "same")
        ys = y - np.asarray(env) * (14 + 44 * math.sin(math.pi * (k + 2) / 27)) * (
            0.75 + 0.35 * jag
        )
        line = list(zip(xs.tolist(), ys.tolist(), strict=True))
        with c.shape(back) as pen:
            pen.polygon([*line, (360, y + 9), (40, y + 9)])
        with c.shape(ink, 0.9) as pen:
            pen.line(line, 1.1)


def tiles(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A grid of small views of one thing: an archive, a wall of evidence."""
    c.sky((0, p.light), (1, mix(p.light, p.air, 0.4)))
    cols, rows, size = 4, 5, 78
    hot = int(rng.integers(0, cols * rows))
    for k in range(cols * rows):
        x, y = 41 + (k % cols) * (size + 2.6), 136 + (k // cols) * (size - 6)
        tone = (
            p.accent
            if k == hot
            else (p.shade, p.body, p.air, mix(p.body, p.air, 0.5), mix(p.shade, p.body, 0.5))[
                int(rng.integers(0, 5))
            ]
        )
        ink = mix(tone, p.light if k == hot else p.night, 0.75)
        with c.shape((tone, mix(tone, p.night, 0.15))) as pen:
            pen.rect(x, y, x + size - 2, y + size - 10)
        with c.shape(ink) as pen:
            base, kind = y + size - 10, rng.integers(0, 6)
            if kind == 0:
                silhouettes.person(pen, x + 38, base, 56, hat=str(rng.choice(["", "fedora"])))
            elif kind == 1:
                pen.polygon(
                    [
                        (x, base),
                        (x + 26, y + 26),
                        (x + 42, y + 44),
                        (x + 56, y + 30),
                        (x + 76, base),
                    ]
                )
            elif kind == 2:
                pen.ellipse(x + 38, y + 34, 20)
            elif kind == 3:
                outlines.conifer(pen, rng, x + 26, base - 3, 44)
                outlines.conifer(pen, rng, x + 50, base - 3, 54)
            elif kind == 4:
                for b in range(4):
                    silhouettes.bird(pen, x + 16 + 14 * b, y + 20 + 9 * (b % 3), 16)
            else:
                for b in range(5):
                    pen.rect(x, y + 10 + 12 * b, x + 76, y + 14 + 12 * b)


def murmuration(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Thousands of birds make one shape over a low shore."""
    c.sky(
        (0, mix(p.body, p.air, 0.6)), (0.6, mix(p.air, p.light, 0.4)), (0.82, p.light), (1, p.air)
    )
    c.glow(rng.uniform(100, 300), 480, 260, p.accent, 0.35)
    count, (f1, f2) = 1100, rng.uniform(2.0, 4.2, 2)
    t = rng.random(count)
    swirl = t * 6.28
    xs = (
        200
        + 128 * np.sin(swirl * f1 / 3 + rng.random() * 6) * (0.4 + 0.6 * t)
        + rng.normal(0, 26 + 16 * np.sin(swirl), count)
    )
    ys = 300 + 92 * np.cos(swirl * f2 / 4 + rng.random() * 6) + rng.normal(0, 20, count)
    with c.shape(mix(p.night, p.shade, 0.3), 0.85) as pen:
        for x, y, s in zip(
            xs.tolist(), ys.tolist(), rng.uniform(1.4, 3.4, count).tolist(), strict=True
        ):
            pen.line([(x - s, y - s * 0.4), (x, y), (x + s, y - s * 0.5)], 0.8)
    with c.shape((mix(p.shade, p.night, 0.3), p.night)) as pen:
        ground = outlines.hills(rng, 500, 14, 0.8)
        pen.polygon(ground)
        silhouettes.person(pen, rng.uniform(90, 310), 496, 46, hat="")
