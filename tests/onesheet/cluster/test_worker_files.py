"""Poster files as a worker opens them, which has no instance."""

import pickle
from pathlib import Path

import pytest

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
    object_store: ObjectStore, tmp_path: Path
) -> None:
    settings = Settings(files=object_store.address())
    file_store(Home(tmp_path, settings=settings), "posters").write("ab/ab.webp", b"picture")
    place = WorkerFiles(tmp_path / "not-here", settings.files, 1)
    path = place.opened().path("ab/ab.webp")
    assert path.read_bytes() == b"picture"
    assert not (tmp_path / "not-here").exists()


def test_nothing_secret_travels(tmp_path: Path) -> None:
    home = Home(tmp_path, "postgresql://u:hidden@h/d", settings=Settings(omdb_key="hidden"))
    assert b"hidden" not in pickle.dumps(WorkerFiles.of(home))
