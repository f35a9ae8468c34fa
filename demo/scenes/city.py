"""Streets and rooms after dark: blinds, skylines, alleys, stairs, rain."""

from __future__ import annotations

import math

import numpy as np

from demo.drawing import outlines, silhouettes
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette
from demo.drawing.pen import Pen


def blinds(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Light through venetian blinds across a wall and somebody's profile."""
    wall = mix(p.shade, p.body, 0.35)
    c.sky((0, p.night), (0.5, wall), (1, p.night))
    slope = rng.choice([-1, 1]) * rng.uniform(0.1, 0.3)
    gap = rng.uniform(19, 25)
    with c.shape((mix(p.light, p.air, 0.15), p.air), 0.88, blur=1.2) as pen:
        for k in range(-8, 30):
            y = k * gap
            left, right = y + slope * 200, y - slope * 200
            pen.polygon(
                [(36, left), (364, right), (364, right + gap * 0.52), (36, left + gap * 0.52)]
            )
        pen.rect(197, 0, 203, HEIGHT, ink=0)
    c.glow(rng.uniform(80, 320), 230, 300, p.body, 0.4)
    c.scrim(420, 600, p.night, 0.96)
    c.scrim(170, 0, p.night, 0.9)
    x, turn = rng.uniform(170, 230), int(rng.choice([-1, 1]))
    with c.shape((p.night, mix(p.night, (0, 0, 0), 0.6))) as pen:
        _profile(pen, x, 560, 330, turn, hat=bool(rng.random() < 0.7))
    if rng.random() < 0.6:
        sx, sy = x + turn * 74, 398
        with c.shape(p.light, 0.4, blur=4) as pen:
            for i in range(26):
                pen.ellipse(sx + 12 * math.sin(i * 0.42) * (i / 14), sy - i * 8, 2 + i * 0.4)
        c.glow(sx, sy, 26, p.accent, 1.0)


def _profile(pen: Pen, x: float, y: float, h: float, turn: int, *, hat: bool) -> None:
    """A head and shoulders in profile."""
    face = [(0.0, 0.98), (0.13, 0.95), (0.19, 0.86), (0.19, 0.78), (0.235, 0.69), (0.2, 0.67),
            (0.215, 0.63), (0.195, 0.61), (0.21, 0.58), (0.19, 0.52), (0.1, 0.5), (0.08, 0.42),
            (0.28, 0.33), (0.4, 0.2), (0.43, 0.0), (-0.42, 0.0), (-0.38, 0.22), (-0.24, 0.34),
            (-0.13, 0.42), (-0.14, 0.56), (-0.2, 0.68), (-0.2, 0.84), (-0.12, 0.95)]  # fmt: skip
    pen.curve([(x + turn * a * h, y - b * h) for a, b in face])
    if hat:
        brim = [
            (-0.33, 0.83),
            (-0.1, 0.885),
            (0.16, 0.855),
            (0.37, 0.8),
            (0.2, 0.9),
            (-0.16, 0.925),
        ]
        pen.curve([(x + turn * a * h, y - b * h) for a, b in brim])
        crown = [(-0.21, 0.88), (-0.2, 1.05), (-0.06, 1.13), (0.04, 1.08), (0.15, 1.1), (0.2, 0.9)]
        pen.curve([(x + turn * a * h, y - b * h) for a, b in crown])
        collar = [
            (-0.3, 0.3),
            (-0.19, 0.52),
            (-0.06, 0.34),
            (0.12, 0.36),
            (0.16, 0.46),
            (0.26, 0.3),
        ]
        pen.polygon([(x + turn * a * h, y - b * h) for a, b in collar])


def skyline(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Three depths of towers under a moon; lit windows; wet street."""
    c.sky((0, p.night), (0.35, p.shade), (0.68, p.body), (0.8, p.air), (1, p.night))
    x, y = rng.uniform(90, 310), rng.uniform(140, 220)
    c.glow(x, y, 200, p.body, 0.6)
    with c.shape(mix(p.light, p.accent, rng.choice([0.1, 0.5]))) as pen:
        pen.ellipse(x, y, rng.uniform(28, 60))
    c.clouds(rng, mix(p.shade, p.body, 0.3), 0.6, below=380, cells=3)
    for i, (base, low, high, width) in enumerate(
        ((470, 110, 235, (22, 44)), (500, 70, 210, (28, 56)), (530, 30, 130, (40, 74)))
    ):
        row = outlines.towers(rng, base, low, high, width)
        tone = mix(mix(p.body, p.shade, 0.25), p.night, (0.15, 0.6, 1.0)[i])
        with c.shape((tone, mix(tone, p.body, 0.25 * (2 - i)))) as pen:
            outlines.roofs(pen, rng, row)
        with c.shape(mix(p.accent, p.light, 0.5), 0.85) as pen:
            outlines.windows(pen, rng, row, 0.16 + 0.1 * i)
        if i < 2:
            c.mist(rng, base - 10, 46, mix(p.body, p.air, 0.35), 0.45)
    c.scrim(455, 580, p.night, 0.9)
    if rng.random() < 0.5:
        with c.shape(p.night) as pen:
            fx = rng.uniform(90, 310)
            pen.rect(0, 516, WIDTH, HEIGHT)
            pen.rect(fx - 60, 500, fx + 60, 520)
            silhouettes.person(
                pen, fx, 502, rng.uniform(120, 150), hat=str(rng.choice(["", "fedora"]))
            )


def alley(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Walls in perspective, one lamp, a long shadow."""
    vx, vy = rng.uniform(165, 235), rng.uniform(300, 340)
    c.sky((0, p.shade), (0.5, mix(p.body, p.air, 0.5)), (1, p.shade))
    c.glow(vx, vy, 200, p.air, 0.7)
    with c.shape((mix(p.shade, p.body, 0.35), p.night)) as pen:
        pen.polygon([(vx - 40, vy + 20), (vx + 40, vy + 20), (WIDTH + 260, HEIGHT), (-260, HEIGHT)])
    for i in range(4):
        near = (0.16, 0.3, 0.55, 1.0)[i]
        tone = mix(mix(p.body, p.shade, 0.3), p.night, i / 3)
        with c.shape((mix(tone, p.night, 0.3), tone)) as pen:
            for side in (-1, 1):
                x0 = vx + side * 230 * near
                top = vy - 620 * near * rng.uniform(0.7, 1.1)
                pen.polygon(
                    [
                        (x0, top),
                        (x0, vy + 330 * near),
                        (x0 + side * 420, vy + 330 * near * 1.6),
                        (x0 + side * 420, top - 80),
                    ]
                )
        with c.shape(mix(p.accent, p.light, 0.4), 0.8) as pen:
            for side in (-1, 1):
                for _ in range(3):
                    wx = vx + side * (230 * near + rng.uniform(8, 60) * near * 2)
                    wy = vy - rng.uniform(40, 380) * near
                    pen.rect(
                        wx,
                        wy,
                        wx + side * 15 * near,
                        wy + 24 * near,
                        ink=int(rng.random() < 0.5) * 255,
                    )
    side = int(rng.choice([-1, 1]))
    lx, ly = vx + side * 84, vy - 30
    with c.shape(p.night) as pen:
        pen.rect(lx - 2, ly, lx + 2, 470)
        pen.line([(lx, ly + 4), (lx - side * 10, ly - 6), (lx - side * 22, ly - 2)], 3)
        pen.polygon(
            [
                (lx - side * 22 - 8, ly + 4),
                (lx - side * 22 + 8, ly + 4),
                (lx - side * 22 + 4, ly - 5),
                (lx - side * 22 - 4, ly - 5),
            ]
        )
    c.beam(lx - side * 22, ly, math.pi / 2, 0.55, mix(p.accent, p.light, 0.5), 0.9)
    c.glow(lx - side * 22, ly + 4, 70, mix(p.accent, p.light, 0.5), 0.9)
    fx, fy, h = vx - side * 16, 470, rng.uniform(120, 150)
    with c.shape(p.night, 0.75, blur=1.5) as pen:
        pen.polygon(
            [(fx - 14, fy), (fx + 14, fy), (fx - side * 110 + 60, 610), (fx - side * 110 - 50, 610)]
        )
    with c.shape(mix(p.night, (0, 0, 0), 0.5)) as pen:
        silhouettes.person(pen, fx, fy, h, hat="fedora", dress=False)
        if rng.random() < 0.35:
            silhouettes.person(pen, fx + side * 44, fy + 6, h * 0.92, dress=True)


def stairwell(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Looking down a spiral stair."""
    c.sky((0, p.night), (1, p.night))
    cx, cy = rng.uniform(180, 220), rng.uniform(290, 320)
    turns, way = 18, int(rng.choice([-1, 1]))
    radius, start = 430.0, rng.random() * 6.28
    for i in range(turns):
        t = i / (turns - 1)
        tone = mix(mix(p.shade, p.body, 0.2 + 0.8 * t), p.light, t**2 * 0.8)
        x, y = (
            cx + 26 * math.cos(start + way * i * 0.5) * (1 - t),
            cy + 26 * math.sin(start + way * i * 0.5) * (1 - t),
        )
        angles = np.linspace(0, 6.28, 9)[:-1] + start + way * i * 0.16
        rim = [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]
        with c.shape(tone if i % 2 else mix(tone, p.night, 0.72)) as pen:
            pen.polygon(rim)
        radius *= 0.815
    c.glow(cx, cy, 90, p.accent, 0.8)
    with c.shape(p.night) as pen:
        silhouettes.person(pen, cx, cy + 14, 30, hat="fedora")


def rain_window(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """City lights out of focus behind wet glass; somebody waits outside."""
    c.sky((0, mix(p.night, p.shade, 0.6)), (0.5, mix(p.shade, p.body, 0.45)), (1, p.night))
    c.glow(200, 290, 300, p.body, 0.5)
    for _ in range(30):
        tone = (p.accent, p.air, p.body, p.light)[int(rng.integers(0, 4))]
        x, y, r = rng.uniform(0, WIDTH), rng.normal(300, 90), rng.uniform(8, 30)
        with c.shape(tone, rng.uniform(0.3, 0.7)) as pen:
            pen.ellipse(x, y, r)
    with c.shape(mix(p.night, (0, 0, 0), 0.3), 0.97, blur=1.2) as pen:
        x = rng.uniform(140, 260)
        silhouettes.person(
            pen, x, 520, 260, hat=str(rng.choice(["fedora", ""])), dress=bool(rng.random() < 0.4)
        )
        if rng.random() < 0.6:
            silhouettes.umbrella(pen, x, 262, 110)
        pen.rect(0, 512, WIDTH, HEIGHT)
    with c.shape(p.light, 0.28) as pen:
        for _ in range(130):
            x, y, length = rng.uniform(-20, WIDTH), rng.uniform(-20, HEIGHT), rng.uniform(8, 34)
            pen.line([(x, y), (x - length * 0.18, y + length)], 0.6)
    c.scrim(450, 590, p.night, 0.8)


def lit_windows(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A facade at night, a story in each of a few windows."""
    c.sky((0, mix(p.shade, p.night, 0.5)), (1, p.night))
    cols, rows = int(rng.integers(3, 6)), int(rng.integers(4, 6))
    w, h = 300 / cols, 330 / rows
    lit = set(rng.choice(cols * rows, size=int(rng.integers(2, 5)), replace=False).tolist())
    with c.shape((mix(p.shade, p.night, 0.2), mix(p.shade, p.night, 0.6))) as pen:
        pen.rect(30, 120, 370, HEIGHT)
        pen.rect(20, 112, 380, 122)
    for k in range(cols * rows):
        x0, y0 = 50 + (k % cols) * w, 142 + (k // cols) * h
        inner = (x0 + w * 0.2, y0 + h * 0.12, x0 + w * 0.8, y0 + h * 0.82)
        if k in lit:
            c.glow(x0 + w / 2, y0 + h / 2, w * 1.3, p.accent, 0.5)
            tone = (mix(p.accent, p.light, 0.65), mix(p.accent, p.air, 0.5))
        else:
            tone = (mix(p.night, p.body, 0.3), mix(p.night, p.shade, 0.4))
        with c.shape(tone) as pen:
            pen.rect(*inner)
        with c.shape(p.night) as pen:
            pen.rect(x0 + w / 2 - 0.7, inner[1], x0 + w / 2 + 0.7, inner[3])
            pen.rect(inner[0], y0 + h * 0.42, inner[2], y0 + h * 0.42 + 1.4)
            pen.rect(inner[0] - 4, inner[3], inner[2] + 4, inner[3] + 3)
            if k in lit:
                silhouettes.person(
                    pen,
                    x0 + w * rng.uniform(0.38, 0.62),
                    inner[3],
                    h * 0.54,
                    dress=bool(rng.random() < 0.5),
                    hat=str(rng.choice(["", "fedora"])),
                )
    c.scrim(440, 570, p.night, 0.85)
