"""Figures of what the bandit learned are plain JSON that Plotly and the page can draw."""

import json
import re

import pytest

from bandit import UCB1, ArmStats, EpsilonGreedy, Group, LearningPoint, credible_interval
from onesheet.learning.simulator import Scenario, curves
from onesheet.recommending.recommender import ARMS
from webapp.figures import learning_charts as figures
from webapp.resources import resources

GOOD, NONE, BAD = (1, 0, 0), (0, 0, 0), (0, 0, 1)


def point(rated: int, reward: int, *counts: tuple[int, int, int]) -> LearningPoint:
    stats = [ArmStats(arm, 0, sum(each), *each) for arm, each in zip(ARMS, counts, strict=True)]
    return LearningPoint(rated, tuple(stats), reward)


POINTS = [point(1, 1, GOOD, NONE, NONE), point(2, 0, GOOD, NONE, BAD)]
GROUPS = [
    Group(1, 4, dict(zip(ARMS, (1, 3, 0), strict=True))),
    Group(5, 6, dict(zip(ARMS, (0, 0, 2), strict=True))),
]
SCENARIO = Scenario(ratings=20)


def test_epsilon_starts_at_one_and_follows_the_ratings() -> None:
    figure = figures.epsilon(POINTS, EpsilonGreedy(ARMS, decay=2))
    assert figure is not None
    line = figure["data"][0]
    assert line["x"] == [0, 1, 2]
    assert line["y"] == pytest.approx([1, 2 / 3, 1 / 2])


def test_a_policy_without_epsilon_has_no_such_figure() -> None:
    assert figures.epsilon(POINTS, UCB1(ARMS)) is None


def test_each_arm_has_its_line_of_values_in_the_band_of_its_interval() -> None:
    data = figures.values(POINTS)["data"]
    bands, lines = data[: len(ARMS)], data[len(ARMS) :]
    assert [line["y"] for line in lines] == [[1.0, 1.0], [0.0, 0.0], [0.0, -1.0]]
    for place, band in enumerate(bands):
        found = [credible_interval(each.stats[place]) for each in POINTS]
        highs, lows = [each.high for each in found], [each.low for each in reversed(found)]
        assert band["y"] == highs + lows
        assert band["x"] == [1, 2, 2, 1]


def test_the_bars_of_a_group_are_as_wide_as_its_searches_and_fill_it() -> None:
    bars = figures.picks(GROUPS)["data"]
    assert [bar["y"] for bar in bars] == [[0.25, 0], [0.75, 0], [0, 1]]
    assert all(bar["x"] == [0, 4] and bar["width"] == [4, 2] for bar in bars)


def test_rewards_add_up_from_nought() -> None:
    figure = figures.rewards(POINTS)
    line = figure["data"][0]
    assert (line["x"], line["y"]) == ([0, 1, 2], [0, 1, 0])
    assert figure["layout"]["yaxis"]["dtick"] == 1  # no ticks of half a rating


def test_regret_is_drawn_for_every_policy_beside_picking_at_random() -> None:
    uniform, *lines = figures.regrets(SCENARIO, curves(SCENARIO))["data"]
    assert uniform["y"] == [0, SCENARIO.uniform_regret]
    assert len(lines) == len(curves(SCENARIO))
    assert len({(line["line"]["color"], line["line"]["dash"]) for line in lines}) == len(lines)


def test_arms_differ_in_colour_and_in_shape() -> None:
    lines = figures.values(POINTS)["data"][len(ARMS) :]
    assert len({line["line"]["color"] for line in lines}) == len(ARMS)
    assert len({line["marker"]["symbol"] for line in lines}) == len(ARMS)


@pytest.mark.parametrize(
    "figure",
    [
        figures.values(POINTS),
        figures.picks(GROUPS),
        figures.rewards(POINTS),
        figures.epsilon(POINTS, EpsilonGreedy(ARMS)),
        figures.regrets(SCENARIO, curves(SCENARIO)),
        figures.values([]),
        figures.picks([]),
    ],
)
def test_figures_are_json_and_name_only_colours_that_the_tokens_define(figure: object) -> None:
    text = json.dumps(figure, allow_nan=False)
    tokens = (resources("static") / "tokens.css").read_text(encoding="utf-8")
    named = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert named
    assert all(f"{name}:" in tokens for name in named)
