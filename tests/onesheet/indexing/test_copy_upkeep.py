"""A machine that searches a copy of PostgreSQL's vectors."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from filelock import FileLock

from catalog.database import connect
from index import Metric
from index.copies import IndexCopies
from index.pgvector.gallery import TableGallery
from onesheet.base import child_process
from onesheet.base.home import Home
from onesheet.base.settings import PGVECTOR, Settings
from onesheet.doctor import examine
from onesheet.indexing import copy_upkeep
from onesheet.indexing.copy_upkeep import CopyUpkeep
from onesheet.indexing.stores import index_store
from onesheet.instance import Instance
from tests.conftest import drawn, movie
from tests.onesheet.indexing.conftest import add, same_as, until
from webapp.app import create_app
from webapp.server import follow

COPYING = Settings(vectors=PGVECTOR, vectors_copy=True)


@pytest.fixture
def machine(chosen: Instance) -> Iterator[Instance]:
    """Its index is in PostgreSQL, and opened."""
    machine = Instance(Home(chosen.home.folder, chosen.home.database, settings=COPYING))
    machine.builder.build()
    assert machine.index()
    yield machine
    machine.close()


@pytest.fixture
def made_here(machine: Instance, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the process does that makes a copy is done here; how often, as its length."""
    made: list[int] = []

    def run(command: tuple[str, ...], environment: dict[str, str]) -> int:
        assert command[-1] == str(machine.home.folder)
        engine = connect(environment["ONESHEET_DATABASE_URL"])
        store = index_store(machine.home, engine)
        store.load()
        copies_of(store).make()
        engine.dispose()
        made.append(0)
        return 0

    monkeypatch.setattr(child_process, "run", run)
    return made


def copies_of(store: Any) -> IndexCopies:
    assert isinstance(store.copies, IndexCopies)
    return store.copies


def upkeep_of(machine: Instance) -> CopyUpkeep:
    return CopyUpkeep(machine.home, copies_of(machine.live().store))


def copied(machine: Instance) -> bool:
    return copies_of(machine.live().store).wanted() is None


def answers(machine: Instance) -> Any:
    (vector,) = machine.embedder().read([drawn(999)]).embeddings
    return machine.index().search_each(vector, dict.fromkeys(Metric, 7))


@pytest.mark.slow
def test_a_process_makes_the_copy_and_answers_are_the_same(
    machine: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(machine)
    upkeep_of(machine).follow()
    assert copied(machine)
    monkeypatch.setattr(TableGallery, "candidates", lambda *_: pytest.fail("pgvector was asked"))
    assert answers(machine) == before
    assert same_as(machine, 7) == movie(7).imdb_id


@pytest.mark.slow
def test_a_process_that_fails_is_told_of_and_postgresql_answers(
    machine: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    away = Home(machine.home.folder, "postgresql://nobody@/nothing?host=/nowhere", settings=COPYING)
    CopyUpkeep(away, copies_of(machine.live().store)).follow()
    assert "the process that makes it ended with 1" in caplog.text
    assert not copied(machine)
    assert len(answers(machine)[Metric.COSINE]) == 7


def test_doctor_says_whether_there_is_a_copy(machine: Instance, made_here: list[int]) -> None:
    def said() -> str:
        (found,) = [each for each in examine(machine) if each.name == "vectors"]
        assert found.well
        return found.detail

    assert said().startswith("80 in PostgreSQL; no copy on this machine")
    upkeep_of(machine).follow()
    assert made_here
    assert said() == "80 in PostgreSQL; this machine searches its copy of them"


def test_a_worker_uses_what_another_one_had_made(machine: Instance, made_here: list[int]) -> None:
    later, first = (Instance(machine.home) for _ in range(2))
    assert first.index()
    upkeep_of(machine).follow()
    assert later.index()
    assert copied(later), "as it opens the index"
    assert not copied(first)
    upkeep_of(first).follow()
    assert copied(first)
    assert len(made_here) == 1
    for each in (first, later):
        each.close()


def test_one_makes_it_at_a_time(machine: Instance, made_here: list[int]) -> None:
    upkeep = upkeep_of(machine)
    machine.home.vector_copies.mkdir(parents=True)
    with FileLock(machine.home.vector_copies / ".lock"):
        upkeep.follow()
    assert (made_here, copied(machine)) == ([], False)
    upkeep.follow()
    assert copied(machine)


def test_films_that_come_and_go_are_heeded_and_a_new_index_is_copied_anew(
    machine: Instance, made_here: list[int]
) -> None:
    upkeep = upkeep_of(machine)
    upkeep.follow()
    number = add(machine, 600)
    assert same_as(machine, 600) == movie(600).imdb_id
    machine.catalog.remove(movie(7).imdb_id)
    assert same_as(machine, 7) is None
    old = machine.index().manifest.fingerprint
    new = machine.builder.build(anew=True).manifest.fingerprint
    until(lambda: machine.index().manifest.fingerprint == new != old)
    assert not copied(machine)
    upkeep.follow()
    assert copied(machine)
    assert [each.name for each in machine.home.vector_copies.glob("[!.]*")] == [new]
    assert number in machine.index().poster_ids
    assert same_as(machine, 7) is None
    assert len(made_here) == 2


def test_the_copy_before_gives_up_its_room_to_the_next_one(
    machine: Instance, made_here: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    upkeep_of(machine).follow()
    old = machine.index().manifest.fingerprint
    assert (machine.home.vector_copies / old).is_dir()
    add(machine, 600)
    new = machine.builder.build(anew=True).manifest.fingerprint
    until(lambda: machine.index().manifest.fingerprint == new != old)
    monkeypatch.setattr(copy_upkeep, "free_memory", lambda: 0)
    upkeep_of(machine).follow()
    assert not copied(machine)
    assert not [*machine.home.vector_copies.glob("[!.]*")]
    assert len(made_here) == 1


@pytest.mark.parametrize("lacking", ["on the disk", "in memory"])
def test_without_room_postgresql_answers_and_it_is_tried_again_later(
    machine: Instance,
    made_here: list[int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    lacking: str,
) -> None:
    now = [1000.0]
    needed = copies_of(machine.live().store).room(machine.index().manifest)
    usage = shutil.disk_usage(machine.home.folder)
    with monkeypatch.context() as full:
        if lacking == "on the disk":
            short = usage._replace(free=needed.disk - 1)
            full.setattr("shutil.disk_usage", lambda _: short)
        else:
            full.setattr(copy_upkeep, "free_memory", lambda: needed.memory - 1)
        copies = copies_of(machine.live().store)
        upkeep = CopyUpkeep(machine.home, copies, lambda: now[0])
        for _ in range(3):
            upkeep.follow()
        assert caplog.text.count(f"MB are free {lacking}") == 1
        now[0] += 60
        upkeep.follow()
        assert caplog.text.count(f"MB are free {lacking}") == 2
        assert len(answers(machine)[Metric.MANHATTAN]) == 7
    now[0] += 60
    upkeep.follow()
    assert made_here == [], "the second pause is twice as long"
    now[0] += 60
    upkeep.follow()
    assert copied(machine)


@pytest.mark.parametrize("status", [0, 1])
def test_a_copy_that_failed_is_left_alone_by_all_workers(
    machine: Instance,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    now, copies = [1e9], copies_of(machine.live().store)
    tried: list[int] = []

    def run(*_: object) -> int:
        tried.append(status)
        return status

    monkeypatch.setattr(child_process, "run", run)
    hashed: list[bool] = []
    monkeypatch.setattr(copies, "take_up", lambda: hashed.append(False))
    one, other = (CopyUpkeep(machine.home, copies, lambda: now[0]) for _ in range(2))
    for each in 3 * [one, other]:
        each.follow()
    assert tried == [status]
    assert caplog.text.count("no copy of the index on this machine") == 1
    looked = len(hashed)
    now[0] += 59
    other.follow()
    assert len(hashed) == looked, "nor is what is there looked at"
    for seconds, times in ((1, 2), (60, 2), (60, 3)):
        now[0] += seconds
        other.follow()
        one.follow()
        assert len(tried) == times


@pytest.mark.parametrize("note", ["", '{"index":"%s","until":9e99,"pause":60}'])
def test_a_note_that_is_torn_or_of_another_clock_keeps_nobody_waiting(
    machine: Instance, made_here: list[int], note: str
) -> None:
    place = machine.home.vector_copies / ".refused"
    place.parent.mkdir(parents=True)
    place.write_text(note.replace("%s", machine.index().manifest.fingerprint))
    upkeep_of(machine).follow()
    assert copied(machine)
    assert not place.exists()


def test_a_disk_that_takes_no_folder_is_told_of(
    machine: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    machine.home.cache.write_text("in the way")
    upkeep = upkeep_of(machine)
    for _ in range(3):
        upkeep.follow()
    assert caplog.text.count("PostgreSQL answers") == 1
    assert len(answers(machine)[Metric.EUCLIDEAN]) == 7


def test_a_server_keeps_the_copy_without_being_asked(
    machine: Instance, made_here: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Callable[[], None]] = []
    monkeypatch.setattr("webapp.server._keep_on", lambda work, pause: looks.append(work))
    monkeypatch.setenv("ONESHEET_DATABASE_URL", machine.home.database or "")
    monkeypatch.setenv("ONESHEET_VECTORS", PGVECTOR)
    monkeypatch.setenv("ONESHEET_VECTORS_COPY", "on")
    app = create_app(machine.home.folder)
    served: Instance = app.extensions["onesheet"]
    follow(app)
    for look in looks:
        look()
    assert made_here
    assert copied(served)
    assert answers(served) == answers(machine)
    served.close()
