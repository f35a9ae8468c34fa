from itertools import pairwise

import pytest
from flask.testing import FlaskClient

from onesheet.instance import Instance
from tests.webapp.routes.form import ask
from webapp.figures import film_scatter as figures
from webapp.figures.print_scatter import Lead, still


def test_the_still_scatter_has_every_point_of_the_figure_within_its_frame(
    client: FlaskClient, instance: Instance
) -> None:
    answer = instance.permalinks.answer(ask(client, sample="4").rpartition("/")[2])
    assert answer
    figure = figures.scatter(answer)
    assert figure
    drawn = still(figure)
    assert len(drawn.points) == sum(len(trace["x"]) for trace in figure["data"])
    for point in drawn.points:
        assert 0 <= point.x <= 100
        assert 0 <= point.y <= 100
    earliest = min(figure["data"][0]["x"])
    leftmost = min((p for p in drawn.points if p.kind == "wider"), key=lambda p: p.x)
    low, high = figure["layout"]["xaxis"]["range"]
    assert leftmost.x == pytest.approx(100 * (earliest - low) / (high - low), abs=0.01)


@pytest.mark.parametrize(("low", "high"), [(1961.5, 1998.2), (4.5, 9.05), (2019, 2021), (0, 2000)])
def test_ticks_are_round_and_few(low: float, high: float) -> None:
    axes = {"xaxis": {"range": [low, high]}, "yaxis": {"range": [0, 1]}}
    figure = {
        "data": [{"x": [], "y": []}] * 3,
        "layout": {**axes, "annotations": [{"text": "Rating"}], "shapes": []},
    }
    ticks = still(figure).years
    assert all(low <= tick.value <= high for tick in ticks)
    steps = {round(b.value - a.value, 6) for a, b in pairwise(ticks)}
    assert len(steps) == 1
    assert len(ticks) >= 2


def test_a_result_that_made_room_is_led_back_to_its_place() -> None:
    figure = {
        "data": [{"x": [], "y": []}] * 2,
        "layout": {
            "xaxis": {"range": [1990, 2010]},
            "yaxis": {"range": [0, 10]},
            "annotations": [{"text": "Rating"}],
            "shapes": [{"x0": 2000, "x1": 2000, "y0": 5, "y1": 6}],
        },
    }
    assert still(figure).leads == [Lead(50, (50, 40))]
