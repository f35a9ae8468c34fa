"""Machines with folders of their own, whose index folders are in an object store."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from catalog.file_store import UnreachableError
from catalog.file_store.object_files import ObjectFiles
from embedder import Embedder
from index.folder import MANIFEST
from onesheet.doctor import examine
from onesheet.indexing import object_indexes
from onesheet.indexing.lock import BusyError
from onesheet.instance import Instance
from onesheet.portraits.gallery import load
from onesheet.readiness import readiness
from onesheet.storage.file_places import file_store
from tests.conftest import movie
from tests.onesheet.indexing.conftest import Start, add, rows, same_as, until


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
    for name in (*built.files, MANIFEST):
        (other.home.cache / "index" / built.fingerprint / name).write_bytes(b"?")
    again = Instance(other.home)
    assert len(again.index()) == 80
    again.close()


@pytest.mark.parametrize("length", [0, 1, 40])
def test_a_manifest_cut_short_is_fetched_anew(start: Start, length: int) -> None:
    one = start("one")
    built = one.builder.build().manifest
    manifest = one.home.cache / "index" / built.fingerprint / MANIFEST
    manifest.write_bytes(manifest.read_bytes()[:length])
    again = Instance(one.home)
    assert again.live().store.described(built.fingerprint) == built
    manifest.write_bytes(manifest.read_bytes()[:length])
    assert len(again.index()) == 80
    again.close()


def test_an_index_that_is_built_here_is_not_removed_by_who_opens_the_one_before(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = start("one")
    old = one.builder.build().manifest.fingerprint
    server, write = Instance(one.home), ObjectFiles.write

    def while_another_opens(self: ObjectFiles, name: str, content: bytes | Path) -> None:
        if name.endswith(MANIFEST):  # the last file but `current`
            assert server.live().store.load().manifest.fingerprint == old
        write(self, name, content)

    add(one, 600)
    monkeypatch.setattr(ObjectFiles, "write", while_another_opens)
    new = one.builder.build(anew=True).manifest.fingerprint
    assert new != old
    assert server.live().store.load().manifest.fingerprint == new
    server.close()


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


def test_nobody_waits_for_a_store_that_does_not_answer(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = start("one")
    built = one.builder.build().manifest.fingerprint
    assert serves(one, built)
    store, answered, asked = one.live().store, Event(), Event()

    def hangs(self: ObjectFiles, name: str) -> bytes:
        asked.set()
        assert answered.wait(60), "whoever asks waits for the answer"
        raise UnreachableError("no answer")

    monkeypatch.setattr(ObjectFiles, "read", hangs)
    with ThreadPoolExecutor(4) as pool:
        try:
            found = [pool.submit(store.current) for _ in range(4)]
            assert [each.result(30) for each in found] == [built] * 4
            until(lambda: store.current() == built and asked.is_set())
            assert serves(one, built)
        finally:
            answered.set()


def test_a_store_that_failed_is_asked_more_and_more_seldom(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_indexes, "LOOK_SECONDS", 1.0)
    now, asked, store = [1000.0], [0], start("one").live().store

    def away(self: ObjectFiles, name: str) -> bytes:
        asked[0] += 1
        raise UnreachableError("away")

    monkeypatch.setattr(object_indexes, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(ObjectFiles, "read", away)
    moments = []
    for _ in range(2000):
        before = asked[0]
        with pytest.raises(UnreachableError):
            store.current()
        if asked[0] > before:
            moments.append(now[0] - 1000)
        now[0] += 0.125
    assert moments == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]


def test_who_adds_posters_is_answered_as_soon_as_the_store_is(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_indexes, "LOOK_SECONDS", 1.0)
    one = start("one")
    built, store = one.builder.build().manifest.fingerprint, one.live().store
    monkeypatch.setattr(object_indexes, "time", SimpleNamespace(monotonic=lambda: 1000.0))

    def away(self: ObjectFiles, name: str) -> bytes:
        raise UnreachableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(ObjectFiles, "read", away)
        with pytest.raises(UnreachableError):
            store.current(anew=True)
    assert store.current(anew=True) == built


def test_who_builds_asks_what_others_built_before(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = start("one"), start("other")
    one.builder.build()
    opened = other.opened()
    add(one, 600)
    new = one.builder.build().manifest.fingerprint
    monkeypatch.setattr(object_indexes, "LOOK_SECONDS", 600.0)
    assert other.live().store.current() == opened.index.manifest.fingerprint
    assert not other.builder.rebuild(opened)
    assert other.live().store.current() == new
