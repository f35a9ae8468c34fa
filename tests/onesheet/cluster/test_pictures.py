"""An index built by a real Ray: what every test that needs one asks of it, so that it starts once.

They take seconds each, most of which Ray's processes take to start.
"""

import os
import shutil
from collections.abc import Generator

import numpy as np
import pytest

from onesheet.base.home import Home
from onesheet.cluster.connection import RayCluster
from onesheet.cluster.pictures import PictureActor, RayPictures, ReadingJob
from onesheet.cluster.worker_files import WorkerError
from onesheet.indexing import poster_reader
from onesheet.indexing.picture_reading import PictureBatch
from onesheet.instance import Instance
from tests.cli.conftest import Run
from tests.onesheet.indexing.test_poster_reader import forget_impressions

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

TWO = RayCluster(workers=2, machines=1)


class FrailActor(PictureActor):
    """Dies with its process, once, of the fourth batch."""

    def _read(self, job: ReadingJob) -> PictureBatch | WorkerError:
        grave = self._place.folder / "grave"
        if job.first == 24 and not grave.exists():
            grave.touch()
            os._exit(1)
        return super()._read(job)


def test_ray_builds_the_index_that_threads_build(ray_here: None, run: Run) -> None:
    instance = Instance(Home(run.home))
    before = instance.index()
    impressions = instance.impressions.kept(hashes(instance))
    forget_impressions(instance)
    told = run("index", "--anew", "--no-map", "--engine", "ray", "--workers", 2)
    assert "Ray works with 2 processes on 1 machine." in told.stderr
    assert "Ray read 80 posters in " in told.stderr
    assert "Indexed 80 posters" in told.stdout
    after = instance.index()
    assert after.poster_ids.tolist() == before.poster_ids.tolist()
    ids = before.poster_ids
    np.testing.assert_array_equal(after.embeddings(ids), before.embeddings(ids))
    assert instance.impressions.kept(hashes(instance)) == impressions
    again = run("index", "--no-map", "--engine", "ray")
    assert "Ray had no poster to read" in again.stderr, "what the index has is taken over"
    instance.close()


def test_a_build_goes_on_after_an_interruption_and_after_a_process_died(
    ray_here: None, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = instance.index().poster_ids
    before = instance.index().embeddings(ids)
    shutil.rmtree(instance.home.indexes)
    later = Instance(instance.home)
    monkeypatch.setattr(poster_reader, "CHECKPOINT", 8)

    class Interrupted(RayPictures):
        def read(self, *arguments: object) -> Generator[PictureBatch]:
            yield next(super().read(*arguments))  # type: ignore[arg-type]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        later.builder.build(engine=Interrupted(TWO, instance.home))
    engine = RayPictures(TWO, instance.home)
    engine.actor = FrailActor
    index = later.builder.build(engine=engine)
    later.close()
    assert (instance.home.folder / "grave").exists(), "a process died"
    assert "Ray read 72 posters" in (engine.report() or ""), "eight were read before"
    np.testing.assert_array_equal(index.embeddings(ids), before)


def hashes(instance: Instance) -> list[str]:
    return [card.content_hash for card in instance.catalog.all_cards()]
