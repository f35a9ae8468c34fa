"""Ratings that come faster than people rate."""

from datetime import timedelta

from bandit import Rating
from tests.bandit.conftest import Clock, Make, Store


def rated(store: Store, recommend: Make, count: int, most: int) -> list[bool]:
    """Rate `count` new recommendations by one trace; whether each is credited in the end."""
    made = [recommend() for _ in range(count)]
    for each in made:
        store.record(each)
    for each in made:
        store.rate(each.id, Rating.GOOD, by="somebody", most=most)
    found = [store.get(each.id) for each in made]
    return [each is not None and each.credited for each in found]


def test_a_burst_is_set_aside(store: Store, recommend: Make) -> None:
    assert rated(store, recommend, 3, most=3) == [True] * 3
    assert rated(store, recommend, 1, most=3) == [False]


def test_a_clock_set_back_makes_no_burst_of_what_was_rated_before(
    store: Store, recommend: Make, clock: Clock
) -> None:
    assert rated(store, recommend, 3, most=3) == [True] * 3
    clock.now -= timedelta(hours=1)
    assert rated(store, recommend, 3, most=3) == [True] * 3
    assert rated(store, recommend, 1, most=3) == [False], "bursts are told then too"
