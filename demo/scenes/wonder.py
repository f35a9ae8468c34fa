"""For the young and the dreaming: balloons, castles, whales, paper boats."""

from __future__ import annotations

import numpy as np

from demo.drawing import outlines, silhouettes
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.palettes import ScenePalette
from demo.drawing.pen import Pen

_WHITE = (255, 255, 255)


def puff(pen: Pen, rng: np.random.Generator, x: float, y: float, w: float) -> None:
    pen.rect(x - w, y - w * 0.1, x + w, y + w * 0.16)
    for t in np.linspace(-0.9, 0.9, 6):
        pen.ellipse(
            x + t * w, y - w * 0.1, w * (0.22 + 0.26 * (1 - t * t)) * rng.uniform(0.85, 1.15)
        )
    for s in (-1, 1):
        pen.ellipse(x + s * w, y + w * 0.03, w * 0.13)


def balloons(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Hot-air balloons over rolling country."""
    c.sky(
        (0, mix(p.body, p.air, 0.2)), (0.5, mix(p.air, p.light, 0.4)), (0.8, p.light), (1, p.light)
    )
    c.glow(rng.uniform(80, 320), 420, 280, p.light, 0.6)
    for _ in range(4):
        with c.shape((mix(p.light, _WHITE, 0.7), p.light), 0.85) as pen:
            puff(pen, rng, rng.uniform(0, 400), rng.uniform(150, 400), rng.uniform(22, 50))
    for i in range(3):
        with c.shape(
            (mix(p.body, p.shade, 0.1 + 0.35 * i), mix(p.shade, p.night, 0.25 * i))
        ) as pen:
            pen.polygon(outlines.hills(rng, 470 + i * 40, 52, 1.2))
            for _ in range(5):
                outlines.conifer(
                    pen, rng, rng.uniform(0, 400), 478 + i * 40, rng.uniform(16, 28) + 8 * i
                )
    spots = [(rng.uniform(150, 250), rng.uniform(235, 275), rng.uniform(66, 86))]
    spots += [
        (
            rng.choice([rng.uniform(40, 110), rng.uniform(290, 360)]),
            rng.uniform(180, 400),
            rng.uniform(14, 28),
        )
        for _ in range(3)
    ]
    for x, y, r in spots[::-1]:
        for k, half in enumerate((1.0, 0.72, 0.42, 0.14)):
            tone = (p.accent, p.light)[k % 2]
            with c.shape((tone, mix(tone, p.shade, 0.45))) as pen:
                w = r * half
                pen.curve(
                    [
                        (x, y - r),
                        (x + w * 0.72, y - r * 0.72),
                        (x + w, y),
                        (x + w * 0.62, y + r * 0.66),
                        (x + w * 0.16, y + r * 1.1),
                        (x - w * 0.16, y + r * 1.1),
                        (x - w * 0.62, y + r * 0.66),
                        (x - w, y),
                        (x - w * 0.72, y - r * 0.72),
                    ]
                )
        with c.shape(p.night) as pen:
            pen.rect(x - r * 0.14, y + r * 1.36, x + r * 0.14, y + r * 1.56)
            for s in (-1, 1):
                pen.line(
                    [(x + s * r * 0.13, y + r * 1.04), (x + s * r * 0.12, y + r * 1.38)],
                    max(0.6, r * 0.015),
                )
            if r > 50:
                silhouettes.person(pen, x - 3, y + r * 1.44, r * 0.34, dress=True)
                silhouettes.person(pen, x + 4, y + r * 1.44, r * 0.28)


def castle(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A many-towered castle on a rock, far away, and the road to it."""
    c.sky((0, p.shade), (0.4, p.body), (0.7, p.air), (1, p.light))
    c.stars(rng, 90, p.light, 260)
    c.clouds(rng, mix(p.air, p.light, 0.3), 0.6, below=460, cells=3)
    x = rng.uniform(170, 230)
    c.glow(x, 300, 260, p.light, 0.6)
    with c.shape(mix(p.light, p.accent, 0.3), 0.9) as pen:
        pen.ellipse(x + rng.choice([-1, 1]) * 80, 190, rng.uniform(20, 44))
    with c.shape((mix(p.body, p.shade, 0.15), mix(p.body, p.air, 0.3))) as pen:
        pen.polygon(outlines.ridge(rng, 450, 120))
    stone = mix(p.shade, p.night, 0.25)
    with c.shape((stone, mix(stone, p.body, 0.4))) as pen:
        pen.curve(
            [
                (x - 130, 470),
                (x - 86, 400),
                (x - 60, 360),
                (x, 350),
                (x + 62, 362),
                (x + 92, 410),
                (x + 136, 470),
            ]
        )
        for dx, w, top in (
            (0, 13, 218),
            (-26, 10, 258),
            (24, 11, 248),
            (-48, 9, 296),
            (48, 9, 288),
            (-66, 7, 330),
            (66, 7, 326),
        ):
            crest = top + rng.uniform(-12, 8)
            pen.rect(x + dx - w, crest, x + dx + w, 372)
            pen.rect(x + dx - w - 2, crest - 3, x + dx + w + 2, crest + 2)
            pen.polygon(
                [
                    (x + dx - w - 3, crest - 2),
                    (x + dx, crest - w * 3.6),
                    (x + dx + w + 3, crest - 2),
                ]
            )
            pen.line([(x + dx, crest - w * 3.4), (x + dx, crest - w * 3.4 - 9)], 0.8)
        pen.rect(x - 60, 330, x + 60, 380)
    with c.shape(mix(p.accent, p.light, 0.5)) as pen:
        for _ in range(16):
            wx, wy = x + rng.uniform(-50, 50), rng.uniform(290, 366)
            pen.rect(wx, wy, wx + 2.2, wy + 4.5)
    c.mist(rng, 425, 34, p.light, 0.75)
    with c.shape((mix(p.shade, p.night, 0.4), p.night)) as pen:
        pen.polygon(outlines.hills(rng, 500, 44, 0.9))
        for k in range(10):
            outlines.conifer(
                pen,
                rng,
                200 + (k - 4.5) * 46 + rng.normal(0, 8),
                530,
                rng.uniform(54, 96) + 10 * abs(k - 4.5),
            )
        fx = rng.uniform(160, 240)
        silhouettes.rider(pen, fx, 512, 58, int(rng.choice([-1, 1])))


def sky_whale(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A whale swims through the clouds over a small roof and a smaller child."""
    c.sky((0, p.shade), (0.45, p.body), (0.85, p.air), (1, p.light))
    c.stars(rng, 120, p.light, 330)
    turn = int(rng.choice([-1, 1]))
    x, y, s = 200, rng.uniform(250, 285), rng.uniform(1.0, 1.2)
    c.glow(x, y, 230, p.air, 0.4)
    body = [
        (-128, 6),
        (-120, -34),
        (-80, -58),
        (-20, -62),
        (50, -40),
        (100, -14),
        (132, -30),
        (156, -60),
        (160, -30),
        (186, -36),
        (166, -2),
        (128, 8),
        (80, 22),
        (20, 44),
        (-60, 46),
        (-108, 34),
    ]
    belly = [(-126, 12), (-90, 16), (-30, 24), (40, 22), (70, 24), (20, 44), (-60, 46), (-108, 34)]
    with c.shape((mix(p.body, p.light, 0.2), mix(p.shade, p.night, 0.2))) as pen:
        pen.curve([(x + turn * a * s, y + b * s) for a, b in body])
        pen.curve(
            [
                (x + turn * a * s, y + b * s)
                for a, b in ((-50, 34), (-20, 30), (10, 70), (-6, 92), (-34, 64))
            ]
        )
    with c.shape((p.light, mix(p.light, p.air, 0.6)), 0.9) as pen:
        pen.curve([(x + turn * a * s, y + b * s) for a, b in belly])
    with c.shape(p.night) as pen:
        pen.ellipse(x - turn * 92 * s, y - 4 * s, 4.5 * s)
    with c.shape(mix(p.shade, p.body, 0.4), 0.6) as pen:
        for k in range(6):
            pen.line(
                [
                    (x + turn * (-108 + 14 * k) * s, y + (20 + k) * s),
                    (x + turn * (-84 + 18 * k) * s, y + (38 + k * 0.5) * s),
                ],
                0.9,
            )
    for _ in range(5):
        with c.shape((mix(p.light, _WHITE, 0.5), mix(p.air, p.light, 0.5)), 0.92) as pen:
            puff(pen, rng, rng.uniform(0, 400), rng.uniform(330, 440), rng.uniform(28, 62))
    with c.shape((mix(p.shade, p.night, 0.5), p.night)) as pen:
        rx = 200 + turn * rng.uniform(-30, 60)
        pen.polygon([(rx - 130, 604), (rx - 20, 502), (rx + 20, 502), (rx + 130, 604)])
        pen.rect(rx + 46, 506, rx + 62, 560)
        silhouettes.person(pen, rx - 4, 504, 58, dress=bool(rng.random() < 0.5))
        pen.line([(rx - 4 - turn * 4, 470), (rx - 4 - turn * 20, 446)], 3)


def lantern_tree(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A great tree hung with lights; something waits beneath."""
    c.sky((0, p.night), (0.6, p.shade), (1, p.body))
    c.stars(rng, 130, p.light, 400)
    c.glow(200, 330, 260, p.body, 0.8)
    x = rng.uniform(180, 220)
    with c.shape((mix(p.night, p.shade, 0.3), p.night)) as pen:
        outlines.bare_tree(pen, rng, x, 500, 320)
        pen.polygon(outlines.hills(rng, 512, 18, 0.7))
    for _ in range(20):
        lx, ly = x + rng.normal(0, 80), rng.uniform(215, 400)
        c_tone = (p.accent, p.light, p.air)[int(rng.integers(0, 3))]
        with c.shape(c_tone, 0.35, blur=5) as pen:
            pen.ellipse(lx, ly, 11)
        with c.shape(mix(c_tone, _WHITE, 0.5)) as pen:
            pen.ellipse(lx, ly, 2.6, 3.6)
    c.mist(rng, 490, 30, mix(p.body, p.air, 0.5), 0.6)
    with c.shape(p.night) as pen:
        fx = x + rng.choice([-1, 1]) * rng.uniform(66, 96)
        silhouettes.person(pen, fx, 506, 64, dress=True)
        silhouettes.wolf(pen, 2 * x - fx, 506, 56, 1 if fx > x else -1)
