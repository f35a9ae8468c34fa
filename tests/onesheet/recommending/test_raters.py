"""Who may rate an answer; routes/test_votes.py has it over HTTP."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from bandit import Rating, UnknownRecommendation
from catalog.records import PosterCard
from onesheet.base.home import Home
from onesheet.base.payload import Record
from onesheet.instance import Instance
from onesheet.queries.film_lookup import from_imdb
from onesheet.queries.query import from_upload
from onesheet.recommending.raters import NotAskedError, may_rate
from onesheet.uploads.errors import GoneError
from onesheet.uploads.ownership import Ownership, Visitor, rater


@pytest.fixture
def record(home: Path) -> Record:
    instance = Instance(Home(home))
    query = from_imdb("demo-0001", instance.catalog)
    found: Record = instance.recommender.ask(query)
    instance.close()
    return found


def told(record: Record, **who: str | None) -> Record:
    """The record with another rater or owner."""
    payload = record.payload
    query = structs.replace(payload.query, owner=who.get("owner"))
    return type(record)(
        **{**vars(record), "payload": structs.replace(payload, query=query, rater=who.get("rater"))}
    )


def test_whoever_asked_may_rate_and_nobody_else(record: Record) -> None:
    asked = told(record, rater=rater("mine", record.id))
    assert may_rate(asked, Visitor(frozenset({"other", "mine"})))
    assert not may_rate(asked, Visitor(frozenset({"other"})))
    assert not may_rate(asked, Visitor())


def test_older_records_are_their_uploaders(record: Record) -> None:
    assert may_rate(told(record, owner="mine"), Visitor(frozenset({"mine"})))
    assert not may_rate(told(record, owner="mine"), Visitor(frozenset({"other"})))


def test_a_stranger_and_an_unknown_answer_are_refused(home: Path) -> None:
    instance = Instance(Home(home))
    try:
        with pytest.raises(UnknownRecommendation):
            instance.raters.rate("nowhere", Rating.GOOD, Visitor())
        asked = instance.recommender.ask(from_imdb("demo-0001", instance.catalog))
        with pytest.raises(NotAskedError):
            instance.raters.rate(asked.id, Rating.GOOD, Visitor(frozenset({"stranger"})))
        assert instance.feedback.get(asked.id) is not None
    finally:
        instance.close()


def test_a_thumb_given_while_its_answer_is_deleted_is_kept_nowhere(
    home: Path, new_poster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = Instance(Home(home))
    try:
        query = replace(from_upload(new_poster), ownership=Ownership(owner="me", asker="me"))
        asked, cards = instance.recommender.ask(query).id, instance.catalog.cards

        def deleted_then(poster_ids: Sequence[int]) -> dict[int, PosterCard]:
            instance.upload_store.delete(asked, "me")
            return cards(poster_ids)

        monkeypatch.setattr(instance.catalog, "cards", deleted_then)
        with pytest.raises(GoneError, match="deleted"):
            instance.raters.give_thumb(asked, 3, True, Visitor(frozenset({"me"})))
        assert instance.thumbs.of(asked) == {}
    finally:
        instance.close()
