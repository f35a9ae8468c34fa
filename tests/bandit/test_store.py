import random
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from bandit import ArmStats, EpsilonGreedy, FeedbackStore, Rating, UnknownRecommendation
from bandit.models import Base, RecommendationRow
from catalog.database import connect
from tests.bandit.conftest import CODEC, Make, Store

ARMS = ("cosine", "euclidean", "manhattan")
Statement = tuple[str, Any]
"""SQL, and its parameters."""


def test_a_recommendation_comes_back_as_it_was_recorded(store: Store, recommend: Make) -> None:
    recommendation = recommend("euclidean", payload={"name": "Amélie", "scores": [0.25, None]})
    store.record(recommendation)
    assert store.get(recommendation.id) == recommendation


def test_times_come_back_in_utc(store: Store, recommend: Make) -> None:
    east = datetime(2026, 5, 1, 1, 30, tzinfo=timezone(timedelta(hours=5)))
    store.record(recommend(id="east", created=east))
    east_again = store.get("east")
    assert east_again is not None
    found = east_again.created
    assert found == east
    assert found.utcoffset() == timedelta(0)


def test_an_unknown_id_gives_none(store: Store) -> None:
    assert store.get("nobody") is None


def test_rating_an_unknown_id_is_named(store: Store) -> None:
    with pytest.raises(UnknownRecommendation, match="No recommendation has the id 'nobody'"):
        store.rate("nobody", Rating.GOOD)
    with pytest.raises(KeyError):
        store.rate("nobody", None)


def test_an_id_is_recorded_once(store: Store, recommend: Make) -> None:
    first = recommend("cosine", id="same")
    store.record(first)
    with pytest.raises(ValueError, match="same"):
        store.record(recommend("manhattan", id="same"))
    assert store.get("same") == first


def test_a_verdict_that_is_none_of_the_three_is_refused(store: Store, shown: Make) -> None:
    recommendation = shown()
    with pytest.raises(ValueError, match="great"):
        store.rate(recommendation.id, "great")  # type: ignore[arg-type]
    assert store.get(recommendation.id) == recommendation


def test_rewards_are_plus_one_zero_and_minus_one() -> None:
    assert [Rating(word).reward for word in ("good", "okay", "bad")] == [1, 0, -1]


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


def test_a_rating_can_be_changed(store: Store, shown: Make) -> None:
    recommendation = shown("cosine", Rating.BAD)
    changed = store.rate(recommendation.id, Rating.GOOD)
    assert changed.rating is Rating.GOOD
    assert changed.rated_at is not None
    assert recommendation.rated_at is not None
    assert changed.rated_at > recommendation.rated_at
    assert store.stats(ARMS, "model-1")[0] == ArmStats("cosine", 1, 1, good=1)


def test_a_rating_can_be_withdrawn(store: Store, shown: Make) -> None:
    recommendation = shown("cosine", Rating.BAD)
    assert store.rate(recommendation.id, None) == replace(
        recommendation, rating=None, rated_at=None
    )
    assert store.stats(ARMS, "model-1")[0] == ArmStats("cosine", 1)
    assert store.points(ARMS, "model-1") == []


def test_the_same_rating_twice_changes_nothing(store: Store, shown: Make) -> None:
    recommendation = shown("cosine", Rating.GOOD)
    assert store.rate(recommendation.id, Rating.GOOD) == recommendation
    assert store.stats(ARMS, "model-1")[0] == ArmStats("cosine", 1, 1, good=1)
    assert len(store.points(ARMS, "model-1")) == 1


def test_withdrawing_what_was_not_rated_changes_nothing(store: Store, shown: Make) -> None:
    recommendation = shown()
    assert store.rate(recommendation.id, None) == recommendation


def test_the_latest_ratings_come_newest_first_credited_or_not(store: Store, shown: Make) -> None:
    first, unrated, forced = shown(rating=Rating.GOOD), shown(), shown(credited=False)
    store.rate(forced.id, Rating.OKAY)
    assert [each.id for each in store.latest(10)] == [forced.id, first.id]
    assert [each.id for each in store.latest(1)] == [forced.id]
    assert store.latest(0) == []
    store.rate(unrated.id, Rating.BAD)
    assert store.latest(1)[0].id == unrated.id
    with pytest.raises(ValueError, match="limit"):
        store.latest(-1)


def test_a_restart_changes_nothing(
    database_url: str, engine: Engine, store: Store, shown: Make
) -> None:
    for number in range(12):
        shown(ARMS[number % 3], [*Rating, None][number % 4])
    before = store.stats(ARMS, "model-1"), store.points(ARMS, "model-1"), store.latest(20)
    engine.dispose()
    again = connect(database_url)
    reopened = FeedbackStore(again, CODEC)
    again_told = reopened.stats(ARMS, "model-1"), reopened.points(ARMS, "model-1")
    assert (*again_told, reopened.latest(20)) == before
    again.dispose()


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


def test_every_rating_is_told_in_its_order_whatever_the_page(store: Store, shown: Make) -> None:
    made = [shown("cosine", Rating.GOOD) for _ in range(7)]
    shown("cosine")
    store.rate(made[2].id, Rating.BAD)
    expected = [each.id for place, each in enumerate(made) if place != 2] + [made[2].id]
    for page in (1, 3, 7, 500):
        assert [each.id for each in store.ratings(page)] == expected


def test_the_version_changes_with_whatever_is_recorded_or_rated(
    store: Store, recommend: Make
) -> None:
    seen = [store.version()]
    first, second = recommend(), recommend()
    for change in (
        lambda: store.record(first),
        lambda: store.rate(first.id, Rating.GOOD),
        lambda: store.rate(first.id, Rating.BAD),
        lambda: store.record(second),
        lambda: store.rate(second.id, Rating.BAD),
        lambda: store.rate(first.id, None),
        lambda: store.rate(first.id, Rating.BAD),
    ):
        change()
        assert store.version() not in seen
        seen.append(store.version())
    store.rate(first.id, Rating.BAD)
    assert store.version() == seen[-1]


@pytest.fixture
def statements(engine: Engine) -> list[Statement]:
    """The SQL sent so far of the table."""
    sent: list[Statement] = []

    def note(
        connection: object,
        cursor: object,
        statement: str,
        parameters: Any,
        context: object,
        many: bool,
    ) -> None:
        if RecommendationRow.__tablename__ in statement:
            sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    return sent


def test_record_get_and_stats_are_one_statement_each(
    store: Store, recommend: Make, statements: list[Statement]
) -> None:
    recommendation = recommend()
    store.record(recommendation)
    assert len(statements) == 1
    store.get(recommendation.id)
    assert len(statements) == 2
    store.stats(ARMS, "model-1")
    assert len(statements) == 3


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
