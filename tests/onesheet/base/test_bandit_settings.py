"""The operator's choice of policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from bandit import UCB1, EpsilonGreedy, PolicyName, ThompsonSampling
from cli.main import main
from onesheet.base.bandit_settings import BanditSettings
from onesheet.base.settings import SettingsError
from onesheet.instance import Instance
from onesheet.recommending.recommender import ARMS
from webapp.app import create_app


def test_epsilon_greedy_with_its_own_ratings_alone_is_the_default() -> None:
    settings = BanditSettings.from_environment({"ONESHEET_POLICY": " ", "ONESHEET_DECAY": ""})
    assert settings == BanditSettings(PolicyName.EPSILON_GREEDY, 50.0, shared_credit=False)
    assert isinstance(settings.over(ARMS), EpsilonGreedy)


def test_every_setting_is_taken_from_the_environment() -> None:
    said = {"ONESHEET_POLICY": "UCB1", "ONESHEET_DECAY": "10", "ONESHEET_SHARED_CREDIT": "on"}
    assert BanditSettings.from_environment(said) == BanditSettings(PolicyName.UCB1, 10, True)
    assert isinstance(BanditSettings(PolicyName.UCB1).over(ARMS), UCB1)
    assert isinstance(BanditSettings(PolicyName.THOMPSON).over(ARMS), ThompsonSampling)
    greedy = BanditSettings(decay=10).over(ARMS)
    assert isinstance(greedy, EpsilonGreedy)
    assert greedy.epsilon(10) == 0.5


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ONESHEET_POLICY", "softmax", "must be one of epsilon-greedy, ucb1, thompson"),
        ("ONESHEET_DECAY", "0", "must be a positive number of ratings, not '0'"),
        ("ONESHEET_DECAY", "many", "must be a positive number of ratings, not 'many'"),
        ("ONESHEET_SHARED_CREDIT", "maybe", "must be on or off, not 'maybe'"),
    ],
)
def test_a_setting_that_means_nothing_is_named_at_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    with pytest.raises(SettingsError, match=f"{name} {sentence}"):
        BanditSettings.from_environment({name: value})
    monkeypatch.setenv(name, value)
    (tmp_path / "onesheet.db").touch()
    done = CliRunner().invoke(main, ["--home", str(tmp_path), "bandit", "show"])
    assert done.exit_code == 2
    assert sentence in done.output


@pytest.fixture(params=["ucb1", "thompson"])
def other(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, home: Path
) -> Iterator[FlaskClient]:
    monkeypatch.setenv("ONESHEET_POLICY", request.param)
    monkeypatch.setenv("ONESHEET_SHARED_CREDIT", "on")
    app = create_app(home, TESTING=True)
    yield app.test_client()
    app.extensions["onesheet"].close()


def test_another_policy_chooses_records_and_explains_itself(other: FlaskClient) -> None:
    for number in range(1, 7):
        found = other.post("/api/v1/recommendations", json={"imdb": f"demo-{2 * number - 1:04d}"})
        assert found.status_code == 201, found.text
        answer = found.get_json()
        assert answer["credited"] is True
        assert answer["epsilon"] == 0
        assert 0 < answer["propensity"] <= 1
        where = f"/r/{answer['id']}"
        key = {"Authorization": f"Bearer {answer['rating_key']}"}
        rated = {"rating": ["good", "bad"][number % 2]}
        other.put(f"/api/v1/recommendations/{answer['id']}/rating", json=rated, headers=key)
        assert "explores with a chance" not in other.get(where).text
    page = other.get("/learning").text
    assert 'data-plot="epsilon"' not in page
    assert "A rating counts for every distance" in page
    state = other.get("/api/v1/bandit").get_json()
    assert state["shared_credit"] is True
    assert state["rated"] == 6
    assert "half of the time after" not in other.get("/about").text


def test_a_recommendation_records_which_arms_would_have_shown_the_same(
    client: FlaskClient, instance: Instance
) -> None:
    seen = set()
    for number in range(1, 41):
        address = client.post("/recommendations", data={"sample": str(number)}).location
        found = instance.feedback.get(address.rpartition("/")[2])
        assert found is not None
        shown = {
            arm: {row.poster_id for row in rows} for arm, rows in found.payload.results.items()
        }
        same = [arm for arm in ARMS if arm != found.arm and shown[arm] == shown[found.arm]]
        assert found.agreeing == tuple(same)
        seen.add(bool(same))
    assert seen == {True, False}
