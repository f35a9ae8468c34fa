"""Silhouettes of people and animals, standing on a point, `h` pixels tall."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from demo.drawing.geometry import Position
from demo.drawing.pen import Pen


def _placed(
    points: Sequence[Position], x: float, y: float, h: float, turn: int = 1
) -> list[Position]:
    """Unit coordinates (x to the right, y up from the feet) onto the poster."""
    return [(x + turn * px * h, y - py * h) for px, py in points]


def _mirrored(half: Sequence[Position]) -> list[Position]:
    return [*half, *((-px, py) for px, py in reversed(half))]


_COAT = _mirrored(
    [(0.02, 0.86), (0.11, 0.82), (0.135, 0.74), (0.14, 0.5), (0.115, 0.46), (0.105, 0.6),
     (0.1, 0.45), (0.125, 0.27), (0.075, 0.265), (0.085, 0.03), (0.11, 0.0), (0.02, 0.0),
     (0.012, 0.25)]
)  # fmt: skip
_DRESS = _mirrored(
    [(0.018, 0.86), (0.085, 0.825), (0.1, 0.72), (0.095, 0.52), (0.075, 0.5), (0.07, 0.66),
     (0.05, 0.62), (0.085, 0.5), (0.15, 0.24), (0.045, 0.23), (0.04, 0.04), (0.05, 0.0),
     (0.01, 0.0), (0.008, 0.22)]
)  # fmt: skip
_STANCE = [
    (0.02, 0.86), (0.12, 0.82), (0.15, 0.7), (0.2, 0.56), (0.17, 0.5), (0.14, 0.55), (0.11, 0.66),
    (0.1, 0.5), (0.13, 0.46), (0.17, 0.2), (0.17, 0.03), (0.23, 0.0), (0.13, 0.0), (0.1, 0.22),
    (0.01, 0.42), (-0.1, 0.22), (-0.14, 0.03), (-0.2, 0.0), (-0.1, 0.0), (-0.08, 0.03),
    (-0.16, 0.2), (-0.12, 0.46), (-0.1, 0.5), (-0.11, 0.66), (-0.15, 0.54), (-0.19, 0.5),
    (-0.21, 0.56), (-0.15, 0.7), (-0.12, 0.82), (-0.02, 0.86),
]  # fmt: skip
_SUIT = _mirrored(
    [(0.1, 0.82), (0.18, 0.76), (0.21, 0.5), (0.15, 0.46), (0.13, 0.6), (0.13, 0.4), (0.16, 0.1),
     (0.18, 0.0), (0.03, 0.0), (0.02, 0.36)]
)  # fmt: skip
_HORSE = [
    (0.86, 0.9), (0.9, 0.94), (0.92, 0.86), (1.02, 0.72), (1.0, 0.66), (0.92, 0.68), (0.84, 0.74),
    (0.78, 0.62), (0.74, 0.48), (0.8, 0.34), (0.9, 0.26), (0.86, 0.08), (0.9, 0.0), (0.83, 0.0),
    (0.8, 0.2), (0.68, 0.32), (0.66, 0.36), (0.62, 0.18), (0.64, 0.0), (0.57, 0.0), (0.56, 0.2),
    (0.55, 0.38), (0.3, 0.36), (0.24, 0.26), (0.28, 0.14), (0.22, 0.0), (0.15, 0.0), (0.2, 0.14),
    (0.14, 0.26), (0.12, 0.36), (0.04, 0.22), (0.06, 0.02), (-0.01, 0.0), (-0.03, 0.22),
    (0.03, 0.44), (0.02, 0.58), (-0.06, 0.5), (-0.1, 0.3), (-0.13, 0.34), (-0.09, 0.58),
    (0.06, 0.68), (0.3, 0.63), (0.5, 0.64), (0.66, 0.72), (0.78, 0.88),
]  # fmt: skip
_BIRD = [
    (0.0, 0.0), (0.25, 0.2), (0.55, 0.24), (1.0, 0.04), (0.6, 0.1), (0.3, 0.02), (0.08, -0.14),
    (-0.08, -0.14), (-0.3, 0.02), (-0.6, 0.1), (-1.0, 0.04), (-0.55, 0.24), (-0.25, 0.2),
]  # fmt: skip
_WOLF = [
    (0.62, 0.62), (0.66, 0.9), (0.72, 1.0), (0.68, 0.84), (0.76, 0.82), (0.72, 0.74), (0.75, 0.5),
    (0.72, 0.34), (0.72, 0.06), (0.77, 0.0), (0.68, 0.0), (0.64, 0.3), (0.45, 0.36), (0.25, 0.32),
    (0.2, 0.2), (0.22, 0.04), (0.27, 0.0), (0.17, 0.0), (0.12, 0.2), (0.05, 0.3), (0.02, 0.45),
    (-0.12, 0.28), (-0.16, 0.12), (-0.2, 0.14), (-0.15, 0.36), (0.0, 0.56), (0.2, 0.6),
    (0.45, 0.58), (0.54, 0.62), (0.57, 0.72),
]  # fmt: skip


def _head(pen: Pen, x: float, y: float, h: float, ink: int) -> None:
    pen.ellipse(x, y - 0.925 * h, 0.05 * h, 0.066 * h, ink)
    pen.rect(x - 0.022 * h, y - 0.88 * h, x + 0.022 * h, y - 0.83 * h, ink)


def person(
    pen: Pen, x: float, y: float, h: float, *, hat: str = "", dress: bool = False, ink: int = 255
) -> None:
    """Somebody standing, seen from behind; `hat` is fedora, stetson, helmet, top or nothing."""
    outline = _DRESS if dress else _COAT
    pen.polygon(_placed(outline, x, y, h), ink)
    _head(pen, x, y, h, ink)
    if dress:
        pen.curve(_placed([(0.06, 0.99), (0.08, 0.86), (0.03, 0.8), (-0.03, 0.8), (-0.08, 0.86),
                           (-0.06, 0.99)], x, y, h), ink)  # fmt: skip
    _hat(pen, x, y, h, hat, ink)


def _hat(pen: Pen, x: float, y: float, h: float, kind: str, ink: int) -> None:
    if kind == "fedora":
        pen.ellipse(x, y - 0.955 * h, 0.105 * h, 0.022 * h, ink)
        pen.polygon(_placed([(-0.06, 0.955), (-0.05, 1.03), (-0.01, 1.02), (0.05, 1.035),
                             (0.062, 0.955)], x, y, h), ink)  # fmt: skip
    elif kind == "stetson":
        pen.curve(_placed([(-0.16, 0.99), (-0.08, 0.955), (0.08, 0.955), (0.16, 0.99),
                           (0.08, 0.935), (-0.08, 0.935)], x, y, h), ink)  # fmt: skip
        pen.curve(_placed([(-0.06, 0.95), (-0.055, 1.06), (0.0, 1.04), (0.055, 1.06),
                           (0.06, 0.95)], x, y, h), ink)  # fmt: skip
    elif kind == "helmet":
        pen.ellipse(x, y - 0.955 * h, 0.075 * h, 0.06 * h, ink)
        pen.ellipse(x, y - 0.93 * h, 0.09 * h, 0.018 * h, ink)
    elif kind == "top":
        pen.ellipse(x, y - 0.965 * h, 0.09 * h, 0.016 * h, ink)
        pen.rect(x - 0.055 * h, y - 1.1 * h, x + 0.055 * h, y - 0.965 * h, ink)


def gunslinger(pen: Pen, x: float, y: float, h: float) -> None:
    """Legs apart, hands near the holsters."""
    pen.polygon(_placed(_STANCE, x, y, h))
    _head(pen, x, y, h, 255)
    _hat(pen, x, y, h, "stetson", 255)


def runner(pen: Pen, x: float, y: float, h: float, turn: int = 1) -> None:
    """At full stretch, seen from the side."""
    torso = [(0.02, 0.84), (0.14, 0.84), (0.17, 0.74), (0.09, 0.5), (-0.05, 0.5), (-0.02, 0.68)]
    pen.curve(_placed(torso, x, y, h, turn))
    for limb, width in (
        ([(0.03, 0.5), (0.22, 0.45), (0.2, 0.25)], 0.085),
        ([(0.2, 0.3), (0.19, 0.16), (0.27, 0.14)], 0.055),
        ([(0.0, 0.5), (-0.1, 0.28)], 0.085),
        ([(-0.1, 0.3), (-0.3, 0.24), (-0.34, 0.31)], 0.055),
        ([(0.12, 0.8), (0.22, 0.62), (0.35, 0.7)], 0.05),
        ([(0.06, 0.8), (-0.1, 0.68), (-0.15, 0.52)], 0.05),
    ):
        joints = _placed(limb, x, y, h, turn)
        pen.line(joints, width * h)
        for jx, jy in joints:
            pen.ellipse(jx, jy, width * h / 2)
    pen.ellipse(x + turn * 0.135 * h, y - 0.925 * h, 0.052 * h, 0.064 * h)


def soldier(pen: Pen, x: float, y: float, h: float, turn: int = 1) -> None:
    """In a helmet, rifle across the shoulder."""
    person(pen, x, y, h, hat="helmet")
    pen.line(_placed([(-0.1, 0.55), (0.17, 1.08)], x, y, h, turn), max(1.0, 0.022 * h))
    pen.line(_placed([(-0.12, 0.51), (-0.02, 0.7)], x, y, h, turn), max(1.5, 0.045 * h))


def couple(pen: Pen, x: float, y: float, h: float, turn: int = 1) -> None:
    """Two people close together, hand in hand."""
    person(pen, x - turn * 0.13 * h, y, h)
    person(pen, x + turn * 0.13 * h, y, h * 0.92, dress=True)


def rider(pen: Pen, x: float, y: float, h: float, turn: int = 1) -> None:
    """A rider on a walking horse; `x` is between the horse's legs."""
    pen.curve(_placed([(p - 0.45, q * 0.66) for p, q in _HORSE], x, y, h, turn))
    seat = _placed([(-0.1, 0.4), (0.02, 0.42), (0.05, 0.24), (0.1, 0.2), (0.1, 0.16), (0.0, 0.19),
                    (-0.06, 0.34)], x, y, h, turn)  # fmt: skip
    pen.polygon(seat)
    body = [(-0.08, 0.4), (-0.1, 0.68), (-0.06, 0.76), (0.05, 0.76), (0.08, 0.66), (0.16, 0.55),
            (0.14, 0.52), (0.05, 0.58), (0.05, 0.4)]  # fmt: skip
    pen.polygon(_placed(body, x, y, h, turn))
    pen.ellipse(x, y - 0.83 * h, 0.045 * h, 0.058 * h)
    brim = [(-0.13, 0.89), (-0.06, 0.86), (0.07, 0.86), (0.14, 0.88), (0.07, 0.84), (-0.07, 0.84)]
    pen.curve(_placed(brim, x, y, h, turn))
    pen.ellipse(x, y - 0.89 * h, 0.055 * h, 0.055 * h)


def dancer(pen: Pen, x: float, y: float, h: float, turn: int = 1) -> None:
    """One arm thrown up, skirt flying."""
    skirt = [(0.03, 0.6), (0.1, 0.5), (0.3, 0.44), (0.34, 0.36), (0.18, 0.3), (0.06, 0.36),
             (-0.08, 0.3), (-0.2, 0.34), (-0.12, 0.48), (-0.04, 0.6)]  # fmt: skip
    pen.curve(_placed(skirt, x, y, h, turn))
    torso = [(0.03, 0.84), (0.07, 0.8), (0.045, 0.58), (-0.045, 0.58), (-0.07, 0.8), (-0.03, 0.84)]
    pen.polygon(_placed(torso, x, y, h, turn))
    for limb, width in (
        ([(-0.06, 0.8), (-0.15, 0.92), (-0.12, 1.1)], 0.035),
        ([(0.06, 0.8), (0.18, 0.72), (0.3, 0.78)], 0.035),
        ([(0.0, 0.36), (0.02, 0.18), (0.0, 0.0)], 0.05),
        ([(-0.04, 0.36), (-0.2, 0.24), (-0.3, 0.1)], 0.045),
    ):
        pen.line(_placed(limb, x, y, h, turn), width * h)
    pen.ellipse(x, y - 0.905 * h, 0.05 * h, 0.06 * h)
    pen.ellipse(x - turn * 0.02 * h, y - 0.965 * h, 0.035 * h)


def wolf(pen: Pen, x: float, y: float, h: float, turn: int = 1) -> None:
    """Howling, head up."""
    pen.polygon(_placed([(p - 0.35, q) for p, q in _WOLF], x, y, h, turn))


def bird(pen: Pen, x: float, y: float, span: float, tilt: float = 0.0) -> None:
    pen.polygon([(x + px * span / 2, y - (py + tilt * px) * span / 2) for px, py in _BIRD])


def astronaut(pen: Pen, x: float, y: float, h: float) -> None:
    pen.polygon(_placed(_SUIT, x, y, h))
    pen.ellipse(x, y - 0.88 * h, 0.12 * h, 0.12 * h)
    pen.rect(x - 0.15 * h, y - 0.8 * h, x + 0.15 * h, y - 0.5 * h)
    for s in (-1, 1):
        pen.ellipse(x + s * 0.19 * h, y - 0.46 * h, 0.045 * h)
        pen.ellipse(x + s * 0.11 * h, y - 0.015 * h, 0.08 * h, 0.03 * h)


def umbrella(pen: Pen, x: float, y: float, r: float) -> None:
    """An open umbrella, its rim at `y`."""
    dome = [
        (x - r + 2 * r * t, y - r * 0.62 * math.sin(math.pi * t)) for t in np.linspace(0, 1, 24)
    ]
    for k in range(4, -1, -1):
        cx = x + r - r * 0.2 - k * r * 0.4
        dome += [
            (cx + r * 0.2 * math.cos(a), y - r * 0.07 * math.sin(a))
            for a in np.linspace(0, math.pi, 7)
        ]
    pen.polygon(dome[:24] + dome[:23:-1][::-1])
    pen.line([(x, y - r * 0.7), (x, y + r * 0.9)], max(1.4, r * 0.03))
