"""How the bandit came to know what it knows, in few points."""

from itertools import pairwise

import pytest

from bandit import ArmStats, Rating
from bandit.progress import GROUPS, MOST_POINTS
from tests.bandit.conftest import Make, Store

ARMS = ("cosine", "euclidean", "manhattan")
MODEL = "model-1"


def test_points_come_in_order_of_rating_not_of_showing(store: Store, shown: Make) -> None:
    first, second = shown("cosine"), shown("manhattan")
    store.rate(second.id, Rating.GOOD)
    store.rate(first.id, Rating.BAD)
    points = store.points(ARMS, MODEL)
    assert [point.rated for point in points] == [1, 2]
    assert [point.reward for point in points] == [1, 0]
    assert [each.credits for each in points[0].stats] == [0, 0, 1]


def test_a_point_tells_what_the_bandit_knew_after_it(store: Store, shown: Make) -> None:
    shown("cosine", Rating.GOOD)
    shown("cosine")
    shown("manhattan", Rating.BAD)
    shown("cosine", Rating.OKAY)
    last = store.points(ARMS, MODEL)[-1]
    assert last.stats == (
        ArmStats("cosine", rated=2, good=1, okay=1),
        ArmStats("euclidean"),
        ArmStats("manhattan", rated=1, bad=1),
    )
    assert (last.rated, last.reward) == (3, 0)


def test_values_follow_the_running_mean(store: Store, shown: Make) -> None:
    ratings = [Rating.GOOD, Rating.BAD, Rating.GOOD, Rating.OKAY, Rating.GOOD, Rating.GOOD]
    for rating in ratings:
        shown("cosine", rating)
    value = 0.0
    points = store.points(ARMS, MODEL)
    for n, (point, rating) in enumerate(zip(points, ratings, strict=True), start=1):
        value += (rating.reward - value) / n
        assert point.stats[0].value == pytest.approx(value)


def test_a_changed_rating_stands_where_it_was_changed_and_a_withdrawn_one_is_gone(
    store: Store, shown: Make
) -> None:
    first = shown("cosine", Rating.BAD)
    second = shown("manhattan", Rating.GOOD)
    store.rate(first.id, Rating.OKAY)
    assert [point.reward for point in store.points(ARMS, MODEL)] == [1, 1]
    store.rate(second.id, None)
    assert [point.reward for point in store.points(ARMS, MODEL)] == [0]


def test_many_ratings_come_in_few_points_that_miss_none(store: Store, shown: Make) -> None:
    for number in range(MOST_POINTS + 37):
        shown(ARMS[number % 3], [*Rating][number % 3])
    points = store.points(ARMS, MODEL)
    assert len(points) == MOST_POINTS
    assert points[-1].rated == MOST_POINTS + 37
    steps = [after.rated - before.rated for before, after in pairwise(points)]
    assert set(steps) == {1, 2}
    known = store.stats(ARMS, MODEL)
    assert [each.value for each in points[-1].stats] == [each.value for each in known]


def test_groups_hold_consecutive_searches_rated_or_not(store: Store, shown: Make) -> None:
    for number in range(2 * GROUPS):
        shown("cosine" if number < GROUPS else "manhattan")
    groups = store.groups(ARMS, MODEL)
    assert len(groups) == GROUPS
    assert (groups[0].first, groups[0].last, groups[-1].last) == (1, 2, 2 * GROUPS)
    assert groups[0].picks == {"cosine": 2, "euclidean": 0, "manhattan": 0}
    assert groups[-1].picks == {"cosine": 0, "euclidean": 0, "manhattan": 2}


def test_each_model_starts_anew(store: Store, shown: Make) -> None:
    shown("cosine", Rating.BAD, model="old")
    shown("cosine", Rating.GOOD)
    assert [point.reward for point in store.points(ARMS, "old")] == [-1]
    assert [point.reward for point in store.points(ARMS, MODEL)] == [1]
    assert [group.last for group in store.groups(ARMS, MODEL)] == [1]
