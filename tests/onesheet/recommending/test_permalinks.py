from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bandit import Rating, UnknownRecommendation
from onesheet.base.home import Home
from onesheet.base.refusals import UnknownFilmError
from onesheet.instance import Instance
from onesheet.queries.film_lookup import from_imdb
from onesheet.queries.query import from_upload
from onesheet.uploads.errors import GoneError
from onesheet.uploads.ownership import Ownership


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


def asked(instance: Instance, poster: bytes) -> str:
    """The id of an answer about an upload."""
    query = replace(from_upload(poster), ownership=Ownership(owner="me"))
    return instance.recommender.ask(query).id


def test_an_unknown_id_has_no_record_and_no_answer(instance: Instance) -> None:
    for look_up in (
        instance.permalinks.record,
        instance.permalinks.query,
        instance.permalinks.redacted_answer,
    ):
        with pytest.raises(UnknownRecommendation):
            look_up("unknown")
    assert instance.permalinks.answer("unknown") is None


def test_an_upload_can_be_asked_about_again_under_its_first_address(
    instance: Instance, new_poster: bytes
) -> None:
    number = asked(instance, new_poster)
    record, again = instance.permalinks.record(number), instance.permalinks.query(number)
    assert again.ownership == Ownership(owner="me", root=number, expires=record.expires)
    assert again.source_hash == from_upload(new_poster).source_hash


def test_a_deleted_upload_leaves_its_rating_and_no_poster(
    instance: Instance, new_poster: bytes
) -> None:
    number = asked(instance, new_poster)
    instance.recommender.rate(number, Rating.GOOD)
    instance.upload_store.delete(number, "me")
    for look_up in (instance.permalinks.record, instance.permalinks.answer):
        with pytest.raises(GoneError):
            look_up(number)
    left = instance.permalinks.redacted_answer(number)
    assert (left.rating, left.results) == ("good", [])


def test_a_poster_whose_file_is_lost_is_told_apart(instance: Instance, new_poster: bytes) -> None:
    answer = instance.permalinks.answer(asked(instance, new_poster))
    assert answer
    assert instance.permalinks.has_poster(answer)
    instance.permalinks.poster_path(answer).unlink()
    assert not instance.permalinks.has_poster(answer)
    with pytest.raises(UnknownFilmError, match="no longer kept"):
        instance.permalinks.query(answer.id)
    film = from_imdb("demo-0001", instance.catalog)
    about_film = instance.recommender.recommend(film)
    assert instance.permalinks.has_poster(about_film)
    assert instance.permalinks.poster_path(about_film) == instance.catalog.poster_path(
        film.source_hash
    )
