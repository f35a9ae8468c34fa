"""Closeness: bokeh, umbrellas, shores, flowers, windows, benches."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from demo.drawing import outlines, silhouettes
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette


def bokeh(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Pastel lights out of focus behind two people."""
    c.sky((0, p.body), (0.5, p.air), (0.85, p.light), (1, p.air))
    c.glow(rng.uniform(120, 280), 300, 320, p.light, 0.6)
    for k in range(34):
        tone = (p.light, p.air, p.accent, mix(p.body, p.light, 0.4))[k % 4]
        x, y, r = rng.uniform(-10, 410), rng.normal(270, 130), rng.uniform(7, 36)
        with c.shape(tone, rng.uniform(0.15, 0.5)) as pen:
            pen.ellipse(x, y, r)
            pen.ellipse(x, y, r - 1.6, ink=190)
    with c.shape((mix(p.shade, p.night, 0.4), p.night)) as pen:
        pen.polygon(outlines.hills(rng, 530, 14, 0.7))
        silhouettes.couple(
            pen, 200 + rng.uniform(-50, 50), 530, rng.uniform(160, 215), int(rng.choice([-1, 1]))
        )


def under_umbrella(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Two people share an umbrella; wet street, soft lamps."""
    c.sky(
        (0, mix(p.shade, p.body, 0.35)), (0.5, p.body), (0.8, p.air), (1, mix(p.body, p.shade, 0.4))
    )
    for k in range(5):
        y, t = 330 + k * 10, k / 5
        side = -1 if k % 2 else 1
        x = 200 + side * (40 + 170 * t)
        c.glow(x, y - 150 - 90 * t, 70 + 60 * t, p.light, 0.7)
        with c.shape(mix(p.body, p.shade, 0.3 + 0.6 * t)) as pen:
            pen.rect(x - 1.5 - 2 * t, y - 150 - 90 * t, x + 1.5 + 2 * t, 470 + 30 * t)
            pen.ellipse(x, y - 152 - 90 * t, 5 + 5 * t)
    with c.shape((mix(p.body, p.air, 0.3), mix(p.shade, p.body, 0.2))) as pen:
        pen.rect(0, 470, WIDTH, HEIGHT)
    x, h = rng.uniform(170, 230), rng.uniform(185, 215)
    foot = 500
    with c.shape(mix(p.night, p.shade, 0.3)) as pen:
        silhouettes.couple(pen, x, foot, h)
    with c.shape((p.accent, mix(p.accent, p.night, 0.35))) as pen:
        silhouettes.umbrella(pen, x, foot - h * 0.98, h * 0.5)
    mirror = (
        c.image.crop((0, 300, WIDTH, 500))
        .transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        .resize((WIDTH, 110))
    )
    c.image.paste(mirror, (0, 500), mirror.convert("L").point([90] * 256))
    with c.shape(p.light, 0.35) as pen:
        for _ in range(120):
            rx, ry, length = rng.uniform(-20, WIDTH), rng.uniform(-20, HEIGHT), rng.uniform(8, 26)
            pen.line([(rx, ry), (rx - length * 0.12, ry + length)], 0.6)


def seaside(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """The sun's road on the sea, and whoever watches it."""
    sea = rng.uniform(345, 385)
    c.sky((0, mix(p.body, p.shade, 0.3)), (0.35, p.body), (sea / HEIGHT, p.light), (1, p.air))
    c.clouds(rng, mix(p.air, p.light, 0.3), 0.6, below=sea, cells=3)
    x, r = rng.uniform(120, 280), rng.uniform(34, 62)
    c.glow(x, sea - 20, 260, p.light, 0.7)
    with c.shape(mix(p.light, p.accent, 0.25)) as pen:
        pen.ellipse(x, sea - r * 0.3, r)
    with c.shape((mix(p.body, p.air, 0.25), mix(p.shade, p.body, 0.2))) as pen:
        pen.rect(0, sea, WIDTH, HEIGHT)
    with c.shape(p.light, 0.75) as pen:
        for _ in range(70):
            t = rng.random() ** 1.3
            y, spread = sea + 2 + t * 130, r * (0.55 + t)
            cx = x + rng.normal(0, spread * 0.45)
            w = rng.uniform(4, 20) * (0.4 + t)
            pen.ellipse(cx, y, w, 0.6 + t * 1.1)
    shore = [(-4, 512), (110, 498), (230, 506), (404, 478), (404, 604), (-4, 604)]
    with c.shape((mix(p.shade, p.night, 0.45), p.night)) as pen:
        pen.polygon(shore)
        fx = rng.uniform(120, 280)
        if rng.random() < 0.7:
            silhouettes.couple(pen, fx, 506, rng.uniform(110, 140))
        else:
            silhouettes.person(pen, fx, 506, 130, dress=True)
    with c.shape(p.night) as pen:
        for _ in range(3):
            silhouettes.bird(
                pen,
                rng.uniform(60, 340),
                rng.uniform(200, 290),
                rng.uniform(10, 20),
                rng.normal(0, 0.2),
            )


def blossom(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """One flower, petals in layers, on quiet ground."""
    c.sky((0, mix(p.light, p.air, 0.5)), (1, p.light))
    c.glow(200, 280, 300, (255, 255, 255), 0.5)
    x, y = rng.uniform(180, 220), rng.uniform(270, 300)
    with c.shape((mix(p.shade, p.body, 0.3), p.shade)) as pen:
        sway = rng.uniform(-60, 60)
        spine = [(x + sway * t * t, y + 310 * t) for t in np.linspace(0, 1, 14)]
        pen.line(spine, 5)
        for k in (5, 8):
            lx, ly = spine[k]
            s = -1 if k == 5 else 1
            pen.curve(
                [(lx, ly), (lx + s * 34, ly - 40), (lx + s * 84, ly - 52), (lx + s * 52, ly - 10)]
            )
    r = rng.uniform(112, 132)
    for layer in range(5):
        count, size = 9 - layer, r * (1 - layer * 0.19)
        tone = mix(mix(p.accent, p.air, 0.55), mix(p.accent, p.night, 0.25), layer / 4)
        turn = rng.random() * 6.28
        for k in range(count):
            a = turn + math.tau * k / count
            with c.shape(mix(tone, p.light, 0.18 * (k % 3)), 0.86) as pen:
                ca, sa = math.cos(a), math.sin(a)
                outline = [
                    (0.05, 0.0),
                    (0.5, 0.3),
                    (0.88, 0.26),
                    (1.0, 0.0),
                    (0.88, -0.26),
                    (0.5, -0.3),
                ]
                pen.curve(
                    [
                        (x + size * (u * ca - v * sa), y + size * 0.92 * (u * sa + v * ca))
                        for u, v in outline
                    ]
                )
    with c.shape(mix(p.accent, p.night, 0.55)) as pen:
        pen.ellipse(x, y, r * 0.1)


def balcony(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Two windows, two people, the width of a street between them."""
    c.sky((0, p.shade), (0.6, p.body), (1, p.air))
    c.stars(rng, 60, p.light, 300)
    with c.shape(mix(p.light, (255, 255, 255), 0.3)) as pen:
        pen.ellipse(200, 190, 26)
        pen.ellipse(200 + rng.choice([-1, 1]) * 11, 185, 24, ink=0)
    c.glow(200, 190, 120, p.light, 0.4)
    row = outlines.towers(rng, 500, 40, 130, (26, 50))
    with c.shape(mix(p.body, p.shade, 0.5)) as pen:
        outlines.roofs(pen, rng, row)
    for side in (-1, 1):
        wall = 200 + side * 76
        edge = 0 if side < 0 else WIDTH
        y = 330 + (30 if side > 0 else -14)
        with c.shape((mix(p.shade, p.night, 0.4), p.night)) as pen:
            pen.rect(wall, 120 if side < 0 else 160, edge, HEIGHT)
        cx = wall + side * 56
        c.glow(cx, y + 40, 90, p.accent, 0.5)
        with c.shape((mix(p.accent, p.light, 0.75), mix(p.accent, p.light, 0.4))) as pen:
            pen.rect(cx - 32, y, cx + 32, y + 100)
            pen.ellipse(cx, y, 32, 26)
        with c.shape(p.night) as pen:
            silhouettes.person(pen, cx - side * 6, y + 104, 88, dress=side > 0)
            pen.rect(cx - 44, y + 80, cx + 44, y + 83)
            for k in range(-40, 45, 8):
                pen.rect(cx + k, y + 80, cx + k + 1.6, y + 108)
            pen.rect(cx - 46, y + 106, cx + 46, y + 112)
    c.scrim(460, 590, p.night, 0.75)


def bench(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A great tree shedding leaves on an empty or shared bench."""
    c.sky((0, mix(p.light, p.air, 0.4)), (0.8, p.light), (1, p.air))
    c.glow(rng.uniform(100, 300), 260, 300, (255, 255, 255), 0.4)
    with c.shape((mix(p.air, p.light, 0.4), mix(p.air, p.body, 0.4))) as pen:
        pen.polygon(outlines.hills(rng, 450, 40, 1.0))
    side = int(rng.choice([-1, 1]))
    tx = 200 + side * 120
    ground = outlines.hills(rng, 492, 14, 0.6)
    with c.shape(mix(p.shade, p.night, 0.6)) as pen:
        outlines.bare_tree(pen, rng, tx, 492, 275, lean=-side * 0.12)
        pen.polygon(ground)
        bx, by = 200 - side * 36, 490
        pen.rect(bx - 48, by - 24, bx + 48, by - 20)
        pen.rect(bx - 48, by - 44, bx + 48, by - 40)
        for s in (-42, 40):
            pen.rect(bx + s, by - 44, bx + s + 3, by + 2)
        if rng.random() < 0.75:
            for s, dress in ((-20, False), (16, True)):
                if dress and rng.random() < 0.3:
                    continue
                pen.curve(
                    [
                        (bx + s - 13, by - 22),
                        (bx + s - 12, by - 62),
                        (bx + s, by - 72),
                        (bx + s + 12, by - 62),
                        (bx + s + 13, by - 22),
                    ]
                )
                pen.ellipse(bx + s, by - 82, 8, 10)
    for tone in (p.accent, p.body, mix(p.accent, p.light, 0.4)):
        with c.shape(tone, 0.9) as pen:
            for _ in range(75):
                x, y = tx + rng.normal(0, 85) - side * 40, rng.normal(265, 72)
                pen.ellipse(x, y, rng.uniform(2, 6), rng.uniform(1.5, 4))
            for _ in range(12):
                pen.ellipse(rng.uniform(0, WIDTH), rng.uniform(300, 560), 3, 1.8)


def moon_lovers(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Two people dwarfed by the moon on a hill."""
    c.sky((0, p.shade), (0.65, p.body), (1, p.air))
    c.stars(rng, 120, p.light, 420)
    x, r = rng.uniform(170, 230), rng.uniform(118, 150)
    c.glow(x, 320, r * 2.2, p.light, 0.5)
    with c.shape((mix(p.light, (255, 255, 255), 0.35), mix(p.air, p.light, 0.4))) as pen:
        pen.ellipse(x, 320, r)
    with c.shape(mix(p.air, p.body, 0.2), 0.35, blur=2) as pen:
        for _ in range(8):
            pen.ellipse(
                x + rng.normal(0, r * 0.4), 320 + rng.normal(0, r * 0.4), rng.uniform(6, 20)
            )
    with c.shape((mix(p.night, p.shade, 0.4), p.night)) as pen:
        pen.curve([(-120, 640), (-20, 520), (x - 30, 436), (x + 50, 438), (420, 520), (520, 640)])
        silhouettes.couple(pen, x, 440, rng.uniform(90, 116))
        for _ in range(60):
            gx = rng.uniform(0, WIDTH)
            gy = 452 + abs(gx - x) ** 1.35 * 0.06
            pen.line([(gx, gy + 8), (gx + rng.normal(0, 3), gy - rng.uniform(2, 12))], 0.8)
