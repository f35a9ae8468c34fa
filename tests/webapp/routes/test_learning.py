"""What the bandit learned, on its page and in its words."""

import csv
import io
import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bandit import UCB1, ArmStats, EpsilonGreedy, Policy, ThompsonSampling, credible_interval
from bandit.earnings import FEWEST
from onesheet.instance import Instance
from onesheet.recommending.answers import BanditState
from onesheet.recommending.recommender import ARMS
from tests.conftest import movie
from webapp.app import create_app
from webapp.presenting.learning_sentences import reason, summary
from webapp.text.wording import percent, signed


def rated(client: FlaskClient, *ratings: str) -> None:
    for number, rating in enumerate(ratings, start=1):
        address = client.post("/recommendations", data={"sample": str(number)}).location
        client.post(f"{address}/rating", data={"rating": rating})


def state(policy: Policy | None = None, **counts: tuple[int, int, int]) -> BanditState:
    """Of good, okay and bad ratings a distance."""
    stats = [ArmStats(arm, sum(each), sum(each), *each) for arm, each in counts.items()]
    return BanditState(stats, policy or EpsilonGreedy(ARMS), False, "model")


def test_an_empty_page_teaches_and_leads_to_a_first_search(client: FlaskClient) -> None:
    text = client.get("/learning").text
    assert "Nothing is rated yet" in text
    assert "Rate a first search" in text
    assert re.findall(r'data-plot="(\w+)"', text) == ["regrets"]
    assert text.count("33%") >= 3


def test_each_card_agrees_with_the_record(client: FlaskClient, instance: Instance) -> None:
    rated(client, "good", "okay", "bad", "good")
    text = client.get("/learning").text
    now = instance.recommender.bandit()
    assert summary(now) in text
    cards = re.findall(r'<article class="arm-card".*?</article>', text, re.DOTALL)
    assert len(cards) == len(ARMS)
    for card, arm in zip(cards, now.arms, strict=True):
        assert f"{arm.shown}, of them {arm.rated} rated" in card
        assert f"<b>{signed(arm.value) if arm.rated else '–'}</b>" in card
        found = credible_interval(arm)
        assert f"{signed(found.low)} to {signed(found.high)}" in card
        assert f"<dd>{percent(now.best[arm.arm])}</dd>" in card
        assert f"<dd>{percent(now.chances[arm.arm])}<span" in card
        assert reason(now, arm.arm) in card
    assert sum(now.chances.values()) == pytest.approx(1)
    assert sum(now.best.values()) == pytest.approx(1)


def test_there_are_four_plots_of_how_it_came_about(client: FlaskClient) -> None:
    rated(client, "good", "bad")
    text = client.get("/learning").text
    names = ["values", "picks", "rewards", "epsilon", "regrets"]
    assert re.findall(r'data-plot="(\w+)"', text) == names
    for found in re.findall(r'<script type="application/json">(.*?)</script>', text, re.DOTALL):
        assert json.loads(found)["data"]


def test_the_plots_hold_what_was_rated(client: FlaskClient, instance: Instance) -> None:
    rated(client, "good", "bad", "good", "okay")
    text = client.get("/learning").text
    figures = {
        name: json.loads(figure)["data"]
        for name, figure in re.findall(
            r'data-plot="(\w+)".*?<script type="application/json">(.*?)</script>', text, re.DOTALL
        )
    }
    assert figures["rewards"][0]["y"] == [0, 1, 0, 1, 1]
    assert figures["epsilon"][0]["y"] == pytest.approx([50 / (50 + n) for n in range(5)])
    shares = [sum(bar["y"][group] for bar in figures["picks"]) for group in range(4)]
    assert shares == pytest.approx([1, 1, 1, 1])
    last = {line["name"]: line["y"][-1] for line in figures["values"] if "y" in line}
    for arm in instance.recommender.bandit().arms:
        assert arm.value == last[arm.arm.capitalize()]


def test_an_unchanged_page_is_not_made_again(client: FlaskClient) -> None:
    rated(client, "good")
    first = client.get("/learning")
    again = client.get("/learning", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    rated(client, "bad")
    changed = client.get("/learning", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert "After 2 ratings" in changed.text


def test_a_bandit_that_chooses_otherwise_makes_the_page_anew(
    client: FlaskClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated(client, "good")
    known = {"If-None-Match": client.get("/learning").headers["ETag"]}
    others = [("POLICY", "ucb1"), ("DECAY", "10"), ("SHARED_CREDIT", "on"), ("DECAY", "50")]
    found = []
    for name, text in others:
        with monkeypatch.context() as patch:
            patch.setenv(f"ONESHEET_{name}", text)
            restarted = create_app(home, TESTING=True)
        answer = restarted.test_client().get("/learning", headers=known)
        found.append(answer.status_code)
        restarted.extensions["onesheet"].close()
    assert found == [200, 200, 200, 304]  # the last is what it is by default


def test_a_film_removed_makes_the_page_anew(client: FlaskClient, instance: Instance) -> None:
    rated(client, "good")
    first = client.get("/learning")
    assert "Film No. 1" in first.text
    instance.catalog.remove(movie(1).imdb_id)
    second = client.get("/learning", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert "Film No. 1" not in second.text


@pytest.mark.parametrize("policy", [EpsilonGreedy(ARMS), UCB1(ARMS), ThompsonSampling(ARMS)])
def test_what_picking_at_random_would_have_earned_is_told_where_all_surely_had_a_chance(
    client: FlaskClient, instance: Instance, policy: Policy
) -> None:
    instance.recommender.policy = policy
    rated(client, *["good", "okay"] * (FEWEST // 2))
    text = client.get("/learning").text
    assert f"Over {FEWEST} ratings the searches earned +0.50 on average" in text
    told = policy.name == "epsilon-greedy"
    assert ("picking at random would have earned about" in text) is told
    assert ("they cannot tell" in text) is not told


def test_thumbs_stand_beside_the_averages_and_a_new_one_makes_the_page_anew(
    client: FlaskClient, instance: Instance
) -> None:
    address = client.post("/recommendations", data={"sample": "3"}).location
    number = address.rpartition("/")[2]
    client.post(f"{address}/rating", data={"rating": "good"})
    before = client.get("/learning")
    assert "Thumbs on films" not in before.text
    first, second, *_ = [
        each["poster_id"] for each in client.get(f"{address}.json").get_json()["results"]
    ]
    instance.thumbs.give(number, first, True)
    instance.thumbs.give(number, second, False)
    after = client.get("/learning", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.text.count("1 up, 1 down") == 1
    assert after.text.count("<dt>Thumbs on films</dt>") == len(ARMS), "so that all rows are level"
    assert after.text.count("<dd>none yet</dd>") == len(ARMS) - 1


def test_a_withdrawn_rating_leaves_the_page(client: FlaskClient) -> None:
    rated(client, "good", "none")
    assert "After 1 rating " in client.get("/learning").text


@pytest.mark.parametrize("policy", [EpsilonGreedy(ARMS), UCB1(ARMS), ThompsonSampling(ARMS)])
def test_chances_are_those_the_policy_draws_with(policy: Policy) -> None:
    now = state(policy, cosine=(20, 5, 5), euclidean=(20, 5, 5), manhattan=(10, 20, 10))
    rng = random.Random(1)
    drawn = Counter(policy.choose(now.arms, rng).arm for _ in range(600))
    for arm, chance in now.chances.items():
        assert drawn[arm] / 600 == pytest.approx(chance, abs=0.08)


def test_the_overlap_of_the_arms_is_the_manifests(client: FlaskClient, instance: Instance) -> None:
    text = client.get("/learning").text
    table = text.partition("How often they agree")[2].partition("</table>")[0]
    for share in instance.index().manifest.overlap.values():
        assert table.count(f'<td class="number">{5 * share:.1f}</td>') >= 2
    assert f"agree on {5 * max(instance.index().manifest.overlap.values()):.1f} of 5" in table


def test_without_an_index_the_page_still_tells_of_the_ratings(
    client: FlaskClient, instance: Instance
) -> None:
    (instance.home.indexes / "current").unlink()
    answer = client.get("/learning")
    assert answer.status_code == 200
    assert "How often they agree" not in answer.text


def test_the_latest_ratings_link_to_films_but_never_to_uploads(
    client: FlaskClient, new_poster: bytes
) -> None:
    rated(client, "good")
    upload = client.post(
        "/recommendations", data={"poster": (io.BytesIO(new_poster), "secret.png")}
    ).location
    client.post(f"{upload}/rating", data={"rating": "okay"})
    text = client.get("/learning").text
    rows = re.findall(r"<tr>.*?</tr>", text.partition('id="latest"')[2], re.DOTALL)
    assert "An upload" in rows[1]
    assert "Film No. 1" in rows[2]
    assert 'href="/r/' in rows[2]
    assert re.search(r">[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d{2}\s[AP]M</time>", rows[1])
    assert upload not in text


def test_every_rating_comes_as_csv_and_as_json(client: FlaskClient, new_poster: bytes) -> None:
    rated(client, "good", "bad")
    forced = client.post("/recommendations", data={"sample": "9", "metric": "cosine"}).location
    client.post(f"{forced}/rating", data={"rating": "okay"})
    upload = client.post(
        "/recommendations", data={"poster": (io.BytesIO(new_poster), "secret.png")}
    ).location
    client.post(f"{upload}/rating", data={"rating": "okay"})
    table = client.get("/learning/ratings.csv")
    assert table.mimetype == "text/csv"
    assert table.headers["Content-Disposition"] == "attachment; filename=onesheet-ratings.csv"
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["reward"] for row in rows] == ["1", "-1", "0", "0"]
    assert [row["credited"] for row in rows] == ["True", "True", "False", "True"]
    assert rows[2]["propensity"] == ""
    assert len({row["recommendation"] for row in rows}) == 4
    assert forced.rpartition("/")[2] not in table.text
    assert rows[3]["query"] == "upload"
    found = client.get("/learning/ratings.json").get_json()
    assert [each["rating"] for each in found] == ["good", "bad", "okay", "okay"]
    assert found[0]["propensity"] == pytest.approx(1 / 3)


def test_no_ratings_are_an_empty_table_and_list(client: FlaskClient) -> None:
    assert client.get("/learning/ratings.csv").text.count("\n") == 1
    assert client.get("/learning/ratings.json").json == []


def test_the_page_as_json_is_the_apis_bandit(client: FlaskClient) -> None:
    rated(client, "good")
    found = client.get("/learning.json").get_json()
    assert found == client.get("/api/v1/bandit").get_json()
    assert sum(arm["chance_to_be_best"] for arm in found["arms"]) == pytest.approx(1)
    assert sum(arm["chance_to_be_picked"] for arm in found["arms"]) == pytest.approx(1)


def test_the_present_state_stands_in_a_table_too(client: FlaskClient) -> None:
    text = client.get("/learning").text
    table = text[text.index('id="state"') :].split("</table>")[0]
    assert "picks at random with a chance of 100%; ratings so far: 0" in table
    assert table.count('<th scope="row">') == 3
