"""What all figures for Plotly have in common.

Figures are plain JSON values; nothing here imports the plotly package. Colours are the names of CSS
custom properties, such as var(--ink): the page resolves them, so a figure follows the light and the
dark scheme.
"""

from __future__ import annotations

from typing import Any

from webapp.text.translation import separators

PlotlyFigure = dict[str, Any]
"""`data` and `layout` as Plotly takes them."""

SHAPES = {"cosine": "circle", "euclidean": "square", "manhattan": "triangle-up"}
"""Plotly's marker symbols; the same shapes stand in the legend (templates/macros.html)."""
AXIS = {
    "showline": False,
    "zeroline": False,
    "ticks": "",
    "gridcolor": "var(--line)",
    "tickfont": {"size": 13, "color": "var(--ink-soft)"},
    "title": {"font": {"size": 13, "color": "var(--ink-soft)"}, "standoff": 12},
    "ticklabelstandoff": 6,
    "automargin": True,
    "fixedrange": True,
}
TEMPLATE: PlotlyFigure = {
    "layout": {
        "paper_bgcolor": "var(--wall)",
        "plot_bgcolor": "var(--wall)",
        "font": {"family": "Hanken Grotesk, Arial, sans-serif", "color": "var(--ink)"},
        "margin": {"l": 8, "r": 16, "t": 32, "b": 8},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": "var(--sheet)",
            "bordercolor": "var(--line)",
            "font": {"color": "var(--ink)", "size": 13},
        },
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": "var(--ink-soft)",
            "activecolor": "var(--ink)",
        },
        "xaxis": AXIS,
        "yaxis": AXIS,
    }
}
"""Shared by every figure: no frame, quiet lines, words in the page's own typeface."""
_ABOVE = {
    "x": 0,
    "xref": "paper",
    "xanchor": "left",
    "y": 1,
    "yref": "paper",
    "yanchor": "bottom",
    "yshift": 8,
    "showarrow": False,
    "font": {"size": 13, "color": "var(--ink-soft)"},
}


def layout_of(x: str, y: str | None, axes: PlotlyFigure) -> PlotlyFigure:
    """The shared template with words for the axes; `y` stands level above its axis."""
    layout: PlotlyFigure = {"template": TEMPLATE, "separators": separators()}
    layout["xaxis"] = {"title": {"text": x}, "showgrid": False, **axes.get("xaxis", {})}
    layout["yaxis"] = axes.get("yaxis", {})
    if y:  # level, above the axis: nobody reads sideways
        layout["annotations"] = [{**_ABOVE, "text": y}]
    return layout
