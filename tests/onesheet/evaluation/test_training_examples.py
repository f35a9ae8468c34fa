"""An instance's posters as a model learns from them."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from catalog.file_store import FolderFiles
from embedder.training import data
from onesheet.base.home import Home
from onesheet.base.settings import Settings
from onesheet.evaluation.training_examples import training_examples
from onesheet.instance import Instance


class NotedFiles(FolderFiles):
    """A folder's files in the place of an object store's, noted as they are fetched."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.fetched: list[str] = []

    def path(self, name: str) -> Path:
        self.fetched.append(name)
        return super().path(name)


def test_posters_in_an_object_store_are_fetched_as_each_is_read(home: Path) -> None:
    """Copies of all of them may be more than this machine keeps."""
    instance, files = Instance(Home(home)), NotedFiles(home / "posters")
    elsewhere = replace(instance.home, settings=Settings(files="s3://posters/site"))
    here = training_examples(instance.home, instance.catalog, instance.poster_files)[:3]
    away = training_examples(elsewhere, instance.catalog, files)[:3]
    instance.close()
    assert len({str(each.path) for each in away}) == 3
    assert files.fetched == []
    fetched: list[int] = []
    cached = data.cache(
        away, home / "away.npy", 12, 8, lambda *_: fetched.append(len(files.fetched))
    )
    assert fetched == [1, 2, 3]
    np.testing.assert_array_equal(cached, data.cache(here, home / "here.npy", 12, 8))
