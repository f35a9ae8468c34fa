"""An index that follows its catalogue: what is imported is found at once, by every process."""

import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from bandit import ArmStats, Choice, EpsilonGreedy
from catalog.catalog import Catalog, CatalogError, MovieRecord
from catalog.database import reading, writing
from index import Metric, Options, PosterIndex, Storage, current, prune
from tests.conftest import MOVIES, drawn_bytes, movie
from webapp import create_app
from webapp.building import BusyError, build_index, building
from webapp.growth import CaughtUp, catch_up, rebuild_if_due
from webapp.instance import Instance
from webapp.queries import from_upload
from webapp.recommender import ARMS, Recommender
from webapp.server import follow
from webapp.watching import watch


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(home)
    yield instance
    instance.close()


@pytest.fixture
def other(home: Path) -> Iterator[Instance]:
    """A second worker over the same home."""
    other = Instance(home)
    yield other
    other.close()


def add(instance: Instance, number: int) -> int:
    """A film that is not in the catalogue yet; its poster's id."""
    poster = instance.catalog.add(movie(number), drawn_bytes(number), "drawn").poster_id
    assert poster is not None
    return poster


def same_as(instance: Instance, number: int) -> str | None:
    """The film that a worker knows the drawn poster of a number to be."""
    answer = instance.recommender.recommend(from_upload(drawn_bytes(number)))
    return answer.same_as.imdb_id if answer.same_as else None


def rows(instance: Instance) -> int:
    with reading(instance.engine) as session:
        return session.scalar(text("SELECT count(*) FROM index_change")) or 0


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


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
    late = Instance(home)
    assert number in late.index().poster_ids
    assert len(late.index()) == MOVIES
    late.close()


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
    same = index.embeddings([number, card.poster_id])
    np.testing.assert_allclose(same[0], same[1], rtol=1e-5)


def test_importing_again_reads_nothing_and_changes_nothing(instance: Instance) -> None:
    instance.catalog.add(movie(1), drawn_bytes(1), "drawn")
    assert rows(instance) == 0


def test_without_an_index_an_import_writes_no_changes(home: Path) -> None:
    shutil.rmtree(home / "index")
    instance = Instance(home)
    add(instance, 504)
    assert rows(instance) == 0
    instance.close()


def test_a_new_folder_contains_the_changes(instance: Instance, other: Instance) -> None:
    old = current(instance.indexes)
    held = other.opened()
    number = add(instance, 505)
    instance.catalog.remove("demo-0009")
    expected = instance.index().poster_ids.tolist()
    build_index(instance)
    assert rows(instance) == 2, "for workers that have not taken up the folder yet"
    assert not old.exists(), "older folders are removed"
    until(lambda: other.index().manifest.fingerprint == current(other.indexes).name)
    assert other.index().poster_ids.tolist() == expected
    assert number in other.index().poster_ids
    query = np.ones(held.index.manifest.d, np.float32)
    assert len(held.index.search(query, Metric.MANHATTAN, 5)) == 5, "the old index still answers"


def test_building_again_takes_over_what_was_read(instance: Instance) -> None:
    """Poster files are gone, so that reading one would fail."""
    number = add(instance, 506)
    before = instance.index().embeddings([number])
    for file in instance.posters.rglob("*.webp"):
        file.unlink()
    np.testing.assert_array_equal(build_index(instance).embeddings([number]), before)
    with pytest.raises(CatalogError, match="missing"):
        build_index(instance, anew=True)


def test_a_poster_that_comes_during_a_build_is_not_lost(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers: list[int] = []
    build = PosterIndex.build

    def slow(*args: object, **options: object) -> PosterIndex:
        numbers.append(add(other, 507))
        return build(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(PosterIndex, "build", slow)
    build_index(instance)
    fresh = Instance(instance.home)
    assert numbers[0] in fresh.index().poster_ids
    fresh.close()


def during_a_build(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once the next build has read the catalogue."""
    build, left = PosterIndex.build, [happens]

    def slow(*args: object, **options: object) -> PosterIndex:
        if left:
            left.pop()()
        return build(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(PosterIndex, "build", slow)


def test_a_poster_that_comes_during_the_first_build_is_not_lost(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(instance.indexes)
    numbers: list[int] = []
    during_a_build(monkeypatch, lambda: numbers.append(add(other, 541)))
    build_index(instance)
    assert numbers[0] in Instance(instance.home).index().poster_ids


def test_a_poster_that_comes_during_the_build_for_a_new_model_is_not_lost(
    instance: Instance,
    other: Instance,
    predicts: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = other.opened()
    numbers: list[int] = []
    during_a_build(monkeypatch, lambda: numbers.append(add(other, 542)))
    predicts("Horror")
    late = Instance(instance.home).opened()
    assert late.embedder.fingerprint != before.embedder.fingerprint
    assert numbers[0] in late.index.poster_ids


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
    follower = instance.catalog._follower
    assert follower is not None
    stored = instance.catalog._files.store(drawn_bytes(number))
    ready = follower.prepare([stored.content_hash])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(follower, "prepare", lambda content_hashes: ready)
        yield


def swapped_once_asked(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> str:
    """The present index, gone once somebody has read its name and looks for its folder."""
    index, root = instance.index(), instance.indexes
    farther = 1.5 * index.embeddings(index.poster_ids)
    is_dir, left = Path.is_dir, [1]

    def swapped(path: Path) -> bool:
        if path.parent == root and left:
            left.clear()
            PosterIndex.build(root, index.poster_ids, farther, model=index.manifest.model)
            prune(root)
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", swapped)
    return index.manifest.fingerprint


def test_a_poster_that_comes_while_the_index_is_swapped_and_pruned_is_not_lost(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = swapped_once_asked(instance, monkeypatch)
    number = add(instance, 544)
    assert current(instance.indexes).name != old
    assert number in Instance(instance.home).index().poster_ids


def test_an_index_is_opened_though_it_is_swapped_and_pruned_meanwhile(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = swapped_once_asked(instance, monkeypatch)
    assert PosterIndex.load(instance.indexes).manifest.fingerprint != old


def test_embeddings_that_were_rounded_are_read_again_to_be_kept_whole(instance: Instance) -> None:
    ids = instance.index().poster_ids
    whole = instance.index().embeddings(ids)
    half = Options(exact_up_to=10, storage=Storage.FLOAT16)
    model = instance.index().manifest.model
    PosterIndex.build(instance.indexes, ids, whole, model=model, options=half)
    late = Instance(instance.home)
    assert np.abs(late.index().embeddings(ids) - whole).max() > 1e-5
    np.testing.assert_allclose(build_index(late).embeddings(ids), whole, atol=1e-5)


def test_a_server_looks_for_what_comes_while_nobody_asks(
    instance: Instance, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Callable[[], None]] = []
    monkeypatch.setattr("webapp.server._keep_on", lambda work, pause: looks.append(work))
    app = create_app(home)
    follow(app)
    live = app.extensions["onesheet"].live()
    number = add(instance, 533)
    new = build_index(instance).manifest.fingerprint

    def taken_up() -> bool:
        looks[0]()
        return live._held is not None and live._held.folder.name == new

    until(taken_up)
    assert number in live._held.opened.index.poster_ids
    shutil.rmtree(instance.indexes)
    looks[0]()  # what is wrong is told to who asks
    app.extensions["onesheet"].close()


def test_only_one_builds_at_a_time(instance: Instance, other: Instance) -> None:
    with building(instance), pytest.raises(BusyError, match="Another process"):
        build_index(other)


def test_a_folder_is_due_when_a_fifth_has_changed(instance: Instance) -> None:
    old = current(instance.indexes)
    for number in range(510, 525):
        add(instance, number)
    assert not rebuild_if_due(instance)
    add(instance, 525)
    assert rebuild_if_due(instance)
    assert current(instance.indexes) != old
    fresh = Instance(instance.home)
    assert len(fresh.index()) == MOVIES + 16
    assert fresh.index().changed_share == 0
    build_index(fresh)
    assert rows(fresh) == 0
    fresh.close()


def test_catching_up_finds_what_went_past_the_index(instance: Instance) -> None:
    with writing(instance.engine) as session:
        session.execute(text("DELETE FROM movie WHERE imdb_id = 'demo-0009'"))
    number = add(instance, 530)
    with writing(instance.engine) as session:
        session.execute(text("DELETE FROM index_change"))
    fresh = Instance(instance.home)
    assert number not in fresh.index().poster_ids
    assert catch_up(fresh).changed == 2
    assert number in fresh.index().poster_ids
    assert len(fresh.index()) == MOVIES
    assert catch_up(fresh) == CaughtUp(0, [])
    fresh.close()


def test_watching_takes_up_posters_as_they_come(instance: Instance, other: Instance) -> None:
    told = watch(instance, interval=0.05)
    first: list[str] = []
    watcher = threading.Thread(target=lambda: first.append(next(told)), daemon=True)
    watcher.start()
    with writing(other.engine) as session:
        session.execute(text("DELETE FROM movie WHERE imdb_id = 'demo-0009'"))
    watcher.join(60)
    assert first == [f"Took up 1 changed posters; {MOVIES - 1} in all."]


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"RIFF")])
def test_watching_takes_up_the_rest_where_one_poster_cannot_be_read(
    instance: Instance, harm: Callable[[Path], object]
) -> None:
    unaware = Catalog(instance.engine, instance.posters)
    numbers = [
        unaware.add(movie(number), drawn_bytes(number), "drawn").poster_id for number in (550, 551)
    ]
    card = unaware.by_imdb(movie(550).imdb_id)[0]
    harm(unaware.poster_path(card.content_hash))
    told = watch(instance, interval=0.05)
    assert card.title in next(told)
    assert next(told) == f"Took up 1 changed posters; {MOVIES + 1} in all."
    assert instance.index().holds([number or 0 for number in numbers]).tolist() == [False, True]


def test_a_request_keeps_its_index_when_another_is_taken_up_in_its_middle(
    instance: Instance,
) -> None:
    """The policy is asked between the two searches of a request: for copies and for neighbours."""
    old = instance.index()
    query = from_upload(drawn_bytes(540))
    before = instance.recommender.ask(query)
    farther = 3 * old.embeddings(old.poster_ids)

    class Swapping(EpsilonGreedy):
        def choose(self, stats: Sequence[ArmStats], rng: random.Random) -> Choice:
            PosterIndex.build(instance.indexes, old.poster_ids, farther, model=old.manifest.model)
            until(lambda: instance.index().manifest.fingerprint != old.manifest.fingerprint)
            return super().choose(stats, rng)

    during = Recommender(instance, Swapping(ARMS)).ask(query)
    after = instance.recommender.ask(query)
    assert during.index == before.index == old.manifest.fingerprint
    assert during.payload["results"] == before.payload["results"]
    assert after.index == instance.index().manifest.fingerprint != old.manifest.fingerprint
    assert after.payload["results"]["euclidean"] != before.payload["results"]["euclidean"]


def test_a_torn_new_folder_leaves_the_old_index_serving_until_it_is_mended(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = other.index().manifest.fingerprint
    add(instance, 531)
    data = build_index(instance).manifest.fingerprint
    torn = instance.indexes / data / "vectors.npy"
    torn.write_bytes(torn.read_bytes()[:-1] + b"?")
    live = other.live()
    other.index()
    until(lambda: live._refused is not None)
    assert other.index().manifest.fingerprint == old
    assert len(other.index()) == MOVIES + 1, "with what it had taken up"
    monkeypatch.setattr("webapp.live.RETRY_SECONDS", 0.05)
    live._refused = None
    other.index()
    until(lambda: live._refused is not None)
    mended = build_index(Instance(instance.home)).manifest.fingerprint
    assert mended == data, "the same content has the same name"
    until(lambda: other.index().manifest.fingerprint == mended)


def test_a_folder_that_could_not_be_opened_once_is_tried_again(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.index()
    add(instance, 532)
    new = build_index(instance).manifest.fingerprint
    load, failures = PosterIndex.load, [OSError(24, "Too many open files")]

    def flaky(*args: object, **options: object) -> PosterIndex:
        if failures:
            raise failures.pop()
        return load(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(PosterIndex, "load", flaky)
    monkeypatch.setattr("webapp.live.RETRY_SECONDS", 0.05)
    until(lambda: other.index().manifest.fingerprint == new)
    assert not failures


def test_model_and_index_change_together(
    instance: Instance, other: Instance, predicts: Callable[..., None]
) -> None:
    before = other.opened()
    predicts("Horror")
    until(lambda: other.opened().index.manifest.fingerprint == current(other.indexes).name)
    after = other.opened()
    assert after.embedder.fingerprint == after.index.manifest.model
    assert after.embedder.fingerprint != before.embedder.fingerprint == before.index.manifest.model
    assert other.embedder() is after.embedder
