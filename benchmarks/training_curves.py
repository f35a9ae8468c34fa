"""How training runs went on, epoch by epoch, from the history that each left.

    python -m benchmarks.training_curves FIGURE NAME=history.csv ... --out FILE.svg

FIGURE is a column of history.csv, such as val_map. Runs are drawn in the order given.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import click
import numpy as np

from benchmarks.instruments.reliability_plot import STYLE

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 860, 360, 56, 310, 28, 44
STROKES = ("none", "7 4", "2 3", "10 3 2 3")
"""Runs differ by dashes: colours alone would not do for everybody."""
LABEL_APART = 20.0


def _drawn(title: str, runs: Mapping[str, Sequence[float]]) -> str:
    """The SVG's text: a line a run, its name beside its end, its best epoch marked."""
    every = [value for values in runs.values() for value in values]
    step = 0.02 if max(every) - min(every) < 0.25 else 0.1
    low, high = np.floor(min(every) / step) * step, np.ceil(max(every) / step) * step
    epochs = max(map(len, runs.values()))

    def x(epoch: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (epoch - 1) / max(1, epochs - 1)

    def y(value: float) -> float:
        return float(_TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / (high - low))

    rules = "".join(
        f'<line class="frame" x1="{_LEFT}" y1="{y(v):.1f}" x2="{_WIDTH - _RIGHT}" y2="{y(v):.1f}"/>'
        f'<text class="soft" x="{_LEFT - 8}" y="{y(v) + 4:.1f}" text-anchor="end">{v:.2f}</text>'
        for v in np.arange(low, high + step / 2, step)
    )
    ends = "".join(
        f'<text class="soft" x="{x(e):.1f}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle">{e}'
        "</text>"
        for e in range(1, epochs + 1)
    )
    names = _apart([y(values[-1]) for values in runs.values()])
    lines = []
    for (name, values), stroke, at in zip(runs.items(), STROKES, names, strict=False):
        points = " ".join(f"{x(e):.1f},{y(v):.1f}" for e, v in enumerate(values, start=1))
        best = int(np.argmax(values))
        lines.append(
            f'<polyline class="curve" stroke-dasharray="{stroke}" points="{points}"/>'
            f'<circle class="dot" cx="{x(best + 1):.1f}" cy="{y(values[best]):.1f}" r="4"/>'
            f'<text x="{_WIDTH - _RIGHT + 10}" y="{at + 4:.1f}">{escape(name)}: '
            f"{values[best]:.3f}</text>"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}"><style>{STYLE}</style>'
        f'<rect class="wall" width="{_WIDTH}" height="{_HEIGHT}"/>{rules}{ends}{"".join(lines)}'
        f'<text class="title" x="{_LEFT}" y="{_TOP - 12}">{escape(title)}</text>'
        f'<text class="soft" x="{_LEFT}" y="{_HEIGHT - 8}">epoch; the dot is the best one</text>'
        "</svg>\n"
    )


def _apart(wanted: Sequence[float]) -> list[float]:
    """Heights near those wanted, in their order, of which no two overlap."""
    found = dict.fromkeys(range(len(wanted)), 0.0)
    last = -np.inf
    for number in sorted(found, key=lambda each: wanted[each]):
        last = found[number] = max(wanted[number], last + LABEL_APART)
    return list(found.values())


def history(file: Path, figure: str) -> list[float]:
    """A column of a run's history.csv. Raises click.ClickException where it has none."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or figure not in rows[0]:
        raise click.ClickException(f"{file} has no column {figure}")
    return [float(row[figure]) for row in rows]


@click.command()
@click.argument("figure")
@click.argument("runs", nargs=-1, required=True, metavar="NAME=history.csv ...")
@click.option("--title", help="Above the lines; else the figure's name.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def main(figure: str, runs: tuple[str, ...], title: str | None, out: Path) -> None:
    """Draw a figure of several training runs."""
    found = {}
    for run in runs[: len(STROKES)]:
        name, _, file = run.partition("=")
        if not Path(file).is_file():
            raise click.ClickException(f"{run} names no file: give NAME=history.csv")
        found[name] = history(Path(file), figure)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(_drawn(title or figure, found), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
