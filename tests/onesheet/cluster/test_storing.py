"""What workers do with posters that come in; test_picture_actor.py has Ray do it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.files import PosterFiles
from catalog.images import ImageError
from onesheet.base.home import Home
from onesheet.cluster.connection import ClusterError, RayCluster
from onesheet.cluster.storing import RayStoring, store_posters
from onesheet.cluster.worker_files import WorkerError, WorkerFiles
from tests.conftest import drawn_bytes


class InThisProcess:
    """Stands for Ray's tasks, of which the last one begun ends first."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, call: Callable[..., object]) -> None:
        self._call, self._results = call, dict[int, object]()
        self.begun = self.most = 0
        for name in ("wait", "get"):
            monkeypatch.setattr(f"ray.{name}", getattr(self, name))
        monkeypatch.setattr("ray.put", lambda value: value)
        monkeypatch.setattr("ray.remote", lambda **_: lambda _: self)

    def remote(self, *arguments: object) -> int:
        self.begun += 1
        self._results[self.begun] = self._call(*arguments)
        self.most = max(self.most, len(self._results))
        return self.begun

    def wait(self, tasks: list[int]) -> tuple[list[int], list[int]]:
        return tasks[-1:], tasks[:-1]

    def get(self, task: int) -> object:
        return self._results.pop(task)


@pytest.fixture
def own_home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.posters.mkdir()
    return home


def test_posters_are_stored_as_the_catalogue_stores_them(own_home: Home, tmp_path: Path) -> None:
    posters = [drawn_bytes(1), b"nothing", drawn_bytes(2, "PNG")]
    first, broken, second = store_posters(WorkerFiles.of(own_home), posters)
    expected = PosterFiles(tmp_path / "other")
    assert (first, second) == (expected.store(posters[0]), expected.store(posters[2]))
    assert isinstance(broken, ImageError)
    for each in (first, second):
        name = expected.name(each.content_hash)  # type: ignore[union-attr]
        assert (own_home.posters / name).read_bytes() == expected.files.read(name)


def test_no_more_parts_are_underway_than_there_are_to_be_workers(
    own_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = InThisProcess(monkeypatch, store_posters)
    posters = [drawn_bytes(number) for number in range(11)]
    done = RayStoring(RayCluster(2, 1), own_home)(posters)
    assert done == [PosterFiles(own_home.posters).store(poster) for poster in posters]
    assert (tasks.begun, tasks.most) == (6, 2)
    assert RayStoring(RayCluster(2, 1), own_home)([]) == []


def test_a_worker_without_the_folder_stores_nothing(tmp_path: Path) -> None:
    (outcome,) = store_posters(WorkerFiles.of(Home(tmp_path)), [drawn_bytes(1)])
    assert isinstance(outcome, WorkerError)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_nothing_is_told_of(own_home: Home) -> None:
    poster = drawn_bytes(1)
    (stored,) = store_posters(WorkerFiles.of(own_home), [poster])
    taken = own_home.posters / stored.content_hash[:2]  # type: ignore[union-attr]
    for file in taken.iterdir():
        file.unlink()
    taken.rmdir()
    taken.touch()
    (outcome,) = store_posters(WorkerFiles.of(own_home), [poster])
    assert isinstance(outcome, WorkerError)
    assert "cannot write to" in str(outcome)


def test_files_that_are_not_here_are_told_of_before_any_row_names_them(
    own_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = PosterFiles(tmp_path / "another-machine").store(drawn_bytes(1))

    InThisProcess(monkeypatch, lambda place, posters: [stored])
    storing = RayStoring(RayCluster(1, 1), own_home)
    with pytest.raises(ClusterError, match="which is not on this machine; share the folder"):
        storing([drawn_bytes(1)])
