from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embedder import Embedder
from index import Metric
from onesheet.base.home import Home
from onesheet.base.refusals import UnknownFilmError
from onesheet.explaining.explainer import Heat
from onesheet.explaining.shared_traits import PosterTraits
from onesheet.explaining.traits import Trait
from onesheet.instance import Instance
from onesheet.queries.film_lookup import from_imdb
from onesheet.queries.query import from_upload
from onesheet.recommending.answers import Answer
from tests.conftest import drawn_bytes, movie


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


@pytest.fixture
def answer(instance: Instance, new_poster: bytes) -> Answer:
    return instance.recommender.recommend(from_upload(new_poster), metric=Metric.EUCLIDEAN)


def test_what_speaks_against_something_draws_nothing_and_the_strongest_draws_all() -> None:
    pull = np.array([[-3.0, 0.0], [1.0, 4.0]])
    heat = Heat.of(pull / 4, pull)
    np.testing.assert_array_equal(heat.pull, [[0, 0], [0.25, 1]])
    np.testing.assert_array_equal(heat.shares, pull / 4)
    assert "lower" in heat.region


def test_where_nothing_speaks_for_it_the_whole_is_named() -> None:
    nothing = -np.ones((2, 2))
    heat = Heat.of(nothing, nothing)
    assert not heat.pull.any()
    assert heat.region == "evenly all over"


def test_films_with_one_picture_are_each_of_their_own_decade(
    instance: Instance, new_poster: bytes
) -> None:
    decades = []
    for number, year in ((7001, 1951), (7003, 2004)):
        film = replace(movie(number), year=year)
        instance.catalog.add(film, new_poster, "drawn")
        answer = instance.recommender.recommend(
            from_imdb(film.imdb_id, instance.catalog), metric=Metric.COSINE
        )
        poster_id = instance.catalog.by_imdb(film.imdb_id)[0].poster_id
        decades.append(instance.explainer.nearness(answer, poster_id, Metric.COSINE).shared.decade)
    assert decades == [1950, 2000]


@pytest.fixture
def photographed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a poster shows, it is taken for a photograph."""
    seen = PosterTraits(frozenset({Trait.PHOTOGRAPHED, Trait.PLAIN}), (), (), None)
    monkeypatch.setattr(PosterTraits, "of", lambda *_: seen)


@pytest.mark.usefixtures("photographed")
def test_no_invented_film_is_said_to_be_photographed(instance: Instance, answer: Answer) -> None:
    for number in ("demo-0001", "tt0000002"):
        card = instance.catalog.by_imdb(number)[0]
        shared = instance.explainer.nearness(answer, card.poster_id, Metric.COSINE).shared.traits
        assert (Trait.PHOTOGRAPHED in shared) is not card.invented
        assert Trait.PLAIN in shared


@pytest.mark.usefixtures("photographed")
def test_nothing_is_photographed_like_an_invented_film_that_is_asked_about(
    instance: Instance,
) -> None:
    real = instance.catalog.by_imdb("tt0000002")[0]
    for query in (
        from_imdb("demo-0001", instance.catalog),
        from_upload(drawn_bytes(1, "PNG")),  # the same poster
    ):
        found = instance.recommender.recommend(query, metric=Metric.COSINE)
        shared = instance.explainer.nearness(found, real.poster_id, Metric.COSINE).shared
        assert shared.traits == (Trait.PLAIN,)


@pytest.mark.parametrize("metric", Metric)
def test_the_shares_of_either_poster_sum_to_the_whole(
    instance: Instance, answer: Answer, metric: Metric
) -> None:
    found = instance.explainer.nearness(answer, answer.results[0].card.poster_id, metric)
    assert found.metric is metric
    for heat in (found.query, found.result):
        assert heat.shares.sum() == pytest.approx(found.whole, rel=1e-4)
    if metric is Metric.EUCLIDEAN:  # read anew from the upload as it was kept, in fewer pixels
        assert found.whole == pytest.approx(answer.results[0].distance, rel=0.05)


def test_a_poster_is_read_once_however_often_it_is_explained(
    instance: Instance, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, reads = answer.results[0].card.poster_id, []
    other = answer.results[1].card.poster_id
    instance.explainer.nearness(answer, other, Metric.COSINE)  # the upload, and what is usual
    read = Embedder.read

    def counted(self: Embedder, *what: object, **how: object) -> object:
        reads.append(what)
        return read(self, *what, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Embedder, "read", counted)
    first, *others = (
        instance.explainer.nearness(answer, number, Metric.COSINE).whole for _ in range(3)
    )
    assert others == [first, first]
    assert len(reads) == 1


def test_posters_that_are_gone_cannot_be_explained(instance: Instance, answer: Answer) -> None:
    card = answer.results[0].card
    with pytest.raises(UnknownFilmError, match="no longer in the catalogue"):
        instance.explainer.nearness(answer, 10**6, Metric.COSINE)
    instance.catalog.poster_path(card.content_hash).unlink()
    with pytest.raises(UnknownFilmError, match="missing"):
        instance.explainer.nearness(answer, card.poster_id, Metric.COSINE)
    instance.permalinks.poster_path(answer).unlink()
    with pytest.raises(UnknownFilmError, match="no longer kept"):
        instance.explainer.nearness(answer, answer.results[1].card.poster_id, Metric.COSINE)
