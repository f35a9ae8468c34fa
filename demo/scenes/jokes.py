"""Comedy: a burst round something silly, the odd one out, a small party."""

from __future__ import annotations

import math

import numpy as np

from demo.drawing import silhouettes
from demo.drawing.canvas import Canvas
from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette
from demo.scenes.show import rays


def burst(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Sunburst behind one silly, very plain object."""
    pale = mix(p.air, p.light, 0.45)
    rays(c, 200, 310, p.air, pale, int(rng.integers(12, 20)), rng.random())
    with c.shape(p.light) as pen:
        pen.ellipse(200, 310, rng.uniform(122, 140))
    with c.shape(p.accent) as pen:
        pen.ring(200, 310, 146, 5)
    x, y = 200, 310
    for paint in (_FACE, _BANANA, _DUCK, _CUP)[int(rng.integers(0, 4))](p):
        tone, parts = paint
        with c.shape(tone) as pen:
            for kind, *numbers in parts:
                if kind == "e":
                    cx, cy, rx, ry = numbers[0]
                    pen.ellipse(x + cx, y + cy, rx, ry)
                else:
                    pen.curve([(x + a, y + b) for a, b in numbers[0]])


_Paint = list[tuple[tuple[int, int, int], list[tuple]]]  # type: ignore[type-arg]


def _FACE(p: ScenePalette) -> _Paint:  # noqa: N802
    rim = [("e", (s * 36, -18, 31, 31)) for s in (-1, 1)]
    glass = [("e", (s * 36, -18, 22, 22)) for s in (-1, 1)]
    tash = [
        (
            "c",
            [
                (0, 34),
                (24, 26),
                (58, 42),
                (92, 28),
                (70, 62),
                (34, 62),
                (0, 46),
                (-34, 62),
                (-70, 62),
                (-92, 28),
                (-58, 42),
                (-24, 26),
            ],
        )
    ]
    hat = [
        ("e", (0, -66, 96, 12)),
        ("c", [(-58, -66), (-56, -112), (-30, -126), (30, -126), (56, -112), (58, -66)]),
    ]
    return [
        (p.night, [*rim, *tash, *hat]),
        (p.light, glass),
        (p.accent, [("c", [(-58, -74), (58, -74), (57, -86), (-57, -86)])]),
    ]


def _BANANA(p: ScenePalette) -> _Paint:  # noqa: N802
    skin = [
        (-88, -62),
        (-74, -70),
        (-50, -8),
        (6, 36),
        (72, 32),
        (88, 26),
        (92, 40),
        (66, 70),
        (-6, 82),
        (-70, 32),
    ]
    shade = [(-80, -40), (-58, 14), (-2, 62), (66, 54), (88, 38), (66, 70), (-6, 82), (-70, 32)]
    return [
        (mix(p.accent, (255, 214, 70), 0.75), [("c", skin)]),
        (mix(p.shade, (220, 160, 30), 0.6), [("c", shade)]),
        (p.night, [("c", [(-94, -82), (-80, -86), (-72, -64), (-88, -58)]), ("e", (90, 33, 6, 7))]),
    ]


def _DUCK(p: ScenePalette) -> _Paint:  # noqa: N802
    body = [
        (-96, -6),
        (-60, 14),
        (-20, -8),
        (14, -6),
        (62, -6),
        (92, 20),
        (66, 72),
        (0, 84),
        (-62, 66),
        (-88, 30),
    ]
    return [
        (mix(p.accent, (255, 210, 60), 0.6), [("c", body), ("e", (46, -46, 42, 42))]),
        (
            mix(p.shade, p.accent, 0.3),
            [
                ("c", [(82, -52), (120, -42), (118, -32), (82, -28)]),
                ("c", [(-40, 24), (20, 22), (40, 40), (0, 58), (-46, 48)]),
            ],
        ),
        (p.night, [("e", (56, -56, 6, 8))]),
    ]


def _CUP(p: ScenePalette) -> _Paint:  # noqa: N802
    return [
        (
            p.body,
            [
                (
                    "c",
                    [
                        (58, -20),
                        (104, -30),
                        (106, 30),
                        (50, 44),
                        (52, 30),
                        (90, 16),
                        (88, -14),
                        (60, -8),
                    ],
                )
            ],
        ),
        (
            p.accent,
            [
                ("c", [(-66, -52), (66, -52), (60, 50), (34, 74), (-34, 74), (-60, 50)]),
                ("e", (0, 84, 100, 12)),
            ],
        ),
        (
            p.night,
            [
                ("e", (0, -50, 64, 12)),
                ("e", (-22, 2, 7, 10)),
                ("e", (22, 2, 7, 10)),
                ("c", [(-30, 26), (0, 46), (30, 26), (0, 36)]),
            ],
        ),
        (
            mix(p.light, p.air, 0.3),
            [("c", [(-6, -70), (8, -88), (-6, -108), (4, -126), (14, -108), (4, -88), (14, -70)])],
        ),
    ]


def upside_down(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Neat rows of people; one is the wrong way up."""
    c.sky((0, p.light), (1, mix(p.light, p.air, 0.5)))
    cols, rows = int(rng.integers(4, 7)), 3
    odd = int(rng.integers(0, cols * rows))
    w, h = 340 / cols, 112
    for k in range(cols * rows):
        x, y = 30 + w * (k % cols + 0.5), 270 + h * (k // cols)
        tone = p.accent if k == odd else mix(p.shade, p.body, 0.25 * ((k * 7) % 4))
        with c.shape(tone) as pen:
            dress = (k * 5 + odd) % 3 == 0
            if k != odd:
                silhouettes.person(
                    pen,
                    x,
                    y,
                    96,
                    dress=dress,
                    hat=("", "fedora", "top")[(k + odd) % 3] if not dress else "",
                )
            else:
                silhouettes.person(pen, x, y - 96, -96, hat="")
    with c.shape(mix(p.shade, p.night, 0.5), 0.8) as pen:
        for r in range(rows):
            pen.rect(24, 271 + h * r, 376, 272.5 + h * r)


def confetti(c: Canvas, p: ScenePalette, rng: np.random.Generator) -> None:
    """Big flat discs and streamers round a tiny party."""
    c.sky((0, mix(p.accent, p.light, 0.1)), (1, mix(p.accent, p.shade, 0.2)))
    for k in range(9):
        tone = (p.air, p.light, p.body, p.shade)[k % 4]
        with c.shape(tone, 0.95) as pen:
            a = rng.random() * 6.28
            pen.ellipse(
                200 + rng.uniform(120, 230) * math.cos(a),
                320 + rng.uniform(130, 260) * math.sin(a),
                rng.uniform(20, 74),
            )
    with c.shape(p.light) as pen:
        pen.ellipse(200, 330, 128)
    with c.shape(p.night) as pen:
        for k in range(-2, 3):
            if k % 2:
                silhouettes.dancer(pen, 200 + k * 42, 410 - abs(k) * 6, 112, 1 if k > 0 else -1)
            else:
                silhouettes.person(pen, 200 + k * 42, 414 - abs(k) * 7, 110, hat="top" if k else "")
        pen.rect(92, 408, 308, 413)
    for tone in (p.accent, p.shade, p.air, p.light):
        with c.shape(tone) as pen:
            for _ in range(22):
                x, y, a = rng.uniform(0, WIDTH), rng.uniform(120, HEIGHT), rng.random() * 3.14
                dx, dy = 5 * math.cos(a), 5 * math.sin(a)
                pen.polygon(
                    [
                        (x - dx, y - dy),
                        (x + dy * 0.5, y - dx * 0.5),
                        (x + dx, y + dy),
                        (x - dy * 0.5, y + dx * 0.5),
                    ]
                )
