import io
import random
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import delete

from bandit import FeedbackStore, Rating
from catalog.catalog import MovieRecord
from catalog.database import writing
from catalog.images import decode
from catalog.models import Movie
from embedder import ModelError
from index import IndexFolderError, Metric
from onesheet.base.home import Home
from onesheet.base.payload import PLAIN
from onesheet.instance import Instance
from onesheet.queries.film_lookup import from_imdb
from onesheet.queries.query import Query, from_upload
from onesheet.recommending.answers import NEIGHBOURHOOD, Answer
from onesheet.recommending.neighbourhood import Neighbourhood, QueryFindings
from onesheet.recommending.recommender import ARMS
from onesheet.storage import schema as database
from tests.conftest import movie
from tests.postgres import of_sqlite


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


@pytest.fixture
def query(new_poster: bytes) -> Query:
    return from_upload(new_poster)


def test_the_results_lead_the_neighbourhood(instance: Instance, query: Query) -> None:
    answer = instance.recommender.recommend(query)
    assert len(answer.neighbourhood) == NEIGHBOURHOOD
    assert answer.neighbourhood[:5] == answer.results
    assert len({each.card.movie_id for each in answer.neighbourhood}) == NEIGHBOURHOOD


def test_a_record_shows_again_what_was_answered(instance: Instance, query: Query) -> None:
    for k in (1, 5, 50):
        answer = instance.recommender.recommend(query, k=k)
        assert instance.permalinks.answer(answer.id) == answer


def test_an_unknown_id_has_no_answer(instance: Instance) -> None:
    assert instance.permalinks.answer("unknown") is None


@pytest.mark.parametrize("k", [0, 51, -1])
def test_k_outside_its_range_is_refused(instance: Instance, query: Query, k: int) -> None:
    with pytest.raises(ValueError, match="1-50"):
        instance.recommender.recommend(query, k=k)


def test_no_more_are_worked_on_at_once_than_the_process_may(
    instance: Instance, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance.answers_at_once = 2
    lock, now, most = threading.Lock(), 0, 0
    both = threading.Barrier(2)
    find = Neighbourhood.find

    def counted(self: Neighbourhood, *what: Any) -> QueryFindings:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        both.wait(timeout=300)  # until as many as may are at work
        try:
            return find(self, *what)
        finally:
            with lock:
                now -= 1

    monkeypatch.setattr(Neighbourhood, "find", counted)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: instance.recommender.ask(query), range(12)))
    assert len({each.id for each in answers}) == 12
    assert most == 2


def test_a_recommendation_that_fails_lets_the_next_one_in(
    instance: Instance, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance.answers_at_once = 1
    with monkeypatch.context() as patch:
        patch.setattr(Neighbourhood, "find", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            instance.recommender.ask(query)
    assert instance.recommender.ask(query).id


def test_a_seeded_recommender_chooses_every_arm(instance: Instance, query: Query) -> None:
    recommender = instance.recommender
    recommender.rng = random.Random(8)
    arms = [recommender.recommend(query).arm for _ in range(20)]
    assert set(arms) == set(ARMS)


def test_a_search_of_a_large_record_chooses_by_what_was_counted_lately(
    instance: Instance, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bandit.kept_counts.LARGE_RECORD", 0)
    monkeypatch.setattr("bandit.kept_counts.TIMES_AS_LONG", 1e9)
    known = instance.recommender.bandit().arms
    instance.recommender.ask(query)
    monkeypatch.setattr(FeedbackStore, "stats", lambda *_, **__: 1 / 0)
    instance.recommender.ask(query)
    assert instance.recommender.bandit().arms == known


def test_the_query_film_and_every_poster_of_it_are_left_out(instance: Instance) -> None:
    card = instance.catalog.by_imdb("demo-0001")[0]
    answer = instance.recommender.recommend(from_imdb("demo-0001", instance.catalog), k=50)
    assert answer.query.card == card
    assert answer.query.title == "Film No. 1"
    assert answer.same_as is None
    assert card.movie_id not in {each.card.movie_id for each in answer.neighbourhood}


def test_each_film_is_shown_once_by_its_nearest_poster(instance: Instance, query: Query) -> None:
    nearest = instance.recommender.recommend(query, metric=Metric.COSINE).results[0].card
    record = MovieRecord(
        nearest.imdb_id, None, nearest.title, None, None, None, nearest.genres, "train"
    )
    image = decode(instance.catalog.poster_path(nearest.content_hash).read_bytes())
    for angle in (4, 8, 12):
        buffer = io.BytesIO()
        image.rotate(angle).save(buffer, "PNG")
        instance.catalog.add(record, buffer.getvalue(), "drawn")
    instance.builder.build()
    fresh = Instance(instance.home)
    films = [each.card.movie_id for each in fresh.recommender.recommend(query, k=50).results]
    assert len(films) == len(set(films)) == 50
    fresh.close()


def test_films_that_left_the_catalogue_leave_old_answers(instance: Instance, query: Query) -> None:
    answer = instance.recommender.recommend(query)
    instance.catalog.remove(answer.results[0].card.imdb_id)
    assert_first_is_left_out(answer, instance, query)


def test_films_leave_answers_before_they_leave_the_index(instance: Instance, query: Query) -> None:
    answer = instance.recommender.recommend(query)
    gone = answer.results[0].card
    with writing(instance.engine) as session:
        session.execute(delete(Movie).where(Movie.id == gone.movie_id))
    assert gone.poster_id in instance.index().poster_ids
    assert_first_is_left_out(answer, instance, query)


def assert_first_is_left_out(answer: Answer, instance: Instance, query: Query) -> None:
    left = instance.permalinks.answer(answer.id)
    assert left is not None
    assert left.results == answer.results[1:]
    found = {each.card.movie_id for each in instance.recommender.recommend(query).neighbourhood}
    assert answer.results[0].card.movie_id not in found


def test_an_index_of_another_model_is_refused_with_the_command_that_mends_it(
    instance: Instance, query: Query
) -> None:
    shutil.rmtree(instance.home.model)
    with pytest.raises(IndexFolderError, match="onesheet index"):
        instance.recommender.recommend(query)
    assert not list(instance.home.uploads.glob("*"))


def test_ratings_under_another_model_do_not_count(instance: Instance, query: Query) -> None:
    answer = instance.recommender.recommend(query)
    instance.recommender.rate(answer.id, Rating.GOOD)
    assert instance.recommender.bandit().rated == 1
    shutil.rmtree(instance.home.model)
    fresh = Instance(instance.home)
    assert fresh.recommender.bandit().rated == 0
    fresh.close()


@of_sqlite
def test_a_home_is_made_where_it_is_absent(tmp_path: Path) -> None:
    instance = Instance.at(tmp_path / "deep" / "instance")
    database.migrate(instance.engine)
    assert (tmp_path / "deep" / "instance" / "onesheet.db").exists()
    instance.close()


def test_another_database_is_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONESHEET_DATABASE_URL", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    instance = Instance.at(tmp_path / "instance")
    database.migrate(instance.engine)
    assert (tmp_path / "elsewhere.db").exists()
    assert not (tmp_path / "instance" / "onesheet.db").exists()
    instance.close()


@pytest.mark.parametrize(
    ("size", "kept"),
    [((1000, 1500), (500, 750)), ((900, 1350), (500, 750)), ((90, 135), (90, 135))],
)
def test_an_upload_is_kept_no_larger_than_pages_show_it(
    instance: Instance, size: tuple[int, int], kept: tuple[int, int]
) -> None:
    buffer = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize(size).save(buffer, "JPEG")
    answer = instance.recommender.recommend(from_upload(buffer.getvalue()))
    assert decode(instance.upload_store.path(answer.id).read_bytes()).size == kept


def test_an_empty_model_folder_is_no_model_and_half_a_model_is_a_torn_one(tmp_path: Path) -> None:
    instance = Instance(Home(tmp_path))
    instance.home.model.mkdir()
    assert not instance.home.trained
    (instance.home.model / "model.json").write_text("{}")
    assert instance.home.trained
    with pytest.raises(ModelError, match=r"model\.onnx is missing; .*remove the folder"):
        instance.embedder()


def test_a_poster_that_is_imported_later_is_left_out_of_its_own_views(
    instance: Instance, query: Query, new_poster: bytes
) -> None:
    answer = instance.recommender.recommend(query)

    def films() -> set[int]:
        found = instance.recommender.viewed(answer, PLAIN, Metric.COSINE, restrict=False, k=10)
        return {each.card.poster_id for each in found.films}

    before = films()
    added = instance.catalog.add(movie(1000), new_poster, "test")
    assert films() == before
    instance.upkeep.catch_up()
    assert added.poster_id in instance.opened().index.poster_ids
    assert films() == before
