"""What a process has opened, and what a request keeps of it."""

import random
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from bandit import ArmStats, Choice, EpsilonGreedy
from embedder import ModelError
from index import IndexFolderError, PosterIndex, current_folder
from onesheet.base.home import Home
from onesheet.indexing.live import Live, Opened
from onesheet.instance import Instance
from onesheet.queries.query import from_upload
from onesheet.recommending.recommender import ARMS
from tests.conftest import MOVIES, drawn, drawn_bytes
from tests.onesheet.indexing.conftest import add, refuses, swapped_once_asked, until
from webapp.app import create_app
from webapp.process_duties import follow


@pytest.fixture
def live(instance: Instance) -> Live:
    return instance.live()


def test_what_is_pinned_stays_until_the_end(instance: Instance, live: Live) -> None:
    with live.pinned():
        before = live.opened()
        add(instance, 600)
        assert live.opened() is before
        assert live.embedder() is before.embedder
    after = live.opened()
    assert len(after.index) == len(before.index) + 1


def test_pinning_within_what_is_pinned_changes_nothing(instance: Instance, live: Live) -> None:
    with live.pinned():
        before = live.opened()
        add(instance, 601)
        with live.pinned():
            assert live.opened() is before
        assert live.opened() is before


def test_another_thread_has_what_is_newest(instance: Instance, live: Live) -> None:
    elsewhere: list[Opened] = []
    with live.pinned():
        before = live.opened()
        add(instance, 602)
        thread = threading.Thread(target=lambda: elsewhere.append(live.opened()))
        thread.start()
        thread.join()
        assert live.opened() is before
    assert len(elsewhere[0].index) == len(before.index) + 1


def test_one_instances_pin_is_not_anothers(instance: Instance, home: Path) -> None:
    other = Instance(Home(home))
    with instance.live().pinned():
        instance.opened()
        before = other.opened()
        add(instance, 603)
        assert len(other.index()) == len(before.index) + 1
    other.close()


def test_pinning_opens_nothing_and_what_cannot_be_opened_is_told_to_who_needs_it(
    instance: Instance, live: Live
) -> None:
    (instance.home.indexes / "current").unlink()
    with live.pinned():
        assert live.embedder().dimensions
        with pytest.raises(IndexFolderError):
            live.opened()


def test_a_request_has_one_index_and_the_next_one_another(app: Flask) -> None:
    instance: Instance = app.extensions["onesheet"]
    sizes: list[tuple[int, int]] = []

    def look() -> str:
        before = len(instance.index())
        add(instance, 610 + len(sizes))
        sizes.append((before, len(instance.index())))
        return ""

    app.add_url_rule("/look", view_func=look)
    client = app.test_client()
    client.get("/look")
    client.get("/look")
    assert sizes == [(sizes[0][0],) * 2, (sizes[0][0] + 1,) * 2]


def test_an_index_is_opened_though_it_is_swapped_and_pruned_meanwhile(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = swapped_once_asked(instance, monkeypatch)
    assert PosterIndex.load(instance.home.indexes).manifest.fingerprint != old


def test_a_server_looks_for_what_comes_while_nobody_asks(
    instance: Instance, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Callable[[], None]] = []
    monkeypatch.setattr("webapp.process_duties._keep_on", lambda work, pause: looks.append(work))
    app = create_app(home)
    follow(app)
    live = app.extensions["onesheet"].live()
    number = add(instance, 533)
    new = instance.builder.build().manifest.fingerprint

    def taken_up() -> bool:
        looks[0]()
        return live._loaded is not None and live._loaded.name == new

    until(taken_up)
    assert number in live._loaded.opened.index.poster_ids
    shutil.rmtree(instance.home.indexes)
    looks[0]()  # what is wrong is told to who asks
    app.extensions["onesheet"].close()


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
            PosterIndex.build(
                instance.home.indexes, old.poster_ids, farther, model=old.manifest.model
            )
            until(lambda: instance.index().manifest.fingerprint != old.manifest.fingerprint)
            return super().choose(stats, rng)

    recommender = instance.recommender
    own, recommender.policy = recommender.policy, Swapping(ARMS)
    during = recommender.ask(query)
    recommender.policy = own
    after = recommender.ask(query)
    assert during.index == before.index == old.manifest.fingerprint
    assert during.payload.results == before.payload.results
    assert after.index == instance.index().manifest.fingerprint != old.manifest.fingerprint
    assert after.payload.results["euclidean"] != before.payload.results["euclidean"]


def test_a_torn_new_folder_leaves_the_old_index_serving_until_it_is_mended(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = other.index().manifest.fingerprint
    add(instance, 531)
    data = instance.builder.build().manifest.fingerprint
    torn = instance.home.indexes / data / "vectors.npy"
    torn.write_bytes(torn.read_bytes()[:-1] + b"?")
    until(lambda: refuses(other))
    assert other.index().manifest.fingerprint == old
    assert len(other.index()) == MOVIES + 1, "with what it had taken up"
    monkeypatch.setattr("onesheet.indexing.live.RETRY_SECONDS", 0.05)
    other.live()._refused = None
    until(lambda: refuses(other))
    mended = Instance(instance.home).builder.build().manifest.fingerprint
    assert mended == data, "the same content has the same name"
    until(lambda: other.index().manifest.fingerprint == mended)


def test_a_damaged_model_or_another_models_index_leaves_what_serves(
    instance: Instance, other: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that runs goes on; one that starts is told which command mends it."""
    before = other.opened()
    ids = before.index.poster_ids
    strange = before.index.embeddings(ids) * 2
    PosterIndex.build(instance.home.indexes, ids, strange, model="f" * 64)
    until(lambda: refuses(other))
    assert other.opened() == before
    assert "`onesheet index`" in caplog.text
    weights = instance.home.model / "model.onnx"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert other.opened() == before
    assert other.embedder().read([drawn(7)]).embeddings.shape[0] == 1
    late = Instance(instance.home)
    with pytest.raises(ModelError, match="`onesheet train`"):
        late.opened()
    late.close()


def test_a_folder_that_could_not_be_opened_once_is_tried_again(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.index()
    add(instance, 532)
    new = instance.builder.build().manifest.fingerprint
    load, failures = PosterIndex.load, [OSError(24, "Too many open files")]

    def flaky(*args: object, **options: object) -> PosterIndex:
        if failures:
            raise failures.pop()
        return load(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(PosterIndex, "load", flaky)
    monkeypatch.setattr("onesheet.indexing.live.RETRY_SECONDS", 0.05)
    until(lambda: other.index().manifest.fingerprint == new)
    assert not failures


def test_an_index_is_taken_up_though_its_name_could_not_be_read_once(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.index()
    add(instance, 534)
    new = instance.builder.build().manifest.fingerprint
    store, failures = other.live().store, [OperationalError("SELECT", {}, Exception("gone"))]
    current = store.current

    def flaky() -> str:
        if failures and threading.current_thread().name == "index-switch":
            raise failures.pop()
        return current()

    monkeypatch.setattr(store, "current", flaky)
    until(lambda: other.index().manifest.fingerprint == new)
    assert not failures


def test_model_and_index_change_together(
    instance: Instance, other: Instance, predicts: Callable[..., None]
) -> None:
    before = other.opened()
    predicts("Horror")
    until(
        lambda: other.opened().index.manifest.fingerprint == current_folder(other.home.indexes).name
    )
    after = other.opened()
    assert after.embedder.fingerprint == after.index.manifest.model
    assert after.embedder.fingerprint != before.embedder.fingerprint == before.index.manifest.model
    assert other.embedder() is after.embedder
