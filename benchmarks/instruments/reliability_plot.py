"""A reliability plot as SVG: what was said against what was so, for all genres and for each."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from genres.calibration import Reliability

STYLE = """
text { font: 13px "Hanken Grotesk", Arial, sans-serif; fill: #191918; }
.soft { fill: #5b5b57; }
.title { font-weight: 600; }
.frame { fill: none; stroke: #dededa; }
.even { stroke: #85857f; stroke-dasharray: 3 4; }
.curve { fill: none; stroke: #b3261e; stroke-width: 1.5; }
.dot { fill: #b3261e; }
.wall { fill: #f7f7f5; }
@media (prefers-color-scheme: dark) {
  text { fill: #eeedea; } .soft { fill: #a9a8a3; } .wall { fill: #131312; }
  .frame { stroke: #30302e; } .even { stroke: #7b7a75; }
  .curve { stroke: #ff8a7a; } .dot { fill: #ff8a7a; }
}
"""
_LEAST_COUNT = 15
"""Pairs that a dot stands for at least: fewer would show chance."""
_WIDTH, _LARGE, _SMALL, _GAP, _MARGIN, _COLUMNS = 1010, 400, 76, 24, 48, 5


@dataclass(frozen=True)
class Panel:
    """One plot and its title."""

    title: str
    found: Reliability


def drawn(whole: Panel, parts: list[Panel]) -> str:
    """The SVG's text: `whole` large on the left, `parts` small in a grid beside it."""
    rows = -(-len(parts) // _COLUMNS)
    height = max(_LARGE + 2 * _MARGIN, _MARGIN + rows * (_SMALL + _GAP + 16))
    body = [_panel(whole, _MARGIN, _MARGIN, _LARGE, labelled=True)]
    left = _MARGIN + _LARGE + 48
    for number, part in enumerate(parts):
        x = left + number % _COLUMNS * (_SMALL + _GAP)
        y = _MARGIN + number // _COLUMNS * (_SMALL + _GAP + 16)
        body.append(_panel(part, x, y, _SMALL, labelled=False))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="Reliability of genre probabilities"><style>{STYLE}</style>'
        f'<rect class="wall" width="{_WIDTH}" height="{height}"/>{"".join(body)}</svg>\n'
    )


def _panel(panel: Panel, x: float, y: float, size: float, *, labelled: bool) -> str:
    """Up is how often it was so, right what was said; a dot's area is the pairs behind it."""
    kept = panel.found.count >= _LEAST_COUNT
    found = Reliability(
        panel.found.confidence[kept], panel.found.frequency[kept], panel.found.count[kept]
    )
    xs, ys = x + size * found.confidence, y + size * (1 - found.frequency)
    most = np.sqrt(found.count.max(initial=1))
    radii = np.maximum((0.02 * size + 1) * np.sqrt(found.count) / most, 2.0)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(xs, ys, strict=True))
    dots = "".join(
        f'<circle class="dot" cx="{a:.1f}" cy="{b:.1f}" r="{r:.1f}"><title>said {p:.0%}, so '
        f"{q:.0%}, {n:,} pairs</title></circle>"
        for a, b, r, p, q, n in zip(
            xs, ys, radii, found.confidence, found.frequency, found.count.tolist(), strict=True
        )
    )
    return (
        f'<rect class="frame" x="{x}" y="{y}" width="{size}" height="{size}"/>'
        f'<line class="even" x1="{x}" y1="{y + size}" x2="{x + size}" y2="{y}"/>'
        f'<polyline class="curve" points="{points}"/>{dots}'
        f'<text class="title" x="{x}" y="{y - 8}">{escape(panel.title)}</text>'
        + (_labels(x, y, size) if labelled else "")
    )


def _labels(x: float, y: float, size: float) -> str:
    ticks = "".join(
        f'<text class="soft" x="{x + size * share}" y="{y + size + 18}" text-anchor="middle">'
        f'{share:.0%}</text><text class="soft" x="{x - 8}" y="{y + size * (1 - share) + 4}" '
        f'text-anchor="end">{share:.0%}</text>'
        for share in (0, 0.5, 1)
    )
    return ticks + (
        f'<text class="soft" x="{x + size / 2}" y="{y + size + 36}" text-anchor="middle">'
        f'said of the poster</text><text class="soft" x="{x + 8}" y="{y + 18}">'
        "was so, of posters of which that was said</text>"
    )
