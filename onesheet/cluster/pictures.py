"""Stored pictures decoded and read by a pool of Ray's actors."""

from __future__ import annotations

import pickle
import time
import warnings
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ray
import ray.data

from catalog.files import PosterFiles
from embedder import Embedder
from embedder.batches import BATCH
from embedder.card import PACKAGED, load_model, save_model
from onesheet.base.home import Home
from onesheet.cluster.connection import ClusterError, RayCluster
from onesheet.cluster.worker_files import WorkerError, WorkerFiles
from onesheet.indexing.picture_reading import PictureBatch, read_pictures

BATCHES_A_TASK = 8
"""Batches that an actor is given at once: what is lost with it, half a second's work."""
RETRIES = 3
"""How often pictures are given to a process again after it died of them. Ray Data's own default is
for ever."""


@dataclass(frozen=True)
class ReadingJob:
    """A batch of pictures by content hash, the `first` row among all; impressions are made but of
    those `impressed`."""

    first: int
    content_hashes: list[str]
    impressed: set[str]


class PictureActor:
    """A process that reads pictures with a model; made by Ray on whichever machine."""

    def __init__(self, place: WorkerFiles, model: Any) -> None:
        """`model`: Ray's reference of a model's weights and card, so that no machine needs it."""
        self._place = place
        onnx, card = ray.get(model)
        with TemporaryDirectory() as folder:
            save_model(Path(folder), onnx, card)
            self._embedder = Embedder.load(Path(folder))

    @cached_property
    def _files(self) -> PosterFiles:
        return self._place.poster_files()

    def __call__(self, tasks: dict[str, Any]) -> dict[str, Any]:
        return {"batch": [pickle.dumps(self._read(pickle.loads(job))) for job in tasks["job"]]}  # noqa: S301 - the command's own

    def _read(self, job: ReadingJob) -> PictureBatch | WorkerError:
        hashes = job.content_hashes
        try:
            read = read_pictures(
                self._files, self._embedder, hashes, job.impressed, range(len(hashes))
            )
        except OSError as error:
            return WorkerError.here(str(error))
        except WorkerError as error:
            return error
        rows = [job.first + row for row in read.rows]
        failures = {job.first + row: error for row, error in read.failures.items()}
        return PictureBatch(rows, read.embeddings, read.impressions, failures)


class RayPictures:
    """A `PictureEngine` of a cluster. What it raises beside: ClusterError."""

    actor = PictureActor

    def __init__(self, cluster: RayCluster, home: Home) -> None:
        self._cluster, self._home = cluster, home
        self._began = self._first = self._last = 0.0
        self._count = 0

    def report(self) -> str | None:
        """How fast pictures were read the last time, for people; None where none were."""
        if not self._count:
            return None
        first, seconds = self._first - self._began, self._last - self._began
        return (
            f"Ray read {self._count:,} posters in {seconds:.1f} s, the first after {first:.1f} s: "
            f"{self._count / seconds:.0f} posters/s"
        )

    def read(
        self, embedder: Embedder, content_hashes: Sequence[str], impressed: Collection[str]
    ) -> Generator[PictureBatch]:
        if not content_hashes:
            return
        place = WorkerFiles.of(self._home)
        model = self._model(embedder)
        jobs = list(_jobs(content_hashes, impressed))
        tasks = ray.data.from_items(
            [{"job": pickle.dumps(job)} for job in jobs],
            override_num_blocks=-(-len(jobs) // BATCHES_A_TASK),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the one way to bound retries is to change in Ray 2.64
            batches = tasks.map_batches(
                self.actor,
                batch_size=None,
                compute=ray.data.ActorPoolStrategy(size=self._cluster.workers),
                fn_constructor_args=(place, model),
                num_cpus=1,
                max_task_retries=RETRIES,
            )
        self._began, self._count = time.monotonic(), 0
        for row in batches.iter_rows():
            batch = pickle.loads(row["batch"])  # noqa: S301 - of the command's own actors
            if isinstance(batch, WorkerError):
                raise ClusterError(f"A worker of the cluster cannot read posters. {batch}")
            self._check_seen(place, content_hashes, batch)
            self._note(len(batch.rows))
            yield batch

    def _note(self, pictures: int) -> None:
        self._last = time.monotonic()
        if not self._count:
            self._first = self._last
        self._count += pictures

    def _model(self, embedder: Embedder) -> Any:
        onnx, card, digest = load_model(self._home.model if self._home.trained else PACKAGED)
        if digest != embedder.fingerprint:
            raise ClusterError("The model was replaced meanwhile; try again.")
        return ray.put((onnx, card))

    def _check_seen(
        self, place: WorkerFiles, content_hashes: Sequence[str], batch: PictureBatch
    ) -> None:
        """Raises ClusterError where a worker misses a poster that is here."""
        here = PosterFiles(self._home.posters)
        for row, error in batch.failures.items():
            if place.shared and isinstance(error, FileNotFoundError):
                path = here.path(content_hashes[row])
                if path.exists():
                    raise ClusterError(
                        f"A worker of the cluster does not see {path}, which is on this machine; "
                        "share the folder with all of its machines under this path, or keep "
                        "posters in an object store (ONESHEET_FILES)."
                    )


def _jobs(content_hashes: Sequence[str], impressed: Collection[str]) -> Iterator[ReadingJob]:
    for first in range(0, len(content_hashes), BATCH):
        hashes = list(content_hashes[first : first + BATCH])
        yield ReadingJob(first, hashes, {each for each in hashes if each in impressed})
