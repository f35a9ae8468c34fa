"""The report: the record on one sheet, without scripts or plots from elsewhere."""

import re
from io import BytesIO
from itertools import pairwise

import pytest
from flask.testing import FlaskClient

from webapp import figures
from webapp.instance import Instance
from webapp.still import still


def ask(client: FlaskClient, **form: str) -> str:
    return str(client.post("/recommendations", data=form).location)


def test_the_report_shows_the_five_and_the_reading_of_the_record(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="3")
    answer = instance.recommender.answer(address.rpartition("/")[2])
    assert answer
    text = client.get(f"{address}/report").text
    places = [text.index(f"</span> {each.card.title}<") for each in answer.results]
    assert places == sorted(places)
    assert next(iter(answer.genres)) in text
    assert f"http://localhost{address}" in text
    assert "plotly" not in text


def test_the_report_answers_for_the_intended_genres(client: FlaskClient) -> None:
    address = ask(client, sample="3")
    text = client.get(f"{address}?intended=Horror&intended=Drama").text
    there = re.search(r'href="(/r/[\w-]+/report\?[^"]*)"', text)
    assert there
    report = client.get(there[1].replace("&amp;", "&")).text
    assert "Does it promise Horror and Drama?" in report
    verdict = re.search(r'<p class="lead">([^<]*)</p>', text)
    assert verdict
    assert verdict[1] in report


def test_a_report_without_its_poster_still_stands(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    form = {"poster": (BytesIO(new_poster), "mine.png")}
    address = client.post("/recommendations", data=form).location
    assert f"/uploads/{address.rpartition('/')[2]}.jpg" in client.get(f"{address}/report").text
    instance.upload_path(address.rpartition("/")[2]).unlink()
    text = client.get(f"{address}/report").text
    assert "no longer kept" in text
    assert "/uploads/" not in text


def test_the_still_scatter_has_every_point_of_the_figure_within_its_frame(
    client: FlaskClient, instance: Instance
) -> None:
    answer = instance.recommender.answer(ask(client, sample="4").rpartition("/")[2])
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
        "layout": {**axes, "annotations": [{"text": "IMDb rating"}]},
    }
    ticks = still(figure).years
    assert all(low <= tick.value <= high for tick in ticks)
    steps = {round(b.value - a.value, 6) for a, b in pairwise(ticks)}
    assert len(steps) == 1
    assert len(ticks) >= 2


def test_there_is_no_report_without_its_recommendation(client: FlaskClient) -> None:
    assert client.get("/r/nothing-here/report").status_code == 404
    address = ask(client, sample="3")
    assert client.get(f"{address}/report?intended=Sadness").status_code == 400
