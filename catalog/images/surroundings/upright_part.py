"""A poster that stands upright among bars, in a frame, on a page or in an application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from catalog.images.surroundings.edges import (
    CLEAR_STEP,
    FAINT_STEP,
    Boundaries,
    Edges,
    Pixels,
    across,
    between_pixels,
    down,
    plain_from_the_left,
    strong_lines,
    support,
)
from catalog.images.surroundings.part import Part

Portions = NDArray[np.float64]
Flags = NDArray[np.bool_]

ASPECT: Final = 0.685
"""Width over height of most posters."""
POSTER_LIKE: Final = 0.17
"""Logarithm of how far a picture's aspect may be from it and be a poster's own."""
_LINES: Final = 13
_MIRRORED: Final = 4
"""What surrounds a poster is often as wide at both sides, and only one edge may be clear."""
_LEAST_SIDE: Final = 0.2
_LEAST_AREA: Final = 0.1
_LEAST_WITHIN_POSTER: Final = 0.2
"""The same of a poster-like picture: what is smaller is a poster's own panel."""
_MOST_AREA: Final = 0.97
_MOST_FRAMED: Final = 0.86
"""Of a poster-like picture: what surrounds it less is a margin of its own."""
_STRIP: Final = (3, 6)
"""Pixels from an edge where a strip beside it begins and ends."""


@dataclass(frozen=True)
class _Rectangles:
    """Candidates: their lines int64[n], and what is known of them. Four rows stand for the sides
    left, right, top and bottom."""

    left: Boundaries
    top: Boundaries
    right: Boundaries
    bottom: Boundaries
    size: tuple[int, int]
    """Width and height of the picture."""

    @property
    def area(self) -> Portions:
        pixels = (self.right - self.left) * (self.bottom - self.top)
        return np.asarray(pixels / (self.size[0] * self.size[1]))

    @property
    def margins(self) -> Boundaries:
        """Pixels around, int64[4, n]."""
        width, height = self.size
        return np.stack([self.left, width - self.right, self.top, height - self.bottom])

    @property
    def odd(self) -> Portions:
        """How far their aspect is from a poster's."""
        return np.abs(np.log((self.right - self.left) / (self.bottom - self.top) / ASPECT))

    def only(self, keep: Flags) -> _Rectangles:
        return _Rectangles(
            self.left[keep], self.top[keep], self.right[keep], self.bottom[keep], self.size
        )

    def strips(self, edges: Edges, *, outside: bool) -> Portions:
        """The density of edges in a strip beside each side, float64[4, n]."""
        near, far = (each if outside else -each for each in _STRIP)
        if not outside:
            near, far = far, near
        left, top, right, bottom = self.left, self.top, self.right, self.bottom
        return np.stack(
            [
                edges.density(left - far, top, left - near, bottom),
                edges.density(right + near, top, right + far, bottom),
                edges.density(left, top - far, right, top - near),
                edges.density(left, bottom + near, right, bottom + far),
            ]
        )

    def supports(self, edges: Edges) -> Portions:
        """The share of each side that is an edge, float64[4, n]."""
        return np.stack(
            [
                support(edges.upright, self.left, self.top, self.bottom),
                support(edges.upright, self.right, self.top, self.bottom),
                support(edges.level, self.top, self.left, self.right),
                support(edges.level, self.bottom, self.left, self.right),
            ]
        )


def poster_like(width: int, height: int) -> bool:
    """Whether a picture has the aspect of a poster."""
    return _odd(width, height) < POSTER_LIKE


def upright_part(pixels: Pixels) -> Part | None:
    """The rectangle that most probably is a poster among something else; None where there is none.

    Its sides are edges nearly all along, or the picture's own borders at two opposite sides; just
    outside it is plain; its aspect is a poster's. A picture that itself has that aspect, which may
    be a poster with a frame printed upon it, must be surrounded on all sides, its rectangle be
    nearer to a poster's aspect than the whole, or much smaller.
    """
    height, width = pixels.shape[:2]
    steps = across(pixels), down(pixels)
    edges, faint = Edges(*steps, CLEAR_STEP), Edges(*steps, FAINT_STEP)
    plain = _plain(pixels)
    found = _possible(_candidates(edges, plain, (width, height)))
    if not len(found.left):
        return None
    accepted, score = _judged(found, edges, faint, plain)
    if not accepted.any():
        return None
    best = int(np.where(accepted, score, -np.inf).argmax())
    lines = (found.left[best], found.top[best], found.right[best], found.bottom[best])
    left, top, right, bottom = map(int, lines)
    upright, level = steps[0][top:bottom].mean(0), steps[1][:, left:right].mean(1)
    return Part.rectangle(
        between_pixels(upright, left) / width,
        between_pixels(level, top) / height,
        between_pixels(upright, right) / width,
        between_pixels(level, bottom) / height,
    )


def _odd(width: int, height: int) -> float:
    return float(abs(np.log(width / height / ASPECT)))


def _plain(pixels: Pixels) -> Boundaries:
    """How far each side of the picture is of one colour, int64[4]."""
    turned = pixels.transpose(1, 0, 2)
    sides = pixels, pixels[:, ::-1], turned, turned[:, ::-1]
    return np.array([plain_from_the_left(each) for each in sides])


def _candidates(edges: Edges, plain: Boundaries, size: tuple[int, int]) -> _Rectangles:
    """Rectangles of a poster's aspect between the strongest lines and the picture's borders."""
    spans = []
    for running, length, margins in (
        (edges.upright, size[0], plain[:2]),
        (edges.level, size[1], plain[2:]),
    ):
        lines = strong_lines(running, _LINES)
        lines += [length - each for each in lines[:_MIRRORED]]
        lines += [int(margins[0]), length - int(margins[1])]
        kept = np.unique([0, length, *(each for each in lines if 0 < each < length)])
        start, end = (each.ravel() for each in np.meshgrid(kept, kept, indexing="ij"))
        wide = end - start >= _LEAST_SIDE * length
        spans.append((start[wide], end[wide]))
    (left, right), (top, bottom) = spans
    # Those of a poster's aspect alone, found before anything is made of all the pairs.
    aspect = np.log((right - left)[:, None] / (bottom - top)[None, :] / ASPECT)
    one, other = np.nonzero(np.abs(aspect) < 0.2)
    found = _Rectangles(left[one], top[other], right[one], bottom[other], size)
    return found.only((found.area > _LEAST_AREA) & (found.area < _MOST_AREA))


def _possible(found: _Rectangles) -> _Rectangles:
    """Those that their place and shape do not exclude, told before any edge is counted."""
    border = found.margins == 0
    if poster_like(*found.size):
        keep = (found.area > _LEAST_WITHIN_POSTER) & (found.area < _MOST_FRAMED)
        return found.only(keep & ~border.any(0) & (_nearer(found) | _small(found)))
    return found.only((border[0] == border[1]) & (border[2] == border[3]))


def _nearer(found: _Rectangles) -> Flags:
    """Whether they are nearer to a poster's aspect than the whole picture."""
    return np.asarray(found.odd < _odd(*found.size) - 0.02)


def _small(found: _Rectangles) -> Flags:
    """Whether they are much smaller than the picture, and have a poster's aspect."""
    return np.asarray((found.odd < 0.08) & (found.area < 0.62))


def _judged(
    found: _Rectangles, edges: Edges, faint: Edges, plain: Boundaries
) -> tuple[Flags, Portions]:
    """Which of the rectangles that are possible may be a poster, and how well each would do."""
    margins = found.margins
    border = margins == 0
    sides = _sides(found, edges, faint, plain)
    outer = np.where(border, 0, found.strips(edges, outside=True))
    inner = found.strips(edges, outside=False)
    inside = edges.density(found.left, found.top, found.right, found.bottom)
    least = np.where(border, 1, sides).min(0)
    some = np.where(border, 0, sides).sum(0) / np.maximum((~border).sum(0), 1)
    clean = outer.max(0) < 0.02
    accepted = (outer.max(0) < 0.25) & (outer.mean(0) < np.minimum(0.1, inside / 2 + 0.01))
    out = _outside(found, edges)
    if poster_like(*found.size):
        framed = (plain[:, None] >= margins - 3).all(0) & (np.ptp(margins, axis=0) <= 3)
        faintly = (least >= 0.35) & (some > 0.6) & framed & clean & _nearer(found) & (out < 0.02)
        accepted &= (out < 0.06) & ((least >= 0.75) | faintly)
    else:
        middle = (np.abs(margins[0] - margins[1]) <= 2) & (np.abs(margins[2] - margins[3]) <= 2)
        sure = ((least >= 0.6) | ((least >= 0.4) & (found.odd < 0.1))) & (some >= 0.6)
        faintly = (least >= 0.25) & (some >= 0.5) & (found.odd < 0.06) & middle & clean
        accepted &= sure | faintly
    score = least / 2 + np.where(border, 0.6, sides).mean(0) - 2 * found.odd
    return accepted, score - 1.5 * outer.mean(0) - 0.8 * (inner < 0.01).mean(0) - 0.3 * out


def _sides(found: _Rectangles, edges: Edges, faint: Edges, plain: Boundaries) -> Portions:
    """How far each side is an edge, float64[4, n]: a faint one will do beside what is smooth, and
    where a colour ends that reaches the picture's border."""
    smooth = found.strips(faint, outside=True) < 0.03
    sides = found.supports(edges)
    sides = np.where(smooth, np.maximum(sides, found.supports(faint)), sides)
    ends = (plain[:, None] > 1) & (np.abs(found.margins - plain[:, None]) <= 1) & (sides > 0.15)
    return np.where(ends, np.maximum(sides, np.minimum(0.9, sides + 0.45)), sides)


def _outside(found: _Rectangles, edges: Edges) -> Portions:
    """The density of edges in all that is outside."""
    width, height = found.size
    lines = (
        (found.left - 3).clip(0),
        (found.top - 3).clip(0),
        (found.right + 3).clip(max=width),
        (found.bottom + 3).clip(max=height),
    )
    rest = width * height - (lines[2] - lines[0]) * (lines[3] - lines[1])
    return np.asarray((edges.either.sum() - edges.count(*lines)) / np.maximum(rest, 1))
