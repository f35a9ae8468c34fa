"""An index that follows its catalogue: what is imported is found at once, by every process."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from catalog.catalog import CatalogError, MovieRecord
from catalog.database import writing
from catalog.follower import AddRows
from index import Metric, current_folder
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.queries.query import from_upload
from tests.conftest import MOVIES, drawn_bytes, movie
from tests.onesheet.indexing.conftest import add, rows, same_as, swapped_once_asked
from tests.postgres import of_sqlite


def test_a_film_added_is_found_by_every_worker_at_once(instance: Instance, other: Instance) -> None:
    assert len(other.index()) == MOVIES
    number = add(instance, 500)
    for worker in (instance, other):
        index = worker.index()
        assert number in index.poster_ids
        query = worker.embedder().read([from_upload(drawn_bytes(500)).image]).embeddings[0]
        assert index.search(query, Metric.COSINE, 1)[0].poster_id == number
    assert same_as(other, 500) == movie(500).imdb_id


def test_a_film_removed_is_found_by_nobody(instance: Instance, other: Instance) -> None:
    number = other.catalog.by_imdb("demo-0009")[0].poster_id
    assert number in other.index().poster_ids
    assert instance.catalog.remove("demo-0009") == 1
    for worker in (instance, other):
        assert number not in worker.index().poster_ids
        assert worker.catalog.by_imdb("demo-0009") == []


def test_a_film_that_comes_and_goes_leaves_nothing(instance: Instance, other: Instance) -> None:
    before = other.index().poster_ids.tolist()
    add(instance, 501)
    assert len(other.index()) == MOVIES + 1
    instance.catalog.remove(movie(501).imdb_id)
    assert other.index().poster_ids.tolist() == before


def test_a_worker_that_starts_later_sees_all_changes(instance: Instance, home: Path) -> None:
    number = add(instance, 502)
    instance.catalog.remove("demo-0009")
    late = Instance(Home(home))
    assert number in late.index().poster_ids
    assert len(late.index()) == MOVIES
    late.close()


@of_sqlite
def test_an_addition_that_fails_leaves_no_film_and_no_change(instance: Instance) -> None:
    with writing(instance.engine) as session:
        session.execute(
            text(
                "CREATE TRIGGER refuse BEFORE INSERT ON index_change "
                "BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        )
    with pytest.raises(Exception, match="refused"):
        add(instance, 503)
    assert instance.catalog.by_imdb(movie(503).imdb_id) == []
    assert rows(instance) == 0


def test_an_unknown_film_cannot_be_removed(instance: Instance) -> None:
    with pytest.raises(CatalogError, match="tt0000000"):
        instance.catalog.remove("tt0000000")


def test_a_second_film_with_a_known_poster_is_found_too(instance: Instance) -> None:
    card = instance.catalog.by_imdb("demo-0001")[0]
    data = instance.catalog.poster_path(card.content_hash).read_bytes()
    double = MovieRecord("tt7654321", None, "Double", 1999, 5.0, 1, ("Drama",), "train")
    number = instance.catalog.add(double, data, "drawn").poster_id
    index = instance.index()
    assert number in index.poster_ids
    assert number is not None
    same = index.embeddings([number, card.poster_id])
    np.testing.assert_allclose(same[0], same[1], rtol=1e-5)


def test_importing_again_reads_nothing_and_changes_nothing(instance: Instance) -> None:
    instance.catalog.add(movie(1), drawn_bytes(1), "drawn")
    assert rows(instance) == 0


def test_without_an_index_an_import_writes_no_changes(home: Path) -> None:
    shutil.rmtree(home / "index")
    instance = Instance(Home(home))
    add(instance, 504)
    assert rows(instance) == 0
    instance.close()


def test_a_poster_read_by_the_model_before_is_read_again_by_the_one_that_came_meanwhile(
    instance: Instance, other: Instance, predicts: Callable[..., None]
) -> None:
    other.opened()
    with read_already(other, 543):
        predicts("Horror")
        number = add(other, 543)
    late = Instance(instance.home).opened()
    assert number in late.index.poster_ids
    expected = late.embedder.read([from_upload(drawn_bytes(543)).image]).embeddings
    np.testing.assert_allclose(late.index.embeddings([number]), expected, atol=1e-3)


@contextmanager
def read_already(instance: Instance, number: int) -> Iterator[None]:
    """Whoever adds the film within has read its poster before."""
    follower = instance.catalog._importer._follower
    assert follower is not None
    stored = instance.catalog._files.store(drawn_bytes(number))
    ready = follower.prepare([stored.content_hash])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(follower, "prepare", lambda content_hashes: ready)
        yield


def test_a_poster_that_comes_while_the_index_is_swapped_and_pruned_is_not_lost(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = swapped_once_asked(instance, monkeypatch)
    number = add(instance, 544)
    assert current_folder(instance.home.indexes).name != old
    assert number in Instance(instance.home).index().poster_ids


def test_a_poster_that_is_new_only_since_its_film_was_removed_meanwhile_is_found(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower = instance.catalog._importer._follower
    assert follower is not None
    prepare = follower.prepare

    def removed_then(content_hashes: Sequence[str]) -> AddRows:
        ready = prepare(content_hashes)
        other.catalog.remove(movie(7).imdb_id)
        return ready

    monkeypatch.setattr(follower, "prepare", removed_then)
    number = add(instance, 7)
    assert number in instance.index().poster_ids
    assert same_as(other, 7) == movie(7).imdb_id
