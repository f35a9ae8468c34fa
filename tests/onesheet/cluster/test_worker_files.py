"""Poster files as a worker opens them, which has no instance."""

import os
import pickle
import tempfile
from pathlib import Path

import pytest

from catalog.file_store import local_cache
from onesheet.base.home import Home
from onesheet.base.settings import Settings
from onesheet.cluster.worker_files import WorkerError, WorkerFiles
from onesheet.storage.file_places import file_store
from tests.object_store import ObjectStore


def test_a_shared_folder_is_opened_under_its_path(tmp_path: Path) -> None:
    file_store(Home(tmp_path), "posters").write("ab/ab.webp", b"picture")
    place: WorkerFiles = pickle.loads(pickle.dumps(WorkerFiles.of(Home(tmp_path))))  # noqa: S301
    assert place.opened().read("ab/ab.webp") == b"picture"


def test_a_folder_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match=r"there is no folder .*/posters on this machine"):
        WorkerFiles.of(Home(tmp_path)).opened()


def test_an_object_store_is_opened_on_a_machine_without_the_folder(
    object_store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings = Settings(files=object_store.address())
    file_store(Home(tmp_path, settings=settings), "posters").write("ab/ab.webp", b"picture")
    place = WorkerFiles(tmp_path / "not-here", settings.files, 1)
    path = place.opened().path("ab/ab.webp")
    assert path.read_bytes() == b"picture"
    assert not (tmp_path / "not-here").exists()
    (copies,) = tmp_path.glob("onesheet-*")
    assert copies in path.parents
    assert copies.stat().st_mode & 0o777 == 0o700
    assert WorkerFiles(tmp_path / "none", settings.files, 1).opened().path("ab/ab.webp") == path


def test_copies_are_bounded_as_the_instance_has_it(
    object_store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(local_cache, "IN_USE_SECONDS", 0)
    settings = Settings(files=object_store.address())
    store = file_store(Home(tmp_path / "other", settings=settings), "posters")
    here = WorkerFiles(tmp_path / "not-here", settings.files, 1).opened()
    for number in range(4):
        store.write(f"{number}.webp", bytes(400_000))
        here.path(f"{number}.webp")
    copies = tmp_path.glob("onesheet-*/**/*.webp")
    assert 0 < sum(path.stat().st_size for path in copies) <= 1_000_000


def test_copies_are_put_where_nobody_else_can(
    object_store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    place = WorkerFiles(tmp_path / "not-here", object_store.address(), 1)
    copies = tmp_path / f"onesheet-{os.getuid()}"
    copies.mkdir()
    copies.chmod(0o777)
    with pytest.raises(WorkerError, match="nobody else can open"):
        place.opened()
    copies.rmdir()
    (tmp_path / "private").mkdir(mode=0o700)
    copies.symlink_to(tmp_path / "private")
    with pytest.raises(WorkerError, match="nobody else can open"):
        place.opened()


def test_nothing_secret_travels(tmp_path: Path) -> None:
    home = Home(tmp_path, "postgresql://u:hidden@h/d", settings=Settings(omdb_key="hidden"))
    assert b"hidden" not in pickle.dumps(WorkerFiles.of(home))
