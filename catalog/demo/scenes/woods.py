"""Night and trees: forests, lonely houses, doors, eyes."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from catalog.demo import figures, growth
from catalog.demo.canvas import HEIGHT, WIDTH, Canvas, mix
from catalog.demo.palettes import Palette


def _moon(c: Canvas, p: Palette, x: float, y: float, r: float, strength: float = 0.6) -> None:
    c.glow(x, y, r * 5, mix(p.air, p.body, 0.3), strength)
    with c.shape((mix(p.light, (255, 255, 255), 0.3), mix(p.light, p.air, 0.25))) as pen:
        pen.ellipse(x, y, r)


def forest(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
    """Firs fading into fog around a lit clearing, and somebody with a lantern."""
    c.sky((0, p.shade), (0.45, p.body), (0.72, p.air), (1, p.shade))
    _moon(c, p, rng.uniform(120, 280), rng.uniform(150, 210), rng.uniform(24, 54))
    for i in range(5):
        t = i / 4
        tone = mix(mix(p.air, p.body, 0.55), p.night, t**0.8)
        base = 400 + i * 38
        with c.shape((tone, mix(tone, p.body, 0.25 * (1 - t)))) as pen:
            for _ in range(11 - i):
                x = rng.uniform(-20, WIDTH + 20)
                if i > 1:  # leave the middle open: a path of light
                    x = 200 + math.copysign(abs(x - 200) * 0.6 + 62 + 22 * i, x - 200)
                growth.conifer(pen, rng, x, base + 8, rng.uniform(150, 215) + i * 44)
            pen.polygon(growth.hills(rng, base + 10, 14, 1.8))
        if i < 4:
            c.mist(rng, base - 12, 34, mix(p.air, p.light, 0.25), 0.5)
    figure_y = 512
    c.glow(212, figure_y - 34, 90, p.accent, 0.75)
    with c.shape(p.night) as pen:
        figures.person(pen, 200, figure_y, rng.uniform(66, 84), dress=bool(rng.random() < 0.5))
    with c.shape(mix(p.accent, (255, 255, 255), 0.6)) as pen:
        pen.ellipse(213, figure_y - 32, 3.5, 4.5)


def house_on_hill(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
    """A gabled house with one lit window, the moon behind it."""
    c.sky((0, p.night), (0.4, p.shade), (0.7, p.body), (1, p.shade))
    x = rng.uniform(170, 230)
    _moon(c, p, x + rng.uniform(-30, 30), 240, rng.uniform(88, 120), 0.5)
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
        growth.bare_tree(pen, rng, rng.uniform(10, 50), 520, rng.uniform(190, 240), lean=0.12)
        growth.bare_tree(pen, rng, rng.uniform(345, 385), 525, rng.uniform(140, 200), lean=-0.14)
    c.glow(x + 24, 304, 60, p.accent, 0.8)
    with c.shape(mix(p.accent, p.light, 0.55)) as pen:
        pen.rect(x + 18, 298, x + 30, 314)
        pen.rect(x - 34, 350, x - 24, 364, ink=170)
        pen.rect(x + 23.5, 298, x + 24.5, 314, ink=0)
    c.mist(rng, 490, 30, mix(p.body, p.air, 0.4), 0.5)


def doorway(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
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
        figures.person(
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


def watchers(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
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


def lake_cabin(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
    """Still water, a cabin and its reflection."""
    shore = rng.uniform(345, 375)
    c.sky((0, p.shade), (0.3, p.body), (shore / HEIGHT, p.air), (1, p.air))
    if rng.random() < 0.5:
        c.stars(rng, 90, p.light, 220)
    _moon(c, p, rng.uniform(80, 320), rng.uniform(130, 200), rng.uniform(18, 34))
    for i in range(3):
        with c.shape(
            (mix(mix(p.air, p.body, 0.6), p.shade, i / 2), mix(p.body, p.shade, 0.5))
        ) as pen:
            if i < 2:
                pen.polygon(growth.ridge(rng, shore - 18 + i * 14, 95 - i * 35))
            else:
                for x in np.arange(-10, WIDTH + 20, 13.0):
                    growth.conifer(pen, rng, x + rng.normal(0, 4), shore, rng.uniform(34, 92))
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
            figures.person(pen, bx, by + 8, 48, hat=str(rng.choice(["", "fedora"])))


def crow_tree(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
    """One bare tree full of birds against a pale or bloody sky."""
    c.sky((0, mix(p.body, p.air, 0.2)), (0.6, p.air), (1, p.light))
    c.clouds(rng, mix(p.body, p.shade, 0.2), 0.6, below=560, cells=3)
    if rng.random() < 0.6:
        with c.shape(p.accent, 0.95) as pen:
            pen.ellipse(rng.uniform(130, 270), rng.uniform(220, 280), rng.uniform(60, 95))
    ground = growth.hills(rng, 480, 24, 0.8)
    x = rng.uniform(150, 250)
    with c.shape(p.night) as pen:
        pen.polygon(ground)
        growth.bare_tree(
            pen, rng, x, growth.at(ground, x) + 4, rng.uniform(230, 275), lean=rng.normal(0, 0.08)
        )
        for _ in range(int(rng.integers(7, 16))):
            figures.bird(
                pen,
                x + rng.normal(0, 95),
                rng.uniform(150, 360),
                rng.uniform(8, 26),
                rng.normal(0, 0.3),
            )
        figures.person(pen, x + rng.choice([-1, 1]) * 80, growth.at(ground, x) + 6, 62, dress=True)
    c.mist(rng, 478, 26, p.light, 0.5)
