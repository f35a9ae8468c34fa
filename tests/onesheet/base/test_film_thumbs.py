"""Thumbs of single films: given, changed, withdrawn, and gone with the answer's payload."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bandit import Rating
from index import Metric
from onesheet.base.film_thumbs import Thumb, ThumbCounts
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.queries.query import from_sample, from_upload
from onesheet.uploads.ownership import Ownership
from tests.postgres import of_sqlite


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


def test_a_thumb_is_given_changed_and_withdrawn(instance: Instance) -> None:
    thumbs = instance.thumbs
    thumbs.give("one", 3, True)
    thumbs.give("one", 5, False)
    thumbs.give("one", 3, True)
    thumbs.give("other", 3, False)
    assert thumbs.of("one") == {3: True, 5: False}
    thumbs.give("one", 3, False)
    assert thumbs.of("one") == {5: False, 3: False}
    thumbs.give("one", 5, None)
    thumbs.give("one", 4, None)
    assert thumbs.of_each(["one", "other", "none"]) == {"one": {3: False}, "other": {3: False}}
    assert [*thumbs.all()] == [Thumb("other", 3, False), Thumb("one", 3, False)]


@of_sqlite
def test_they_are_counted_by_looking_up_the_answers_that_have_one(instance: Instance) -> None:
    said: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        said.append((statement, values))

    event.listen(instance.engine, "before_cursor_execute", note)
    instance.thumbs.by_arm("any")
    event.remove(instance.engine, "before_cursor_execute", note)
    ((statement, values),) = said
    with instance.engine.connect() as connection:
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, values).all()
    assert "SCAN film_thumb" in plan[0][3]
    assert "SEARCH recommendations USING INDEX sqlite_autoindex_recommendations_1" in plan[1][3]


def test_they_are_counted_by_arm_once_the_verdict_is_given(instance: Instance) -> None:
    ask, thumbs = instance.recommender.ask, instance.thumbs
    rated, silent = (ask(from_sample("3", instance.catalog)) for _ in range(2))
    forced = ask(from_sample("3", instance.catalog), metric=Metric.COSINE)
    instance.recommender.rate(rated.id, Rating.GOOD)
    instance.recommender.rate(forced.id, Rating.GOOD)
    for each in (rated, silent, forced):
        for poster, up in ((4, True), (5, True), (6, False)):
            thumbs.give(each.id, poster, up)
    assert thumbs.by_arm(rated.model) == {rated.arm: ThumbCounts(2, 1)}
    assert thumbs.by_arm("another") == {}
    instance.recommender.rate(rated.id, None)
    assert thumbs.by_arm(rated.model) == {}


def test_they_go_with_the_upload(instance: Instance, new_poster: bytes) -> None:
    query = replace(from_upload(new_poster), ownership=Ownership(owner="me"))
    mine, other = (instance.recommender.ask(each).id for each in (query, query))
    instance.thumbs.give(mine, 3, True)
    instance.thumbs.give(other, 3, True)
    instance.upload_store.delete(mine, "me")
    assert instance.thumbs.of(mine) == {}
    assert instance.thumbs.of(other) == {3: True}
