"""What the bandit learned, on its page and in its words."""

import json
import re

import pytest
from flask.testing import FlaskClient

from bandit import ArmStats
from webapp.instance import Instance
from webapp.learning import Learning, learning, steps, summary
from webapp.recommender import ARMS


def rated(client: FlaskClient, *ratings: str) -> None:
    for number, rating in enumerate(ratings, start=1):
        address = client.post("/recommendations", data={"sample": str(number)}).location
        client.post(f"{address}/rating", data={"rating": rating})


def state(**values: tuple[int, float]) -> Learning:
    stats = [ArmStats(arm, count, count, value) for arm, (count, value) in values.items()]
    total = sum(count for count, _ in values.values())
    return Learning(stats, 50 / (50 + total))


def test_an_empty_page_teaches_and_leads_to_a_first_search(client: FlaskClient) -> None:
    text = client.get("/learning").text
    assert "Nothing is rated yet" in text
    assert "Rate a first search" in text
    assert "data-plot" not in text
    assert text.count("33%") == 3


def test_the_table_and_the_sentence_agree_with_the_record(
    client: FlaskClient, instance: Instance
) -> None:
    rated(client, "good", "okay", "bad", "good")
    text = client.get("/learning").text
    now = learning(instance)
    assert summary(now).split(";")[0] in text
    for arm in now.stats:
        row = re.search(rf'arm-{arm.arm}".*?</tr>', text.partition("<tbody>")[2], re.DOTALL)
        assert row
        cells = re.findall(r'<td class="number">([^<]*)</td>', row[0])
        assert cells[:2] == [str(arm.shown), str(arm.rated)]
    assert sum(now.chances.values()) == pytest.approx(1)


def test_there_are_three_plots_and_a_table_of_every_rating(
    client: FlaskClient, instance: Instance
) -> None:
    rated(client, "good", "bad")
    text = client.get("/learning").text
    assert re.findall(r'data-plot="(\w+)"', text) == ["values", "picks", "epsilon"]
    for found in re.findall(r'<script type="application/json">(.*?)</script>', text, re.DOTALL):
        assert json.loads(found)["data"]
    table = text.partition("Every rating as a table")[2]
    assert table.count('<td class="number">') == len(steps(instance)) * (2 + len(ARMS))


def test_a_withdrawn_rating_leaves_the_page(client: FlaskClient) -> None:
    rated(client, "good", "none")
    assert "After 1 rating " in client.get("/learning").text


def test_one_leader_is_named() -> None:
    said = summary(state(cosine=(3, 0.5), euclidean=(2, -0.5), manhattan=(1, 0.0)))
    assert said.startswith("After 6 ratings cosine leads with an average of +0.50; ")
    assert said.endswith("picks at random with a chance of 89%.")


def test_arms_that_are_level_are_named_together() -> None:
    said = summary(state(cosine=(1, -1.0), euclidean=(0, 0.0), manhattan=(0, 0.0)))
    assert said.startswith("After 1 rating Euclidean and Manhattan are level at 0; ")


def test_chances_are_those_the_policy_draws_with(instance: Instance) -> None:
    import random
    from collections import Counter

    now = state(cosine=(30, 0.5), euclidean=(30, 0.5), manhattan=(40, -0.5))
    rng, policy = random.Random(1), instance.recommender.policy
    choices = [policy.choose(now.stats, rng) for _ in range(3000)]
    for choice in choices[:50]:
        assert now.chances[choice.arm] == pytest.approx(choice.propensity)
    drawn = Counter(choice.arm for choice in choices)
    for arm, chance in now.chances.items():
        assert drawn[arm] / len(choices) == pytest.approx(chance, abs=0.04)
