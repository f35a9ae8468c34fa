"""Machines with folders of their own, whose index folders are in an object store."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from catalog.database import connect
from catalog.file_store import UnreachableError
from catalog.file_store.object_files import ObjectFiles
from embedder import Embedder
from onesheet.base.home import Home
from onesheet.base.settings import Settings
from onesheet.doctor import examine, readiness
from onesheet.indexing import object_indexes
from onesheet.indexing.lock import BusyError
from onesheet.instance import Instance
from onesheet.portraits.gallery import load
from onesheet.storage.file_places import file_store
from onesheet.storage.transfer import copy_database
from tests.conftest import movie
from tests.object_store import ObjectStore
from tests.onesheet.indexing.conftest import add, rows, same_as, until
from tests.postgres import Postgres

Start = Callable[[str], Instance]


@pytest.fixture
def start(
    home: Path,
    tmp_path: Path,
    postgres: Postgres,
    object_store: ObjectStore,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Start]:
    """Starts a machine that has nothing but a model."""
    monkeypatch.setattr(object_indexes, "LOOK_SECONDS", 0.0)
    url, settings = postgres.url(), Settings(files=object_store.address())
    source, target = connect(Home(home).database_url), connect(url)
    copy_database(source, target)
    source.dispose()
    target.dispose()
    posters = file_store(Home(home, url, settings=settings), "posters")
    for path in (home / "posters").glob("*/*.webp"):
        posters.write(f"{path.parent.name}/{path.name}", path.read_bytes())
    started: list[Instance] = []

    def start(name: str) -> Instance:
        folder = tmp_path / name
        shutil.copytree(home / "model", folder / "model")
        started.append(Instance(Home(folder, url, settings=settings)))
        return started[-1]

    yield start
    for instance in started:
        instance.close()


def serves(instance: Instance, fingerprint: str) -> bool:
    return instance.index().manifest.fingerprint == fingerprint


def test_what_one_machine_builds_all_serve(start: Start) -> None:
    one, other = start("one"), start("other")
    built = one.builder.build()
    assert serves(other, built.manifest.fingerprint)
    assert same_as(other, 7) == movie(7).imdb_id
    portraits = file_store(other.home, "genres")
    assert load(portraits, built.manifest.fingerprint) is not None
    number = add(one, 600)
    assert number in other.index().poster_ids
    for each in (one, other):
        found = {finding.name: finding for finding in (*examine(each), *readiness(each))}
        assert [name for name, finding in found.items() if not finding.well] == []


def test_a_new_index_is_taken_up_and_the_one_before_goes(start: Start) -> None:
    one, other = start("one"), start("other")
    old = one.builder.build().manifest.fingerprint
    assert serves(other, old)
    numbers = [add(other, number) for number in range(700, 703)]
    new = one.builder.build(anew=True).manifest.fingerprint
    assert new != old
    for each in (one, other):
        until(partial(serves, each, new))
        assert each.index().holds(numbers).all()
        assert [path.name for path in (each.home.cache / "index").glob("?" * 64)] == [new]
    names = {entry.name.partition("/")[0] for entry in file_store(one.home, "index").entries()}
    assert names == {new, "current"}
    one.builder.build(anew=True)
    assert rows(one) == 0, "two indexes know them"


def test_two_machines_do_not_build_at_once(start: Start) -> None:
    one, other = start("one"), start("other")
    one.builder.build()
    with one.live().store.alone(), pytest.raises(BusyError):
        other.upkeep.catch_up()
    assert other.upkeep.catch_up().changed == 0


def test_a_copy_that_is_damaged_is_fetched_anew(start: Start) -> None:
    one, other = start("one"), start("other")
    built = one.builder.build().manifest
    assert serves(other, built.fingerprint)
    for name in built.files:
        (other.home.cache / "index" / built.fingerprint / name).write_bytes(b"?")
    again = Instance(other.home)
    assert len(again.index()) == 80
    again.close()


def test_a_folder_that_was_there_before_is_taken_over(
    start: Start, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = start("one")
    shutil.copytree(home / "index", one.home.indexes)
    monkeypatch.setattr(Embedder, "read", lambda *_, **__: pytest.fail("a poster was read"))
    assert len(one.builder.build()) == 80


def test_the_index_in_use_serves_on_while_the_store_is_away(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = start("one")
    one.builder.build()
    assert len(one.index()) == 80

    def away(self: ObjectFiles, name: str) -> bytes:
        raise UnreachableError("away")

    monkeypatch.setattr(ObjectFiles, "read", away)
    assert same_as(one, 7) == movie(7).imdb_id
    with pytest.raises(UnreachableError):
        start("two").index()
