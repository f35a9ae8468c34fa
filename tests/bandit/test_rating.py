"""Giving a rating, changing it and taking it back."""

from dataclasses import replace

import pytest

from bandit import ArmStats, Rating, UnknownRecommendation
from tests.bandit.conftest import ARMS, Make, Store


def test_rating_an_unknown_id_is_named(store: Store) -> None:
    with pytest.raises(UnknownRecommendation, match="No recommendation has the id 'nobody'"):
        store.rate("nobody", Rating.GOOD)
    with pytest.raises(KeyError):
        store.rate("nobody", None)


def test_a_verdict_that_is_none_of_the_three_is_refused(store: Store, shown: Make) -> None:
    recommendation = shown()
    with pytest.raises(ValueError, match="great"):
        store.rate(recommendation.id, "great")  # type: ignore[arg-type]
    assert store.get(recommendation.id) == recommendation


def test_rewards_are_plus_one_zero_and_minus_one() -> None:
    assert [Rating(word).reward for word in ("good", "okay", "bad")] == [1, 0, -1]


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
