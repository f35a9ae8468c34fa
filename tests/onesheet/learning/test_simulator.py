"""The simulator: the bandit against rewards a visitor sets."""

import pytest
from flask.testing import FlaskClient

from onesheet.base.refusals import QueryError
from onesheet.learning.simulator import RANGES, RUNS, Scenario, curves

SMALL = Scenario(cosine=-0.5, euclidean=0.0, manhattan=0.5, ratings=60)


def test_picking_at_random_loses_what_can_be_worked_out_by_hand() -> None:
    # the best is 0.5, the mean 0: half a point on each of the 80% of 60 where the choice matters
    assert SMALL.uniform_regret == pytest.approx(0.5 * 0.8 * 60)


def test_every_policy_plays_alone_and_with_shared_credit() -> None:
    found = curves(SMALL)
    assert [(each.policy.value, each.shared) for each in found] == [
        (name, shared)
        for name in ("epsilon-greedy", "ucb1", "thompson")
        for shared in (False, True)
    ]
    for each in found:
        assert each.ratings[-1] == 60
        assert each.regret == sorted(each.regret)
        assert 0 < each.final < SMALL.uniform_regret
        assert 0 < each.best <= 1


def test_without_agreement_there_is_no_credit_to_share() -> None:
    assert not any(each.shared for each in curves(Scenario(ratings=20, agreement=0)))


def test_equal_arms_lose_nothing() -> None:
    level = Scenario(cosine=0.2, euclidean=0.2, manhattan=0.2, ratings=20)
    assert level.uniform_regret == pytest.approx(0)
    assert {each.final for each in curves(level)} == {0.0}
    assert {each.best for each in curves(level)} == {1.0}


def test_the_same_sliders_show_the_same() -> None:
    shown = curves(SMALL)
    curves.cache_clear()
    assert curves(SMALL) == shown


def test_the_api_plays_what_it_is_asked(client: FlaskClient) -> None:
    address = "/api/v1/bandit/simulation?cosine=-0.5&euclidean=0&manhattan=0.5&ratings=60"
    found = client.get(address).get_json()
    assert found["scenario"] == {
        **{"cosine": -0.5, "euclidean": 0.0, "manhattan": 0.5},
        **{"decay": 50.0, "ratings": 60, "agreement": 0.2},
    }
    assert found["runs"] == RUNS
    assert found["uniform"] == pytest.approx(24)
    assert len(found["policies"]) == 6
    assert [each["regret"] for each in found["policies"]] == [each.regret for each in curves(SMALL)]


@pytest.mark.parametrize(
    "said", ["cosine=2", "cosine=nan", "decay=0", "ratings=100000", "agreement=1", "euclidean=x"]
)
def test_sliders_beyond_their_ends_are_refused_in_a_sentence(
    client: FlaskClient, said: str
) -> None:
    name = said.partition("=")[0]
    for address in ("/api/v1/bandit/simulation", "/learning/simulator", "/learning"):
        answer = client.get(f"{address}?{said}")
        assert answer.status_code == 400, address
        assert f"{name} must be a number from" in answer.text


def test_what_is_left_out_stays_as_it_is() -> None:
    assert Scenario.from_fields({}) == Scenario()
    assert Scenario.from_fields({"decay": "10", "cosine": ""}) == Scenario(decay=10)
    with pytest.raises(QueryError):
        Scenario.from_fields({"ratings": "-1"})


def test_fields_between_two_places_of_a_slider_take_the_nearer() -> None:
    near = {"cosine": "0.1200001", "manhattan": "-0.99", "decay": "49.7", "ratings": "195"}
    assert Scenario.from_fields(near) == Scenario(cosine=0.1, manhattan=-1, decay=50, ratings=200)
    ends = {name: str(each.high) for name, each in RANGES.items()}
    assert all(vars(Scenario.from_fields(ends))[name] == RANGES[name].high for name in RANGES)


def test_the_form_leads_to_a_page_of_its_own_without_scripts(client: FlaskClient) -> None:
    text = client.get("/learning/simulator?cosine=0.9&ratings=40&manhattan=0.3").text
    assert 'name="cosine" type="range" min="-1" max="1" step="0.05" value="0.9"' in text
    assert "After 40 ratings, mean of 10 plays" in text
    assert "Simulation" in text
