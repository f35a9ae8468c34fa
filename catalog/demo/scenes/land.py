"""Open country: mesas, roads, mountains, dunes, rails, fields."""

from __future__ import annotations

import math

import numpy as np

from catalog.demo import figures, growth
from catalog.demo.canvas import HEIGHT, WIDTH, Canvas, mix
from catalog.demo.palettes import Palette


def mesa_sunset(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
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
                pen.polygon(growth.mesa(rng, x, base + 2, width, rng.uniform(60, 105) + depth * 42))
            pen.rect(0, base, WIDTH, HEIGHT)
        c.mist(rng, base + 4, 14, mix(p.air, p.light, 0.5), 0.45)
    ground = growth.hills(rng, 505, 26, 0.8)
    with c.shape((mix(p.shade, p.night, 0.5), p.night)) as pen:
        pen.polygon(ground)
        turn = int(rng.choice([-1, 1]))
        x = rng.uniform(130, 270)
        if rng.random() < 0.6:
            figures.rider(pen, x, growth.at(ground, x) + 4, rng.uniform(84, 112), turn)
        else:
            figures.gunslinger(pen, x, growth.at(ground, x) + 3, rng.uniform(110, 140))
        for cx in (rng.uniform(10, 70), rng.uniform(330, 390)):
            growth.cactus(pen, cx, growth.at(ground, cx) + 2, rng.uniform(36, 78))


def long_road(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
    """A straight road to the horizon under a big sky, poles alongside."""
    horizon = rng.uniform(330, 400)
    vanish = rng.uniform(150, 250)
    c.sky((0, p.shade), (0.3, p.body), (horizon / HEIGHT, p.light), (1, p.light))
    c.clouds(rng, mix(p.air, p.light, 0.3), 0.75, below=horizon, cells=3)
    c.glow(vanish, horizon, 260, p.air, 0.6)
    with c.shape((mix(p.body, p.shade, 0.4), mix(p.body, p.air, 0.4))) as pen:
        pen.polygon(growth.ridge(rng, horizon + 2, rng.uniform(25, 70)))
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
            figures.person(
                pen,
                vanish + 4,
                horizon + 78,
                rng.uniform(78, 100),
                hat=str(rng.choice(["", "fedora", "stetson"])),
            )


def peaks(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
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
        outline = growth.ridge(rng, 330 + i * 48, 175 - i * 27, rough=0.5)
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
        figures.person(pen, cliff_x, 474, rng.uniform(44, 60), hat=str(rng.choice(["", "stetson"])))
        for _ in range(5):
            figures.bird(
                pen,
                rng.uniform(60, 340),
                rng.uniform(180, 300),
                rng.uniform(8, 18),
                rng.normal(0, 0.2),
            )


def dunes(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
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
        ridge_y = growth.at(outline, peak)
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
                    figures.person(
                        pen,
                        fx,
                        growth.at(outline, fx) + 2,
                        34,
                        hat=str(rng.choice(["", "stetson"])),
                    )


def railway(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
    """Tracks converging on the lamp of a train at dusk."""
    horizon, vanish = rng.uniform(300, 350), rng.uniform(170, 230)
    c.sky((0, p.night), (0.3, p.shade), (horizon / HEIGHT, p.air), (1, p.body))
    c.clouds(rng, p.body, 0.5, below=horizon)
    with c.shape((mix(p.shade, p.body, 0.4), p.shade)) as pen:
        pen.polygon(growth.ridge(rng, horizon + 3, 60))
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
            figures.person(pen, vanish + rng.choice([-1, 1]) * 96, 520, 170, hat="fedora")


def hanging_tree(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
    """A dead tree against a huge sun."""
    c.sky((0, mix(p.body, p.shade, 0.25)), (0.55, p.air), (1, p.light))
    x = rng.uniform(170, 230)
    with c.shape((mix(p.light, p.accent, 0.35), mix(p.light, p.air, 0.25))) as pen:
        pen.ellipse(x, 300, rng.uniform(128, 158))
    c.mist(rng, 420, 40, p.light, 0.5)
    ground = growth.hills(rng, 470, 30, 0.7)
    with c.shape((mix(p.shade, p.night, 0.6), p.night)) as pen:
        pen.polygon(ground)
        tx = x + rng.uniform(-60, 60)
        growth.bare_tree(
            pen, rng, tx, growth.at(ground, tx) + 4, rng.uniform(170, 215), lean=rng.normal(0, 0.12)
        )
        who = (figures.rider, figures.wolf)[int(rng.random() < 0.35)]
        wx = tx + rng.choice([-1, 1]) * rng.uniform(95, 120)
        who(
            pen,
            wx,
            growth.at(ground, wx) + 3,
            74 if who is figures.rider else 46,
            int(rng.choice([-1, 1])),
        )
        for _ in range(4):
            figures.bird(
                pen,
                rng.uniform(50, 350),
                rng.uniform(170, 260),
                rng.uniform(10, 20),
                rng.normal(0, 0.25),
            )


def fields(c: Canvas, p: Palette, rng: np.random.Generator) -> None:
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
            [*growth.hills(rng, horizon + 3, 18, 2.2)[:-2], (WIDTH, horizon + 3), (0, horizon + 3)]
        )
    with c.shape(p.night) as pen:
        x = rng.uniform(110, 290)
        if rng.random() < 0.5:
            growth.round_tree(pen, rng, x, horizon + 6, rng.uniform(120, 180))
        else:
            pen.rect(x - 26, horizon - 44, x + 26, horizon + 6)
            pen.polygon([(x - 33, horizon - 42), (x, horizon - 76), (x + 33, horizon - 42)])
            pen.rect(x + 10, horizon - 82, x + 17, horizon - 58)
            pen.rect(x - 6, horizon - 20, x + 6, horizon + 6, ink=0)
        figures.person(
            pen, x + 62, horizon + 16, rng.uniform(40, 56), dress=bool(rng.random() < 0.5)
        )
