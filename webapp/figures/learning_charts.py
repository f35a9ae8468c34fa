"""Figures of what the bandit learned, and of the simulator; see `plot_template` for how."""

from __future__ import annotations

from collections.abc import Sequence

from bandit import EpsilonGreedy, Group, LearningPoint, Policy, PolicyName, credible_interval
from onesheet.learning.simulator import Curve, Scenario
from onesheet.recommending.recommender import ARMS
from webapp.figures.plot_template import SHAPES, PlotlyFigure, layout_of
from webapp.text.translation import gettext as _
from webapp.text.wording import arm_name, capital, policy_name

MOST_MARKERS = 12
"""Markers a line carries: enough to tell its shape, whatever its length."""
FEW = 8
"""Up to this number, an axis that counts has a tick for each."""
POLICY_COLOURS = {
    PolicyName.EPSILON_GREEDY: "var(--accent)",
    PolicyName.UCB1: "var(--ink-faint)",
    PolicyName.THOMPSON: "var(--ink)",
}


def values(points: Sequence[LearningPoint]) -> PlotlyFigure:
    """Each arm's average reward after each rating, in the band of its 95% interval."""
    rated = [point.rated for point in points]
    bands, lines = [], []
    for place, arm in enumerate(ARMS):
        known = [point.stats[place] for point in points]
        found = [credible_interval(each) for each in known]
        bands.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": capital(arm_name(arm)),
                "x": [*rated, *reversed(rated)],
                "y": [*(each.high for each in found), *(each.low for each in reversed(found))],
                "fill": "toself",
                "fillcolor": f"var(--arm-{arm}-band)",
                "line": {"width": 0},
                "hoverinfo": "skip",
            }
        )
        lines.append(
            {
                **_line(arm, rated, [each.value for each in known]),
                "hovertemplate": _("%{fullData.name}: %{y:+.2f} after %{x} ratings")
                + "<extra></extra>",
            }
        )
    ticks = [_("bad −1"), _("okay 0"), _("good +1")]
    y = {"range": [-1.08, 1.08], "tickvals": [-1, 0, 1], "ticktext": ticks}
    return _figure([*bands, *lines], _counting(rated), y)


def picks(groups: Sequence[Group]) -> PlotlyFigure:
    """Of each group of consecutive searches, the share that each arm answered."""
    widths = [group.last - group.first + 1 for group in groups]
    bars = [
        {
            "type": "bar",
            "name": capital(arm_name(arm)),
            "x": [group.first - 1 for group in groups],
            "y": [group.picks[arm] / width for group, width in zip(groups, widths, strict=True)],
            "width": widths,
            "offset": 0,
            "customdata": [[group.first, group.last, group.picks[arm]] for group in groups],
            "marker": {"color": f"var(--arm-{arm})", "line": {"width": 1, "color": "var(--wall)"}},
            "hovertemplate": _(
                "%{fullData.name}: %{customdata[2]} of searches "
                "%{customdata[0]} to %{customdata[1]}"
            )
            + "<extra></extra>",
        }
        for arm in ARMS
    ]
    y = {"range": [0, 1], "tickformat": ".0%", "nticks": 5}
    figure = _figure(bars, _counting([group.last for group in groups]), y, _("Searches"))
    figure["layout"]["barmode"] = "stack"
    return figure


def epsilon(points: Sequence[LearningPoint], policy: Policy) -> PlotlyFigure | None:
    """The chance to pick at random after each rating; None for policies that never do."""
    if not isinstance(policy, EpsilonGreedy):
        return None
    rated = [0, *(point.rated for point in points)]
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": _("Chance of a random pick"),
        "x": rated,
        "y": [policy.epsilon(number) for number in rated],
        "line": {"color": "var(--ink)", "width": 2},
        "hovertemplate": _("After %{x} ratings: %{y:.0%}") + "<extra></extra>",
    }
    return _figure([line], _counting(rated), {"range": [0, 1.02], "tickformat": ".0%", "nticks": 6})


def rewards(points: Sequence[LearningPoint]) -> PlotlyFigure:
    """The sum of all rewards after each rating."""
    rated = [0, *(point.rated for point in points)]
    sums = [0, *(point.reward for point in points)]
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": _("Sum of all ratings"),
        "x": rated,
        "y": sums,
        "line": {"color": "var(--ink)", "width": 2},
        "hovertemplate": _("%{y:+} after %{x} ratings") + "<extra></extra>",
    }
    ticks = {"dtick": 1} if max(sums) - min(sums) <= FEW else {"nticks": 6}
    zero = {"zeroline": True, "zerolinecolor": "var(--ink-faint)", "tickformat": "d", **ticks}
    return _figure([line], _counting(rated), zero)


def regrets(scenario: Scenario, found: Sequence[Curve]) -> PlotlyFigure:
    """What each policy has lost by each rating, beside picking at random."""
    uniform = {
        "type": "scatter",
        "mode": "lines",
        "name": _("Always at random"),
        "x": [0, scenario.ratings],
        "y": [0, scenario.uniform_regret],
        "line": {"color": "var(--ink-faint)", "width": 1.5, "dash": "dot"},
        "hovertemplate": "%{fullData.name}: %{y:.1f}<extra></extra>",
    }
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": policy_name(curve.policy, curve.shared),
            "x": [0, *curve.ratings],
            "y": [0, *curve.regret],
            "line": {
                "color": POLICY_COLOURS[curve.policy],
                "width": 2.5 if curve.policy is PolicyName.EPSILON_GREEDY else 2,
                "dash": "dash" if curve.shared else "solid",
            },
            "hovertemplate": _("%{fullData.name}: lost %{y:.1f} by rating %{x}")
            + "<extra></extra>",
        }
        for curve in found
    ]
    y = {"rangemode": "tozero", "nticks": 6}
    return _figure([uniform, *lines], _counting([scenario.ratings]), y)


def _line(arm: str, x: Sequence[int], y: Sequence[float]) -> PlotlyFigure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": capital(arm_name(arm)),
        "x": list(x),
        "y": list(y),
        "line": {"color": f"var(--arm-{arm})", "width": 2},
        "marker": {"symbol": SHAPES[arm], "size": 9, "maxdisplayed": MOST_MARKERS},
        "cliponaxis": False,
    }


def _figure(
    data: list[PlotlyFigure], x: PlotlyFigure, y: PlotlyFigure, along: str | None = None
) -> PlotlyFigure:
    return {
        "data": data,
        "layout": layout_of(along or _("Ratings"), None, {"xaxis": x, "yaxis": y}),
    }


def _counting(numbers: Sequence[int]) -> PlotlyFigure:
    """An axis of whole numbers from nought."""
    most = max(numbers, default=0)
    ticks = {"dtick": 1} if most <= FEW else {"nticks": 6}
    return {"range": [0, 1.03 * max(most, 1)], "tickformat": "d", **ticks}
