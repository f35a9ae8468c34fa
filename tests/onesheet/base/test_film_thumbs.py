"""Thumbs of single films: given, changed, withdrawn, and gone with the answer's payload."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from onesheet.base.film_thumbs import Thumb
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.queries.query import from_upload
from onesheet.uploads.ownership import Ownership


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


def test_they_go_with_the_upload(instance: Instance, new_poster: bytes) -> None:
    query = replace(from_upload(new_poster), ownership=Ownership(owner="me"))
    mine, other = (instance.recommender.ask(each).id for each in (query, query))
    instance.thumbs.give(mine, 3, True)
    instance.thumbs.give(other, 3, True)
    instance.upload_store.delete(mine, "me")
    assert instance.thumbs.of(mine) == {}
    assert instance.thumbs.of(other) == {3: True}
