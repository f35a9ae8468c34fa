from dataclasses import replace

import pytest
from msgspec import structs

from bandit import (
    UCB1,
    ArmStats,
    EpsilonGreedy,
    Policy,
    Rating,
    ThompsonSampling,
    credible_interval,
)
from onesheet.instance import Instance
from onesheet.queries.likes import from_likes
from onesheet.queries.query import from_sample
from onesheet.recommending.answers import BanditState
from onesheet.recommending.recommender import ARMS
from webapp.presenting.learning_sentences import SURELY_BEST, reason, summary, thanks
from webapp.text.wording import percent


def state(policy: Policy | None = None, **counts: tuple[int, int, int]) -> BanditState:
    """Of good, okay and bad ratings a distance."""
    stats = [ArmStats(arm, sum(each), sum(each), *each) for arm, each in counts.items()]
    return BanditState(stats, policy or EpsilonGreedy(ARMS), False, "model")


def test_one_leader_is_named_with_its_chance_to_be_best() -> None:
    now = state(cosine=(30, 4, 2), euclidean=(2, 2, 2), manhattan=(2, 2, 20))
    assert summary(now) == "After 66 ratings cosine leads; the chance that it is best is " + (
        f"{percent(now.best['cosine'])}."
    )
    assert now.best["cosine"] > 0.9


def test_it_is_too_early_until_the_leader_is_as_good_as_sure_to_be_best() -> None:
    few = state(cosine=(2, 1, 0), euclidean=(1, 1, 1), manhattan=(1, 0, 1))
    assert "too early to tell: cosine leads" in summary(few)
    touching = state(cosine=(170, 173, 74), euclidean=(10, 10, 13), manhattan=(13, 16, 21))
    leader, other = (credible_interval(touching.of(arm)) for arm in ("cosine", "euclidean"))
    assert leader.low < other.high  # few ratings of one that is seldom picked
    assert touching.best["cosine"] >= SURELY_BEST
    assert summary(touching).startswith("After 500 ratings cosine leads; ")


def test_arms_that_are_level_are_named_together() -> None:
    said = summary(state(cosine=(0, 0, 1), euclidean=(0, 0, 0), manhattan=(0, 0, 0)))
    assert said == "After 1 rating it is too early to tell: Euclidean and Manhattan are level at 0."


@pytest.mark.parametrize(
    ("policy", "reasons"),
    [
        (EpsilonGreedy(ARMS), ("best average so far, and 15% from", "only as", "only as")),
        (UCB1(ARMS), ("another could", "another could", "not rated yet")),
        (ThompsonSampling(ARMS), ("as often as", "as often as", "as often as")),
    ],
)
def test_each_policy_gives_its_reasons(policy: Policy, reasons: tuple[str, ...]) -> None:
    now = state(policy, cosine=(40, 10, 10), euclidean=(0, 0, 0), manhattan=(0, 0, 0))
    if policy.name == "ucb1":
        now = state(policy, cosine=(9, 0, 0), euclidean=(0, 9, 0), manhattan=(0, 0, 0))
    for arm, said in zip(ARMS, reasons, strict=True):
        assert reason(now, arm).startswith(said)


def test_an_arm_without_ratings_is_not_said_to_have_done_best(instance: Instance) -> None:
    now = state(cosine=(0, 0, 1), euclidean=(0, 0, 0), manhattan=(0, 0, 0))
    assert reason(now, "euclidean").startswith("not rated yet, which counts as 0, and 33%")
    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    greedy = replace(answer, arm="euclidean", explored=False, epsilon=0.98, rating="good")
    rated = state(cosine=(0, 0, 1), euclidean=(1, 0, 0), manhattan=(0, 0, 0))
    said = thanks(greedy, rated.model, rated)
    assert "Euclidean distance chose these five, because none did better so far." in said


def test_no_chance_to_be_best_is_told_as_a_certainty() -> None:
    now = state(cosine=(400, 0, 0), euclidean=(0, 0, 400), manhattan=(0, 0, 400))
    assert summary(now).endswith("the chance that it is best is over 99%.")


def test_a_rating_under_an_earlier_model_is_not_said_to_move_todays_average(
    instance: Instance,
) -> None:
    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    instance.recommender.rate(answer.id, Rating.GOOD)
    rated, now = replace(answer, rating="good"), instance.recommender.bandit()
    assert "Its average is now +1.00 after 1 rating" in thanks(rated, now.model, now)
    earlier = thanks(rated, "another model", now)
    assert "The model has changed since" in earlier
    assert "after 1 rating" not in earlier


def test_several_posters_are_told_so_although_their_films_are_gone(instance: Instance) -> None:
    asked = instance.recommender.ask(from_likes([3, 5], [7], instance.catalog))
    gone = structs.replace(asked.payload.query, like=(9998, 9999), poster_id=9998)
    instance.feedback.redact(asked.id, structs.replace(asked.payload, query=gone))
    instance.recommender.rate(asked.id, Rating.GOOD)
    answer, now = instance.permalinks.answer(asked.id), instance.recommender.bandit()
    assert answer
    assert not answer.query.likes
    assert "You asked about several posters together" in thanks(answer, now.model, now)
