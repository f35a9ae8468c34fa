import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from bandit import FeedbackStore, Rating
from index import Metric
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.learning.dashboard import Dashboard, overlaps
from onesheet.queries.query import from_sample, from_upload
from tests.conftest import movie


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


def read(instance: Instance) -> Dashboard:
    return instance.dashboards.read(instance.embedder().fingerprint)


def test_it_tells_of_films_but_not_of_uploads(instance: Instance, new_poster: bytes) -> None:
    film = instance.recommender.ask(from_sample("3", instance.catalog))
    upload = instance.recommender.ask(from_upload(new_poster))
    for each in (film, upload):
        instance.recommender.rate(each.id, Rating.GOOD)
    shown = read(instance)
    assert shown.state.rated == 2
    last, first = shown.latest
    assert (last.recommendation_id, last.card) == (None, None)
    assert first.recommendation_id == film.id
    assert first.card
    assert first.card.poster_id == 3
    assert {each.stats.arm for each in shown.arms()} == {metric.value for metric in Metric}
    assert sum(each.chance for each in shown.arms()) == pytest.approx(1)


def test_an_unchanged_record_is_read_once(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = instance.recommender.ask(from_sample("3", instance.catalog))
    instance.recommender.rate(answer.id, Rating.GOOD)
    before = read(instance)
    with monkeypatch.context() as patch:
        patch.setattr(FeedbackStore, "points", lambda *_, **__: 1 / 0)
        assert read(instance) is before
    instance.recommender.rate(answer.id, Rating.BAD)
    assert read(instance).latest[0].rating is Rating.BAD


def test_a_large_record_is_not_counted_for_everybody_who_looks(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bandit.kept_counts.LARGE_RECORD", 1)
    monkeypatch.setattr("bandit.kept_counts.TIMES_AS_LONG", 1e9)
    assert read(instance).state.rated == 0
    answer = instance.recommender.ask(from_sample("3", instance.catalog))
    instance.recommender.rate(answer.id, Rating.GOOD)
    before = read(instance)
    assert before.state.rated == 1, "while it is small it is exact"
    for asks in ("version", "points"):
        monkeypatch.setattr(FeedbackStore, asks, lambda *_, **__: 1 / 0)
    assert read(instance) is before


def test_the_arms_agree_on_as_many_of_five_as_the_index_measured(instance: Instance) -> None:
    index = instance.index()
    found = overlaps(index)
    assert len(found) == 3
    for pair, shared in index.manifest.overlap.items():
        assert found[frozenset(pair.split("-"))] == 5 * shared


def test_a_film_that_changed_or_went_is_read_anew(instance: Instance) -> None:
    answer = instance.recommender.ask(from_sample("3", instance.catalog))
    instance.recommender.rate(answer.id, Rating.GOOD)
    read(instance)
    instance.catalog.add(dataclasses.replace(movie(3), title="Renamed"), None, "test")
    card = read(instance).latest[0].card
    assert card
    assert card.title == "Renamed"
    instance.catalog.remove(card.imdb_id)
    assert read(instance).latest[0].card is None


def test_the_averages_of_a_large_record_are_no_older_than_the_ratings_beside_them(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bandit.kept_counts.LARGE_RECORD", 0)
    monkeypatch.setattr("bandit.kept_counts.TIMES_AS_LONG", 1e9)
    answer = instance.recommender.ask(from_sample("3", instance.catalog))
    assert instance.recommender.bandit().rated == 0
    instance.recommender.rate(answer.id, Rating.GOOD)
    shown = read(instance)
    assert len(shown.latest) == shown.state.rated == 1
