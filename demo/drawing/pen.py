"""Shapes as a mask of ink, drawn at twice the size and reduced, which smooths their edges."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from demo.drawing.geometry import HEIGHT, WIDTH, Position, smooth

_OVERSAMPLE = 2


class Pen:
    """Takes strokes in poster coordinates; `ink=0` cuts holes in what was drawn before.

    Strokes are kept until the mask is asked for, so that it need only cover what they touch.
    """

    def __init__(self) -> None:
        self._strokes: list[tuple[str, list[Position], int, float]] = []

    def polygon(self, points: Sequence[Position], ink: int = 255) -> None:
        self._strokes.append(("polygon", list(points), ink, 0.0))

    def curve(self, points: Sequence[Position], ink: int = 255) -> None:
        """A polygon with its corners rounded through the points."""
        self.polygon(smooth(points), ink)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float | None = None, ink: int = 255
    ) -> None:
        rx, ry = abs(rx), abs(rx if ry is None else ry)
        self._strokes.append(("ellipse", [(x - rx, y - ry), (x + rx, y + ry)], ink, 0.0))

    def ring(self, x: float, y: float, r: float, width: float, ink: int = 255) -> None:
        self._strokes.append(("ring", [(x - r, y - r), (x + r, y + r)], ink, width))

    def rect(self, x0: float, y0: float, x1: float, y1: float, ink: int = 255) -> None:
        corners = [(min(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1))]
        self._strokes.append(("rect", corners, ink, 0.0))

    def line(self, points: Sequence[Position], width: float = 1.0, ink: int = 255) -> None:
        self._strokes.append(("line", list(points), ink, width))

    def mask(self, margin: float = 0.0) -> tuple[Image.Image, tuple[int, int]] | None:
        """The strokes as an L mask, and the poster pixel of its upper left corner."""
        if not self._strokes:
            return None
        spare = margin + 2 + max(w for *_, w in self._strokes) / 2
        xs, ys = zip(*(q for _, points, *_ in self._strokes for q in points), strict=True)
        left, top = max(0, int(min(xs) - spare)), max(0, int(min(ys) - spare))
        right, bottom = min(WIDTH, int(max(xs) + spare) + 1), min(HEIGHT, int(max(ys) + spare) + 1)
        if right <= left or bottom <= top:
            return None
        k = _OVERSAMPLE
        sheet = Image.new("L", ((right - left) * k, (bottom - top) * k), 0)
        draw = ImageDraw.Draw(sheet)
        for kind, points, ink, width in self._strokes:
            _stroke(draw, kind, [((x - left) * k, (y - top) * k) for x, y in points], ink, width)
        return sheet.reduce(k), (left, top)


def _stroke(
    draw: ImageDraw.ImageDraw, kind: str, points: list[Position], ink: int, width: float
) -> None:
    thick = max(1, round(width * _OVERSAMPLE))
    if kind == "polygon":
        draw.polygon(points, fill=ink)
    elif kind == "line":
        draw.line(points, fill=ink, width=thick, joint="curve")
    elif kind == "ring":
        draw.ellipse(points, outline=ink, width=thick)
    elif kind == "ellipse":
        draw.ellipse(points, fill=ink)
    else:
        (x0, y0), (x1, y1) = points
        draw.rectangle((x0, y0, max(x0, x1 - 1), max(y0, y1 - 1)), fill=ink)
