"""What each arm's ratings add up to, and which ratings count."""

import random
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bandit import ArmStats, EpsilonGreedy, Rating
from bandit.models import Base
from tests.bandit.conftest import ARMS, Make, Store


def test_an_arm_without_ratings_has_value_zero(store: Store, shown: Make) -> None:
    shown("cosine")
    assert store.stats(ARMS, "model-1") == [
        ArmStats("cosine", 1),
        ArmStats("euclidean"),
        ArmStats("manhattan"),
    ]


def test_values_are_mean_rewards_of_the_rated(store: Store, shown: Make) -> None:
    for rating in (Rating.GOOD, Rating.GOOD, Rating.BAD, None):
        shown("cosine", rating)
    shown("manhattan", Rating.OKAY)
    cosine, _, manhattan = store.stats(ARMS, "model-1")
    assert cosine == ArmStats("cosine", 4, 3, good=2, bad=1)
    assert manhattan == ArmStats("manhattan", 1, 1, okay=1)
    assert (cosine.value, manhattan.value) == (1 / 3, 0)


def test_stats_follow_the_order_of_the_arms_asked_for(store: Store, shown: Make) -> None:
    shown("manhattan", Rating.GOOD)
    assert [each.arm for each in store.stats(ARMS[::-1], "model-1")] == list(ARMS[::-1])
    assert [each.value for each in store.stats(["manhattan"], "model-1")] == [1.0]


def test_the_policy_takes_the_stats_as_they_are(store: Store, shown: Make) -> None:
    for _ in range(60):
        shown("euclidean", Rating.GOOD)
    policy = EpsilonGreedy(ARMS, decay=1e-9)
    assert policy.choose(store.stats(ARMS, "model-1"), random.Random(1)).arm == "euclidean"


def test_forced_metrics_are_never_credited(store: Store, shown: Make) -> None:
    forced = shown("cosine", credited=False, explored=None, epsilon=None, propensity=None)
    assert store.rate(forced.id, Rating.BAD).rating is Rating.BAD
    assert store.stats(ARMS, "model-1")[0] == ArmStats("cosine")
    assert store.points(ARMS, "model-1") == []
    assert store.groups(ARMS, "model-1") == []


def test_reranked_views_are_never_credited_though_the_policy_chose(
    store: Store, shown: Make
) -> None:
    shown("cosine", Rating.GOOD, credited=False)
    assert store.stats(ARMS, "model-1")[0] == ArmStats("cosine")


def test_an_earlier_models_ratings_do_not_count_but_stay_in_the_record(
    store: Store, shown: Make
) -> None:
    shown("cosine", Rating.BAD, model="model-0")
    shown("cosine", Rating.GOOD, model="model-1")
    assert store.stats(ARMS, "model-1")[0] == ArmStats("cosine", 1, 1, good=1)
    assert [each.model for each in store.ratings()] == ["model-0", "model-1"]
    assert [point.reward for point in store.points(ARMS, "model-1")] == [1]


def test_shared_credit_counts_for_every_arm_that_would_have_shown_the_same(
    store: Store, shown: Make
) -> None:
    shown("cosine", Rating.GOOD, agreeing=("euclidean",))
    shown("euclidean", Rating.BAD, agreeing=("cosine", "manhattan"))
    shown("manhattan", Rating.OKAY)
    shown("manhattan", agreeing=("cosine",))  # not rated
    shown("cosine", Rating.BAD, agreeing=("manhattan",), credited=False)
    assert store.stats(ARMS, "model-1", shared=True) == [
        ArmStats("cosine", 1, 1, good=1, bad=1),
        ArmStats("euclidean", 1, 1, good=1, bad=1),
        ArmStats("manhattan", 2, 1, okay=1, bad=1),
    ]
    assert [each.credits for each in store.stats(ARMS, "model-1")] == [1, 1, 1]
    last = store.points(ARMS, "model-1", shared=True)[-1]
    assert last.rated == 3
    assert [each.credits for each in last.stats] == [2, 2, 2]


actions = st.lists(
    st.tuples(
        st.integers(0, 5),  # which recommendation
        st.sampled_from([*Rating, None]),
    ),
    max_size=30,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(
        st.tuples(st.sampled_from(ARMS), st.booleans(), st.sampled_from("xy")), max_size=6
    ),
    actions=actions,
)
def test_stats_equal_a_naive_recount_whatever_was_rated_and_withdrawn(
    engine: Engine,
    store: Store,
    recommend: Make,
    made: list[tuple[str, bool, str]],
    actions: list[tuple[int, Rating | None]],
) -> None:
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    recommendations = [recommend(arm, credited=credited, model=m) for arm, credited, m in made]
    for recommendation in recommendations:
        store.record(recommendation)
    given_ratings = {}
    for number, rating in actions:
        if number < len(recommendations):
            store.rate(recommendations[number].id, rating)
            given_ratings[number] = rating
    expected = []
    for arm in ARMS:
        mine = [
            given_ratings.get(number)
            for number, (name, credited, model) in enumerate(made)
            if (name, credited, model) == (arm, True, "x")
        ]
        counts = {rating.value: mine.count(rating) for rating in Rating}
        expected.append(ArmStats(arm, len(mine), sum(counts.values()), **counts))
    assert store.stats(ARMS, "x") == expected
    rated = [replace(each, shown=each.rated) for each in expected]
    assert store.stats(ARMS, "x", rated_alone=True) == rated
    if points := store.points(ARMS, "x"):
        assert points[-1].rated == sum(each.rated for each in expected)
        assert points[-1].stats == tuple(replace(each, shown=0) for each in expected)
    if groups := store.groups(ARMS, "x"):
        assert groups[-1].last == sum(each.shown for each in expected)
