from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Engine

from bandit import FeedbackStore, PayloadCodec, Rating
from catalog.database import connect
from tests.bandit.conftest import ARMS, CODEC, START, Made, Make, Statement, Store


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


def test_an_id_is_recorded_once(store: Store, recommend: Make) -> None:
    first = recommend("cosine", id="same")
    store.record(first)
    with pytest.raises(ValueError, match="same"):
        store.record(recommend("manhattan", id="same"))
    assert store.get("same") == first


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


def test_what_expires_together_is_redacted_at_once_or_not_at_all(
    store: Store, recommend: Make
) -> None:
    at = START + timedelta(days=30)
    for name in ("one", "two", "other"):
        store.record(recommend(id=name, payload={"of": name}, expires=at))
    store.record(recommend(id="later", payload={"of": "later"}, expires=at + timedelta(seconds=1)))

    def redacted(each: Made) -> dict[str, Any] | None:
        return None if each.id == "other" else {"gone": True}

    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        store.redact_together(at, redacted, fails)
    assert payloads(store, "one", "two") == [{"of": "one"}, {"of": "two"}]
    told: list[str] = []
    gone = store.redact_together(at, redacted, lambda _, ids: told.extend(ids))
    assert sorted(gone) == sorted(told) == ["one", "two"]
    assert payloads(store, "one", "two") == [{"gone": True}, {"gone": True}]
    assert payloads(store, "other", "later") == [{"of": "other"}, {"of": "later"}]
    assert store.redact_together(at, redacted, fails_not) == []


def test_what_expires_is_read_a_page_at_a_time_the_earliest_first(
    engine: Engine, recommend: Make
) -> None:
    read: list[dict[str, Any]] = []

    def decode(stored: dict[str, Any]) -> dict[str, Any]:
        read.append(stored)
        return stored

    store = FeedbackStore(engine, PayloadCodec(encode=dict, decode=decode))
    for day in (3, 1, 2, 5, 4):
        store.record(recommend(id=f"day {day}", expires=START + timedelta(days=day)))
    found = store.expiring(START + timedelta(days=4), page=2)
    assert next(found).id == "day 1"
    assert len(read) <= 2
    assert [each.id for each in found] == ["day 2", "day 3", "day 4"]


def test_what_expires_and_cannot_be_read_is_left_out_where_somebody_is_told(
    engine: Engine, recommend: Make
) -> None:
    def decode(stored: dict[str, Any]) -> dict[str, Any]:
        if "odd" in stored:
            raise ValueError("it is odd")
        return stored

    store = FeedbackStore(engine, PayloadCodec(encode=dict, decode=decode))
    stored: list[dict[str, int]] = [{}, {"odd": 1}, {}]
    for day, payload in enumerate(stored):
        expires = START + timedelta(days=day)
        store.record(recommend(id=f"day {day}", payload=payload, expires=expires))
    with pytest.raises(ValueError, match="odd"):
        list(store.expiring(START + timedelta(days=9)))
    told: list[ValueError] = []
    found = store.expiring(START + timedelta(days=9), unreadable=told.append)
    assert [each.id for each in found] == ["day 0", "day 2"]
    assert [str(each) for each in told] == ["it is odd"]


def payloads(store: Store, *names: str) -> list[object]:
    found = [store.get(name) for name in names]
    return [each.payload for each in found if each is not None]


def fails_not(*_: object) -> None:
    """Nothing else goes."""


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


def test_every_rating_is_told_in_its_order_whatever_the_page(store: Store, shown: Make) -> None:
    made = [shown("cosine", Rating.GOOD) for _ in range(7)]
    shown("cosine")
    store.rate(made[2].id, Rating.BAD)
    expected = [each.id for place, each in enumerate(made) if place != 2] + [made[2].id]
    for page in (1, 3, 7, 500):
        assert [each.id for each in store.ratings(page=page)] == expected


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
