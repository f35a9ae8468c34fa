"""Elsewhere: planets, grids, visitors, machines."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageChops

from demo.drawing import outlines, silhouettes
from demo.drawing.canvas import Canvas, noise
from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette
from demo.drawing.pen import Pen


def _globe(
    c: Canvas, p: ScenePalette, rng: np.random.Generator, x: float, y: float, r: float, lit: float
) -> None:
    """A shaded, banded planet lit from angle `lit`."""
    size = max(4, round(2 * r))
    gy, gx = np.mgrid[0:size, 0:size].astype(np.float32)
    nx, ny = (gx - r) / r, (gy - r) / r
    inside = np.clip((1 - np.hypot(nx, ny)) * r, 0, 1)
    nz = np.sqrt(np.clip(1 - nx**2 - ny**2, 0, 1))
    day = np.clip(nx * math.cos(lit) * 0.85 + ny * math.sin(lit) * 0.85 + nz * 0.42, 0, 1)
    cloud = np.asarray(noise(rng, 4, 4).resize((size, size)), dtype=np.float32) / 255
    band = 0.5 + 0.5 * np.sin((ny * 1.1 + 0.35 * nx + 0.5 * cloud) * rng.uniform(5, 11))
    base = np.array(p.body) * band[..., None] + np.array(mix(p.air, p.light, 0.3)) * (
        1 - band[..., None]
    )
    rgb = base * day[..., None] + np.array(p.night) * (1 - day[..., None])
    disc = Image.fromarray(rgb.clip(0, 255).astype(np.uint8))
    c.image.paste(
        disc, (round(x - r), round(y - r)), Image.fromarray((inside * 255).astype(np.uint8))
    )


def ringed_planet(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A great planet, its ring, a small ship or a walker below."""
    c.sky((0, p.night), (0.6, mix(p.night, p.shade, 0.8)), (1, p.shade))
    c.clouds(rng, mix(p.shade, p.body, 0.4), 0.6, cells=3)
    c.stars(rng, 170, p.light)
    x, y, r = rng.uniform(150, 250), rng.uniform(230, 280), rng.uniform(88, 128)
    c.glow(x, y, r * 2.1, p.body, 0.6)
    tilt, flat = rng.uniform(-0.4, 0.4), rng.uniform(0.16, 0.28)
    hoops = [(1.95, 3.0, 0.75), (1.78, 9.0, 0.5), (1.55, 4.0, 0.85)] if rng.random() < 0.65 else []

    def hoop(front: bool) -> None:
        for scale, width, opacity in hoops:
            a = np.linspace(0, math.pi, 60) + (0 if front else math.pi)
            ex, ey = r * scale * np.cos(a), r * scale * flat * np.sin(a)
            xs, ys = (
                x + ex * math.cos(tilt) - ey * math.sin(tilt),
                y + ex * math.sin(tilt) + ey * math.cos(tilt),
            )
            with c.shape(mix(p.light, p.air, 0.4), opacity) as pen:
                pen.line(list(zip(xs.tolist(), ys.tolist(), strict=True)), width)

    hoop(False)
    _globe(c, p, rng, x, y, r, rng.choice([2.4, 0.6, -0.7, -2.3]))
    hoop(True)
    if rng.random() < 0.5:
        mx, my = x + rng.choice([-1, 1]) * r * 1.3, y - r * 0.9
        _globe(c, p, rng, mx, my, rng.uniform(9, 20), 2.4)
    ground = outlines.ridge(rng, 530, 46, rough=0.6)
    with c.shape((mix(p.night, p.shade, 0.4), p.night)) as pen:
        pen.polygon(ground)
        fx = rng.uniform(120, 280)
        silhouettes.astronaut(pen, fx, outlines.at(ground, fx) + 3, rng.uniform(46, 70))


def sun_grid(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A striped sun over a glowing plane of lines."""
    horizon = rng.uniform(350, 385)
    c.sky(
        (0, p.night), (0.4, p.shade), (horizon / HEIGHT, mix(p.body, p.accent, 0.2)), (1, p.night)
    )
    c.stars(rng, 90, p.light, 240)
    r, y = rng.uniform(92, 120), horizon - rng.uniform(50, 90)
    c.glow(200, y, r * 2.3, p.body, 0.8)
    with c.shape((mix(p.light, p.accent, 0.25), p.body if rng.random() < 0.5 else p.air)) as pen:
        pen.ellipse(200, y, r)
        for k in range(7):
            top = y - r * 0.1 + k * r * 0.17
            pen.rect(200 - r, top, 200 + r, top + 2 + k * 1.6, ink=0)
    with c.shape((mix(p.shade, p.night, 0.35), p.night)) as pen:
        pen.polygon(outlines.ridge(rng, horizon + 4, rng.uniform(30, 64), steps=4, rough=0.7))
    with c.shape(mix(p.shade, p.night, 0.75)) as pen:
        pen.rect(0, horizon, WIDTH, HEIGHT)
    with c.shape(p.accent, 0.35, blur=2.5) as pen:
        _mesh(pen, horizon, 3.0)
    with c.shape(mix(p.accent, (255, 255, 255), 0.3), 0.8) as pen:
        _mesh(pen, horizon, 0.9)
    if rng.random() < 0.6:
        with c.shape(p.night) as pen:
            silhouettes.person(pen, 200, horizon + 92, 130, hat="")
            pen.rect(0, 0, 0, 0)


def _mesh(pen: Pen, horizon: float, width: float) -> None:
    for k in range(-14, 15):
        pen.line([(200 + k * 16, horizon), (200 + k * 92, HEIGHT)], width)
    for k in range(11):
        y = horizon + (HEIGHT - horizon) * (k / 10) ** 2
        pen.line([(0, y), (WIDTH, y)], width)


def saucer(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A disc over farmland, its beam on somebody's head."""
    c.sky((0, p.night), (0.6, p.shade), (0.78, p.body), (1, p.night))
    c.stars(rng, 120, p.light, 380)
    x, y = rng.uniform(160, 240), rng.uniform(190, 225)
    c.beam(x, y - 10, math.pi / 2, 0.36, mix(p.accent, p.light, 0.4), 1.0)
    with c.shape(mix(p.accent, p.light, 0.6), 0.3, blur=3) as pen:
        pen.polygon([(x - 26, y), (x + 26, y), (x + 96, 500), (x - 96, 500)])
    w = rng.uniform(78, 104)
    with c.shape((mix(p.air, p.light, 0.6), mix(p.body, p.shade, 0.4))) as pen:
        pen.ellipse(x, y - w * 0.14, w * 0.42, w * 0.26)
    with c.shape((mix(p.air, p.light, 0.3), p.shade)) as pen:
        pen.ellipse(x, y, w, w * 0.2)
    with c.shape(mix(p.night, p.shade, 0.5)) as pen:
        pen.ellipse(x, y + w * 0.07, w * 0.72, w * 0.1)
    with c.shape(mix(p.accent, (255, 255, 255), 0.5)) as pen:
        for k in range(9):
            a = math.pi * (k + 0.5) / 9
            pen.ellipse(x + w * 0.84 * math.cos(a), y + w * 0.14 * math.sin(a), 2.6)
    with c.shape((mix(p.shade, p.night, 0.4), p.night)) as pen:
        ground = outlines.hills(rng, 505, 24, 1.1)
        pen.polygon(ground)
        silhouettes.person(
            pen, x, outlines.at(ground, x) + 3, rng.uniform(60, 86), dress=bool(rng.random() < 0.5)
        )
        hx = x + rng.choice([-1, 1]) * 135
        hy = outlines.at(ground, hx) + 3
        pen.rect(hx - 24, hy - 30, hx + 24, hy + 8)
        pen.polygon(
            [(hx - 30, hy - 28), (hx - 14, hy - 50), (hx + 14, hy - 50), (hx + 30, hy - 28)]
        )


def launch(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A rocket climbing on its own light."""
    c.sky((0, p.night), (0.45, p.shade), (0.8, p.body), (1, p.air))
    c.stars(rng, 110, p.light, 330)
    if rng.random() < 0.6:
        _globe(c, p, rng, rng.choice([90, 310]), rng.uniform(150, 210), rng.uniform(26, 54), 2.2)
    lean = rng.uniform(-0.5, 0.5)
    x, y, h = 200 + lean * 60, rng.uniform(260, 300), rng.uniform(105, 140)
    dx = -lean * 0.35
    trail = [(x + dx * 4 * t * t, y + 330 * t) for t in np.linspace(0, 1, 16)]
    with c.shape((mix(p.light, p.accent, 0.2), mix(p.air, p.body, 0.3)), 0.9, blur=5) as pen:
        for i, (tx, ty) in enumerate(trail):
            for _ in range(3):
                pen.ellipse(tx + rng.normal(0, 1 + i * 1.5), ty + rng.normal(0, 6), 4 + i * 3.6)
    c.glow(x, y + 8, 150, p.accent, 1.0)
    with c.shape((mix(p.light, (255, 255, 255), 0.4), mix(p.body, p.shade, 0.5))) as pen:
        r = h * 0.13
        pen.curve(
            [
                (x, y - h),
                (x + r * 0.75, y - h * 0.7),
                (x + r, y - h * 0.35),
                (x + r * 0.7, y),
                (x - r * 0.7, y),
                (x - r, y - h * 0.35),
                (x - r * 0.75, y - h * 0.7),
            ]
        )
    with c.shape(p.accent) as pen:
        for s in (-1, 1):
            pen.polygon(
                [
                    (x + s * h * 0.1, y - h * 0.28),
                    (x + s * h * 0.24, y + h * 0.06),
                    (x + s * h * 0.08, y - h * 0.02),
                ]
            )
        pen.curve([(x, y - h * 1.0), (x + h * 0.072, y - h * 0.78), (x - h * 0.072, y - h * 0.78)])
    with c.shape(p.night) as pen:
        pen.ellipse(x, y - h * 0.6, h * 0.045)
        pen.polygon(outlines.ridge(rng, 566, 26))


def red_eye(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A lens that looks back, rings within rings."""
    c.sky((0, p.night), (0.5, mix(p.night, p.shade, 0.7)), (1, p.night))
    x, y, r = 200.0, rng.uniform(285, 315), rng.uniform(118, 150)
    c.glow(x, y, 300, p.body, 0.5)
    tones = [mix(p.air, p.body, 0.4), p.night, p.shade, p.night, mix(p.body, p.night, 0.4), p.night]
    for k, tone in enumerate(tones):
        with c.shape((tone, mix(tone, p.night, 0.65)) if k % 2 == 0 else tone) as pen:
            pen.ellipse(x, y, r * (1 - k * 0.13))
    with c.shape(p.light, 0.55) as pen:
        for k in range(72):
            a, inner = k * math.tau / 72, 0.9 if k % 6 else 0.86
            pen.line(
                [
                    (x + r * inner * math.cos(a), y + r * inner * math.sin(a)),
                    (x + r * 0.95 * math.cos(a), y + r * 0.95 * math.sin(a)),
                ],
                1,
            )
    c.glow(x, y, r * 0.7, p.accent, 1.3)
    with c.shape(mix(p.accent, (255, 255, 255), 0.55)) as pen:
        pen.ellipse(x, y, r * 0.07)
    with c.shape((255, 255, 255), 0.4, blur=2) as pen:
        pen.ellipse(x - r * 0.28, y - r * 0.34, r * 0.16, r * 0.08)
    if rng.random() < 0.5:
        with c.shape(p.night) as pen:
            silhouettes.astronaut(pen, x, 500, 90)
            pen.rect(0, 498, WIDTH, HEIGHT)


def nebula_walk(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """A lone astronaut adrift before a cloud of light."""
    c.sky((0, p.night), (1, p.night))
    for tone, strength, cells in ((p.body, 0.8, 2), (p.air, 0.45, 3), (p.accent, 0.3, 3)):
        x, y = rng.uniform(80, 320), rng.uniform(190, 420)
        veil = Canvas(p.night)
        veil.glow(x, y, 330, tone, strength)
        lamp = ImageChops.multiply(veil.image, noise(rng, cells, 5).convert("RGB"))
        c.image = ImageChops.screen(c.image, lamp)
    c.stars(rng, 220, p.light)
    c.glow(200, 300, 150, p.light, 0.5)
    size = rng.uniform(90, 130)
    with c.shape((mix(p.light, (255, 255, 255), 0.3), mix(p.body, p.shade, 0.5))) as pen:
        silhouettes.astronaut(pen, 200, 300 + size / 2, size)
    with c.shape((p.accent, p.night)) as pen:
        pen.ellipse(200, 300 - size * 0.38, size * 0.075, size * 0.07)
    with c.shape(p.light, 0.8) as pen:
        t = np.linspace(0, 1, 24)
        xs = 200 + size * 0.13 + t * 190
        ys = 300 + 30 * np.sin(t * 5) - 150 * t
        pen.line(list(zip(xs.tolist(), ys.tolist(), strict=True)), 1)
