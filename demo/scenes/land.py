"""Open country: roads, mountains, rails, fields."""

from __future__ import annotations

import numpy as np

from demo.drawing import outlines, silhouettes
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette


def long_road(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A straight road to the horizon under a big sky, poles alongside."""
    horizon = rng.uniform(330, 400)
    vanish = rng.uniform(150, 250)
    c.sky((0, p.shade), (0.3, p.body), (horizon / HEIGHT, p.light), (1, p.light))
    c.clouds(rng, mix(p.air, p.light, 0.3), 0.75, below=horizon, cells=3)
    c.glow(vanish, horizon, 260, p.air, 0.6)
    with c.shape((mix(p.body, p.shade, 0.4), mix(p.body, p.air, 0.4))) as pen:
        pen.polygon(outlines.ridge(rng, horizon + 2, rng.uniform(25, 70)))
    with c.shape((mix(p.body, p.shade, 0.45), p.night)) as pen:
        pen.rect(0, horizon, WIDTH, HEIGHT)
    with c.shape((mix(p.body, p.night, 0.5), mix(p.shade, p.night, 0.75))) as pen:
        pen.polygon([(vanish - 2, horizon), (vanish + 2, horizon), (345, HEIGHT), (55, HEIGHT)])
    with c.shape(mix(p.light, p.accent, 0.5), 0.9) as pen:
        for near in (0.03, 0.07, 0.14, 0.26, 0.45, 0.76):
            y0, y1 = (horizon + (HEIGHT - horizon) * v for v in (near, near * 1.32))
            half0, half1 = near * 4.2, near * 5.5
            x0 = vanish + (200 - vanish) * near
            x1 = vanish + (200 - vanish) * near * 1.32
            pen.polygon([(x0 - half0, y0), (x0 + half0, y0), (x1 + half1, y1), (x1 - half1, y1)])
    with c.shape(p.night) as pen:
        side = rng.choice([-1, 1])
        for near in (0.05, 0.1, 0.2, 0.42, 0.85):
            x = vanish + side * 260 * near
            y = horizon + 150 * near
            h = 330 * near
            pen.line([(x, y), (x, y - h)], max(1, 9 * near))
            pen.line([(x - 0.12 * h, y - h * 0.92), (x + 0.12 * h, y - h * 0.92)], max(1, 6 * near))
        if rng.random() < 0.7:
            silhouettes.person(
                pen,
                vanish + 4,
                horizon + 78,
                rng.uniform(78, 100),
                hat=str(rng.choice(["", "fedora", "stetson"])),
            )


def peaks(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Range behind range into the haze, and somebody very small looking at it."""
    c.sky((0, mix(p.shade, p.body, 0.5)), (0.4, p.air), (0.66, p.light), (1, p.light))
    sun_x, sun_y = rng.uniform(90, 310), rng.uniform(130, 220)
    c.glow(sun_x, sun_y, 300, p.air, 0.6)
    with c.shape(mix(p.light, p.accent, 0.25)) as pen:
        pen.ellipse(sun_x, sun_y, rng.uniform(22, 48))
    ranges = 5
    for i in range(ranges):
        t = i / (ranges - 1)
        tone = mix(mix(p.air, p.body, 0.35), p.shade, t)
        outline = outlines.ridge(rng, 330 + i * 48, 175 - i * 27, rough=0.5)
        with c.shape((tone, mix(tone, p.light, 0.5))) as pen:
            pen.polygon(outline)
        if i < ranges - 1:
            c.mist(rng, 352 + i * 48, 26, p.light, 0.5)
    cliff_x = rng.uniform(120, 280)
    edge = [(-4, 520), (cliff_x - 60, 486), (cliff_x, 472), (cliff_x + 26, 476),
            (cliff_x + 34, 505), (cliff_x + 70, 530), (WIDTH + 4, 556), (WIDTH + 4, 604),
            (-4, 604)]  # fmt: skip
    with c.shape(p.night) as pen:
        pen.polygon(edge)
        silhouettes.person(
            pen, cliff_x, 474, rng.uniform(44, 60), hat=str(rng.choice(["", "stetson"]))
        )
        for _ in range(5):
            silhouettes.bird(
                pen,
                rng.uniform(60, 340),
                rng.uniform(180, 300),
                rng.uniform(8, 18),
                rng.normal(0, 0.2),
            )


def railway(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Tracks converging on the lamp of a train at dusk."""
    horizon, vanish = rng.uniform(300, 350), rng.uniform(170, 230)
    c.sky((0, p.night), (0.3, p.shade), (horizon / HEIGHT, p.air), (1, p.body))
    c.clouds(rng, p.body, 0.5, below=horizon)
    with c.shape((mix(p.shade, p.body, 0.4), p.shade)) as pen:
        pen.polygon(outlines.ridge(rng, horizon + 3, 60))
    with c.shape((p.shade, p.night)) as pen:
        pen.rect(0, horizon, WIDTH, HEIGHT)
    with c.shape((mix(p.body, p.shade, 0.3), mix(p.night, p.shade, 0.5))) as pen:
        for near in 1.33 ** np.arange(-14.0, 1):
            y, half = horizon + (HEIGHT - horizon) * near, 150 * near
            pen.rect(vanish - half - 8 * near, y - 7 * near, vanish + half + 8 * near, y + 7 * near)
    with c.shape((p.light, mix(p.air, p.body, 0.5))) as pen:
        for s in (-1, 1):
            pen.polygon(
                [(vanish + s, horizon), (vanish + s * 106, HEIGHT), (vanish + s * 120, HEIGHT)]
            )
    size = rng.uniform(36, 62)
    with c.shape((p.night, mix(p.night, p.shade, 0.5))) as pen:
        half = [(0.3, -0.95), (0.55, -0.5), (0.6, 44 / size)]
        outline = [*half, *((-a, b) for a, b in reversed(half))]
        pen.polygon([(vanish + size * a, horizon + size * b) for a, b in outline])
        pen.rect(
            vanish - size * 0.12, horizon - size * 1.2, vanish + size * 0.12, horizon - size * 0.8
        )
    smoke_rng = np.random.default_rng(int(rng.integers(0, 2**31)))
    with c.shape(mix(p.air, p.light, 0.3), 0.75, blur=7) as pen:
        for i in range(14):
            pen.ellipse(
                vanish + i * i * 0.6 + smoke_rng.normal(0, 5), horizon - size - i * 13, 9 + i * 3.4
            )
    c.glow(vanish, horizon - size * 0.3, 190, p.accent, 0.8)
    with c.shape(mix(p.light, (255, 255, 255), 0.5)) as pen:
        pen.ellipse(vanish, horizon - size * 0.3, size * 0.16)
    if rng.random() < 0.5:
        with c.shape(p.night) as pen:
            silhouettes.person(pen, vanish + rng.choice([-1, 1]) * 96, 520, 170, hat="fedora")


def fields(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Furrows running to a lone house or tree; wide, quiet sky."""
    horizon = rng.uniform(395, 440)
    c.sky((0, mix(p.body, p.air, 0.3)), (horizon / HEIGHT, p.light), (1, p.light))
    c.clouds(rng, mix(p.light, (255, 255, 255), 0.6), 0.7, below=horizon)
    vanish = rng.uniform(80, 320)
    with c.shape((mix(p.body, p.air, 0.4), mix(p.body, p.shade, 0.7))) as pen:
        pen.rect(0, horizon, WIDTH, HEIGHT)
    with c.shape((mix(p.body, p.shade, 0.3), p.shade)) as pen:
        for k in range(-16, 17, 2):
            pen.polygon(
                [
                    (vanish, horizon - 3),
                    (200 + k * 42, HEIGHT + 2),
                    (200 + (k + 1) * 42, HEIGHT + 2),
                ]
            )
    with c.shape(mix(p.body, p.shade, 0.45)) as pen:
        pen.polygon(
            [
                *outlines.hills(rng, horizon + 3, 18, 2.2)[:-2],
                (WIDTH, horizon + 3),
                (0, horizon + 3),
            ]
        )
    with c.shape(p.night) as pen:
        x = rng.uniform(110, 290)
        if rng.random() < 0.5:
            outlines.round_tree(pen, rng, x, horizon + 6, rng.uniform(120, 180))
        else:
            pen.rect(x - 26, horizon - 44, x + 26, horizon + 6)
            pen.polygon([(x - 33, horizon - 42), (x, horizon - 76), (x + 33, horizon - 42)])
            pen.rect(x + 10, horizon - 82, x + 17, horizon - 58)
            pen.rect(x - 6, horizon - 20, x + 6, horizon + 6, ink=0)
        silhouettes.person(
            pen, x + 62, horizon + 16, rng.uniform(40, 56), dress=bool(rng.random() < 0.5)
        )
