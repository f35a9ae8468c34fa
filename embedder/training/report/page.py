"""The report as one HTML page: inline styles, inline SVG, no scripts, nothing fetched."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from embedder.training.checkpoints import chosen_by
from embedder.training.report.findings import GenreFinding, Pictured, Retrieval, RunFindings

_CURVES = {
    "val_map": "mAP over genres, val",
    "val_p5": "Shared-genre precision of 5, val",
    "val_rmse": "Score RMSE, val",
    "train_loss": "Loss, train",
    "train_promise": "Promise loss",
    "train_look": "Look loss",
    "train_genre": "Genre loss",
    "train_decade": "Decade loss",
    "train_score": "Score loss",
}
_BINS = ("0–2", "2–4", "4–6", "6–8", "8–10")

_STYLE = """
:root { color-scheme: light dark; --page: #fbfaf8; --ink: #1d1c1a; --soft: #6a665f;
  --edge: #dedad3; --accent: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --page: #181715; --ink: #ece9e3; --soft: #a19c93; --edge: #3a3733; --accent: #56b4e9; } }
body { margin: 0 auto; padding: 32px 20px 64px; max-width: 980px; background: var(--page);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 28px; margin: 0 0 4px; } h2 { font-size: 20px; margin: 48px 0 8px; }
p, figcaption, small, th { color: var(--soft); }
.curves { display: grid; gap: 24px; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); }
figure { margin: 0; } figcaption { font-size: 14px; line-height: 1.35; margin-top: 4px; }
svg { width: 100%; height: auto; display: block; overflow: visible; }
svg text { fill: var(--soft); font-size: 11px; }
table { border-collapse: collapse; } .scroll { overflow-x: auto; }
th, td { padding: 4px 12px; text-align: right; border-bottom: 1px solid var(--edge); }
th { font-weight: 400; font-size: 14px; } th[scope=row] { color: var(--ink); text-align: left;
  font-size: 16px; }
td.bar { min-width: 160px; } td.bar i { display: block; height: 8px; background: var(--accent); }
.shown { display: grid; grid-template-columns: 1.15fr repeat(5, 1fr); gap: 12px;
  padding: 12px 0; border-bottom: 1px solid var(--edge); min-width: 640px; }
.shown figure:first-child { padding-right: 12px; border-right: 1px solid var(--edge); }
img { width: 100%; aspect-ratio: 2 / 3; display: block; outline: 1px solid var(--edge); }
.shown b { color: var(--accent); font-weight: 400; }
"""


def page(
    history: Sequence[Mapping[str, Any]], found: RunFindings, retrievals: Sequence[Retrieval]
) -> str:
    """The whole document."""
    best = max(history, key=chosen_by)
    hours = sum(row["seconds"] for row in history) / 3600
    rmse = best["val_rmse"]
    score = "" if math.isnan(rmse) else f", score RMSE {rmse:.3f}"
    facts = (
        f"{len(history)} epochs in {hours:.1f} hours. Best: epoch {best['epoch']:g}, "
        f"mAP {best['val_map']:.3f}, shared-genre precision of the first five "
        f"{best['val_p5']:.3f}{score}, all on val."
    )
    charts = [
        chart(title, [row[name] for row in history], int(best["epoch"]))
        for name, title in _CURVES.items()
        if name in history[0]
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Training report</title>\n<style>{_STYLE}</style>\n"
        f"<h1>Training report</h1>\n<p>{facts}</p>\n"
        f'<h2>Learning curves</h2>\n<div class="curves">\n{"".join(charts)}</div>\n'
        f"{_neighbours(retrievals)}{_genres(found.genres)}{_scores(found)}</html>\n"
    )


def chart(title: str, values: Sequence[float], best: int) -> str:
    """A line over the epochs as SVG; a ring marks epoch `best`, counted from 1.

    Epochs whose value is not a number are skipped.
    """
    points = [(epoch, v) for epoch, v in enumerate(values, 1) if v == v]
    if not points:
        return ""
    low, high = min(v for _, v in points), max(v for _, v in points)
    span, last = (high - low) or 1.0, max(len(values), 2)
    at = {e: (40 + 230 * (e - 1) / (last - 1), 102 - 92 * (v - low) / span) for e, v in points}
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at.values())
    dots = "".join(
        f'<circle cx="{at[e][0]:.1f}" cy="{at[e][1]:.1f}" r="{5 if e == best else 2.5}" '
        f'fill="{"var(--page)" if e == best else "var(--accent)"}" stroke="var(--accent)" '
        f'stroke-width="2"><title>epoch {e}: {v:.4g}</title></circle>'
        for e, v in points
    )
    rules = "".join(
        f'<path d="M40 {y}H270" stroke="var(--edge)"/>'
        f'<text x="34" y="{y + 4}" text-anchor="end">{value:.3g}</text>'
        for y, value in dict({102: low, 10: high} if high > low else {102: low}).items()
    )
    return (
        f'<figure><svg viewBox="0 0 280 124" role="img" aria-label="{escape(title)}">{rules}'
        f'<polyline points="{line}" fill="none" stroke="var(--accent)" stroke-width="2"/>{dots}'
        f'<text x="40" y="120">epoch 1</text><text x="270" y="120" text-anchor="end">'
        f"{len(values)}</text></svg><figcaption>{escape(title)}: {points[-1][1]:.4g}</figcaption>"
        "</figure>\n"
    )


def _neighbours(retrievals: Sequence[Retrieval]) -> str:
    if not retrievals:
        return ""
    rows = []
    for shown in retrievals:
        own = set(shown.query.genres)
        figures = [_figure(shown.query, own)] + [_figure(other, own) for other in shown.nearest]
        rows.append(f'<div class="shown">{"".join(figures)}</div>\n')
    return (
        "<h2>Nearest training posters</h2>\n<p>Left, a poster that training never saw; then the "
        "five nearest it did, promise and look weighing the same. Shared genres are coloured.</p>\n"
        f'<div class="scroll">{"".join(rows)}</div>\n'
    )


def _figure(poster: Pictured, own: set[str]) -> str:
    genres = ", ".join(
        f"<b>{escape(name)}</b>" if name in own else escape(name) for name in poster.genres
    )
    year = f" ({poster.year})" if poster.year is not None else ""
    title = escape(poster.title) + year
    return (
        f'<figure><img src="{poster.jpeg}" alt="Poster of {title}"><figcaption>{title}<br>'
        f"<small>{genres}</small></figcaption></figure>"
    )


def _genres(genres: Sequence[GenreFinding]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(genre.name)}</th><td>{genre.share:.1%}</td>'
        f"<td>{genre.average_precision:.3f}</td>"
        f'<td class="bar"><i style="width:{genre.average_precision:.1%}"></i></td>'
        f"<td>{genre.best_f1:.3f}</td></tr>\n"
        for genre in sorted(genres, key=lambda genre: -genre.share)
    )
    return (
        "<h2>Genres</h2>\n<p>On val. A reader who knows nothing has an average precision equal to "
        "the share; F1 is at the threshold that suits these posters best.</p>\n"
        '<div class="scroll"><table>\n<tr><td></td><th>share of films</th>'
        f"<th>average precision</th><td></td><th>best F1</th></tr>\n{rows}</table></div>\n"
    )


def _scores(found: RunFindings) -> str:
    if not found.confusion.any():
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in _BINS)
    rows = []
    for name, counts in zip(_BINS, found.confusion.tolist(), strict=True):
        cells = "".join(
            f'<td style="background:color-mix(in srgb, var(--accent) '
            f'{60 * count / max(1, sum(counts)):.0f}%, transparent)">{count}</td>'
            for count in counts
        )
        rows.append(f'<tr><th scope="row">{name}</th>{cells}</tr>\n')
    return (
        "<h2>Scores</h2>\n<p>Films of val by their rating (rows) and the likeliest bin read off "
        "their poster (columns); deeper colour is a larger share of the row.</p>\n"
        f'<div class="scroll"><table>\n<tr><td></td>{head}</tr>\n{"".join(rows)}</table></div>\n'
    )
