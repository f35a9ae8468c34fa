"""Rating a result by its form, and what is told of the arm before and after."""

import re
from functools import partial

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from bandit import Choice
from bandit.models import RecommendationRow
from catalog.database import writing
from index import Metric
from onesheet.instance import Instance
from tests.webapp.routes.form import ask, rate
from webapp.text import wording


def pressed(text: str) -> list[str]:
    return re.findall(r'value="(\w+)" aria-pressed="true"', text)


def test_the_arm_is_told_only_after_rating(client: FlaskClient) -> None:
    address = ask(client, sample="3")
    before = client.get(address).text
    section = before.partition('class="feedback"')[2].partition("</section>")[0]
    assert "distance chose" not in before
    assert not any(name in section for name in wording.ARM_NAMES.values())
    after = rate(client, address, "good")
    assert re.search(r"(Cosine|Euclidean|Manhattan) distance chose these five", after)
    assert "Its average is now +1.00 after 1 rating" in after
    assert "explores with a chance of 98%" in after


def test_a_rating_is_given_changed_and_withdrawn_by_form_alone(client: FlaskClient) -> None:
    address = ask(client, sample="3")
    assert pressed(client.get(address).text) == []
    assert "Take it back" not in client.get(address).text
    assert pressed(rate(client, address, "good")) == ["good"]
    assert pressed(rate(client, address, "bad")) == ["bad"]
    withdrawn = rate(client, address, "none")
    assert pressed(withdrawn) == []
    assert "Thank you" not in withdrawn


def test_a_rating_of_a_forced_metric_is_thanked_for_but_not_credited(client: FlaskClient) -> None:
    address = ask(client, sample="3", metric="euclidean")
    assert "not credited to it" in rate(client, address, "good")
    assert "Nothing is rated yet" in client.get("/learning").text


def test_a_rating_under_an_earlier_model_is_thanked_for_as_such(
    client: FlaskClient, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = Choice("cosine", explored=False, epsilon=0.1, propensity=0.9)
    choose = partial(_choose_always, (Metric.COSINE, chosen))
    monkeypatch.setattr(instance.recommender, "_choose", choose)
    earlier, today = ask(client, sample="3"), ask(client, sample="4")
    rate(client, earlier, "bad")
    first = RecommendationRow.id == earlier.rpartition("/")[2]
    with writing(instance.engine) as session:
        session.execute(update(RecommendationRow).where(first).values(model="earlier"))
    assert "Its average is now +1.00 after 1 rating" in rate(client, today, "good")
    assert "The model has changed since" in client.get(earlier).text


@pytest.mark.parametrize("rating", ["great", "", "GOOD"])
def test_an_unknown_rating_is_refused_and_nothing_kept(client: FlaskClient, rating: str) -> None:
    address = ask(client, sample="3")
    answer = client.post(f"{address}/rating", data={"rating": rating})
    assert answer.status_code == 400
    assert pressed(client.get(address).text) == []


def test_before_a_rating_pages_differ_by_arm_in_the_films_and_their_order_alone(
    client: FlaskClient, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages, said = {}, {}
    for arm in Metric:
        chosen = Choice(arm.value, explored=False, epsilon=0.1, propensity=0.9)
        choose = partial(_choose_always, (arm, chosen))
        monkeypatch.setattr(instance.recommender, "_choose", choose)
        address = ask(client, sample="3")
        page = client.get(address).text
        film = r'<li class="film" data-poster="(\d+)".*?(<p class="likeness".*?</p>)'
        films = re.findall(film, page, re.S)
        said[arm] = dict(films)
        assert len(films) == 5
        pages[arm] = _without_films(page.replace(address.rpartition("/")[2], "ID"))
    first, *others = pages.values()
    for other in others:
        assert other == first
    words = list(said.values())
    shared = [film for film in words[0] if all(film in each for each in words)]
    assert shared
    for film in shared:
        assert len({each[film] for each in words}) == 1


def _choose_always(chosen: tuple[Metric, Choice], _model: str) -> tuple[Metric, Choice]:
    return chosen


def _without_films(page: str) -> str:
    """A page less what its films are: their places, tables and plots."""
    for each in (
        r'<li class="film.*?</li>',
        r"<tbody>.*?</tbody>",
        r'<script type="application/json">.*?</script>',
        r'<meta property="og:description"[^>]*>',
        r'<section class="scatter".*?</section>',
    ):
        page = re.sub(each, "", page, flags=re.S)
    return page
