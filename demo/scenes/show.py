"""Lights, curtains, music and jokes."""

from __future__ import annotations

import itertools
import math

import numpy as np

from demo.drawing import silhouettes
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette


def rays(
    c: Canvas,
    x: float,
    y: float,
    first: tuple[int, int, int],
    second: tuple[int, int, int],
    count: int,
    turn: float,
) -> None:
    c.sky((0, first), (1, first))
    with c.shape(second) as pen:
        for k in range(count):
            a, b = turn + math.tau * k / count, turn + math.tau * (k + 0.5) / count
            pen.polygon(
                [
                    (x, y),
                    (x + 800 * math.cos(a), y + 800 * math.sin(a)),
                    (x + 800 * math.cos(b), y + 800 * math.sin(b)),
                ]
            )


def spotlight(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A curtain, a cone of light and somebody in it."""
    c.sky((0, p.night), (1, p.night))
    for k in range(14):
        x0 = k * 30 - 10
        with c.shape((mix(p.shade, p.night, 0.3), mix(p.body, p.shade, 0.3))) as pen:
            sway = 6 * math.sin(k)
            pen.polygon([(x0, 0), (x0 + 20, 0), (x0 + 22 + sway, 455), (x0 - 2 + sway, 455)])
        with c.shape(mix(p.body, p.air, 0.3), 0.35, blur=3) as pen:
            pen.polygon([(x0 + 7, 0), (x0 + 10, 0), (x0 + 10 + sway, 455), (x0 + 6 + sway, 455)])
    with c.shape((mix(p.shade, p.night, 0.3), p.night)) as pen:
        pen.rect(0, 452, WIDTH, HEIGHT)
    c.scrim(200, 0, p.night, 0.85)
    x, lamp = rng.uniform(160, 240), rng.choice([20, 380])
    with c.shape(mix(p.accent, p.light, 0.6), 0.38, blur=5) as pen:
        pen.polygon([(lamp - 8, -20), (lamp + 8, -20), (x + 92, 486), (x - 92, 486)])
    with c.shape(mix(p.accent, p.light, 0.75), 0.9, blur=2) as pen:
        pen.ellipse(x, 486, 92, 22)
    c.glow(x, 400, 190, mix(p.accent, p.light, 0.4), 0.5)
    with c.shape(p.night) as pen:
        turn, kind = int(rng.choice([-1, 1])), rng.random()
        if kind < 0.45:
            silhouettes.dancer(pen, x, 488, rng.uniform(170, 200), turn)
        elif kind < 0.75:
            silhouettes.person(pen, x, 488, 180, hat="top")
            pen.line([(x + turn * 24, 400), (x + turn * 40, 488)], 3)
        else:
            silhouettes.person(pen, x, 488, 175, dress=True)
            pen.line([(x + turn * 32, 488), (x + turn * 32, 352)], 2.4)
            pen.ellipse(x + turn * 30, 346, 5, 8)


def record(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A disc, its grooves, its label; the needle comes down."""
    c.sky((0, p.air), (1, mix(p.air, p.body, 0.6)))
    x, y, r = rng.choice([110, 200, 290]), rng.uniform(285, 320), rng.uniform(170, 205)
    with c.shape(p.night, 0.3, blur=9) as pen:
        pen.ellipse(x + 10, y + 14, r)
    with c.shape(mix(p.night, (0, 0, 0), 0.3)) as pen:
        pen.ellipse(x, y, r)
    with c.shape(mix(p.shade, p.body, 0.3), 0.55) as pen:
        for k in range(16):
            pen.ring(x, y, r * (0.95 - k * 0.036), 0.7)
    for a in (0.6, 0.6 + math.pi):
        c_light = mix(p.light, p.air, 0.5)
        with c.shape(c_light, 0.16, blur=6) as pen:
            pen.polygon(
                [
                    (x, y),
                    *(
                        (x + r * 0.97 * math.cos(a + t), y + r * 0.97 * math.sin(a + t))
                        for t in np.linspace(-0.2, 0.2, 7)
                    ),
                ]
            )
    with c.shape((p.accent, mix(p.accent, p.shade, 0.3))) as pen:
        pen.ellipse(x, y, r * 0.36)
    with c.shape(p.light) as pen:
        pen.ring(x, y, r * 0.3, 1.2)
        pen.ellipse(x, y, r * 0.03)
        for k in range(5):
            a = math.tau * k / 5 - math.pi / 2
            pen.ellipse(x + r * 0.2 * math.cos(a), y + r * 0.2 * math.sin(a), r * 0.03)
    side = 1 if x <= 200 else -1
    ax, ay = 200 + side * 165, 150
    with c.shape((p.light, mix(p.air, p.body, 0.5))) as pen:
        pen.ellipse(ax, ay, 17)
        pen.line([(ax, ay), (ax - side * 10, y - 10), (x + side * r * 0.62, y + r * 0.28)], 6)
        pen.line(
            [(x + side * (r * 0.62 + 8), y + r * 0.22), (x + side * (r * 0.62 - 10), y + r * 0.36)],
            11,
        )


def keys(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Piano keys rising in a curve, a dancer along them."""
    rays(c, 200, 560, p.body, mix(p.body, p.air, 0.4), 22, rng.random())
    c.glow(200, 420, 300, p.accent, 0.4)
    phase, lift = rng.random() * 6.28, rng.uniform(24, 44)
    xs = np.linspace(-10, 410, 22)

    def top(x: float) -> float:
        return 420 + lift * math.sin(x / 80 + phase)

    with c.shape(mix(p.night, (0, 0, 0), 0.2)) as pen:
        pen.polygon(
            [*((float(x), top(x) - 8) for x in xs), *((float(x), top(x) + 106) for x in xs[::-1])]
        )
    with c.shape((mix(p.light, (255, 255, 255), 0.5), p.light)) as pen:
        for a, b in itertools.pairwise(xs):
            pen.polygon(
                [
                    (a + 0.8, top(a)),
                    (b - 0.8, top(b)),
                    (b - 0.8, top(b) + 92),
                    (a + 0.8, top(a) + 92),
                ]
            )
    with c.shape(p.night) as pen:
        for k, x in enumerate(xs[1:-1]):
            if k % 7 not in (2, 6):
                pen.polygon(
                    [
                        (x - 5.5, top(x - 5)),
                        (x + 5.5, top(x + 5)),
                        (x + 5.5, top(x + 5) + 56),
                        (x - 5.5, top(x - 5) + 56),
                    ]
                )
        x = rng.uniform(130, 270)
        silhouettes.dancer(pen, x, top(x) + 1, rng.uniform(165, 200), int(rng.choice([-1, 1])))
    with c.shape(p.accent) as pen:
        for _ in range(6):
            nx, ny = rng.uniform(40, 360), rng.uniform(150, 330)
            if abs(nx - x) > 60:
                pen.ellipse(nx, ny, 7, 5)
                pen.line([(nx + 6, ny), (nx + 6, ny - 26), (nx + 16, ny - 20)], 2)


def marquee(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """An arch of bulbs over a stair; confetti."""
    c.sky((0, p.night), (0.6, p.shade), (1, p.night))
    for k in range(4, -1, -1):
        r = 92 + k * 34
        with c.shape(
            (mix(p.body, p.accent, 0.2 * k), mix(p.shade, p.body, 0.6))
            if k % 2
            else (p.shade, mix(p.shade, p.night, 0.6))
        ) as pen:
            pen.ellipse(200, 330, r)
            pen.rect(200 - r, 330, 200 + r, 520)
    with c.shape((mix(p.accent, p.light, 0.7), p.accent)) as pen:
        pen.ellipse(200, 330, 74)
        pen.rect(126, 330, 274, 520)
    c.glow(200, 380, 170, p.accent, 0.5)
    bulbs = []
    for k in range(1, 5, 2):
        r = 75 + k * 34
        bulbs += [
            (200 + r * math.cos(a), 330 + r * math.sin(a))
            for a in np.linspace(math.pi, 2 * math.pi, 15 + 4 * k)
        ]
        bulbs += [(200 + s * r, y) for s in (-1, 1) for y in range(344, 500, 15)]
    with c.shape(p.accent, 0.6, blur=4) as pen:
        for x, y in bulbs:
            pen.ellipse(x, y, 7)
    with c.shape(mix(p.light, (255, 255, 255), 0.6)) as pen:
        for x, y in bulbs:
            pen.ellipse(x, y, 3)
    for k in range(5):
        with c.shape((mix(p.light, p.body, 0.3 + 0.1 * k), mix(p.body, p.shade, 0.5))) as pen:
            pen.rect(110 - k * 26, 470 + k * 20, 290 + k * 26, 492 + k * 20)
    with c.shape(p.night) as pen:
        if rng.random() < 0.5:
            silhouettes.dancer(pen, 200, 474, 150, int(rng.choice([-1, 1])))
        else:
            silhouettes.couple(pen, 200, 474, 135)
    c.scrim(520, 600, p.night, 0.8)
