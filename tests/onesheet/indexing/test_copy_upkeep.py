"""A machine that searches a copy of PostgreSQL's vectors."""

from collections.abc import Callable

import pytest
from filelock import FileLock

from index import Metric
from index.pgvector.gallery import TableGallery
from onesheet.base import child_process
from onesheet.base.home import Home
from onesheet.base.settings import PGVECTOR
from onesheet.doctor import examine
from onesheet.indexing.copy_upkeep import CopyUpkeep
from onesheet.instance import Instance
from tests.conftest import movie
from tests.onesheet.indexing.conftest import (
    COPYING,
    add,
    answers,
    copied,
    copies_of,
    same_as,
    until,
    upkeep_of,
)
from webapp.app import create_app
from webapp.process_duties import follow


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
    monkeypatch.setattr("webapp.process_duties._keep_on", lambda work, pause: looks.append(work))
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
