"""Pictures read where Ray has room: what runs on other machines than the command."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import ray
import ray.data
from msgspec import Struct, msgpack
from ray.exceptions import RayError

from catalog.files import PosterFiles
from catalog.images import ImageError
from catalog.impressions import Impression
from embedder import Embedder, ModelCard
from embedder.card import save_model
from onesheet.cluster.connection import quiet
from onesheet.cluster.worker_files import WorkerError, WorkerFiles
from onesheet.indexing.picture_reading import PictureBatch, read_pictures

BATCHES_A_TASK = 32
"""Batches that an actor is given at once, at most: what is lost with it, a second's work or two."""
TASKS_AN_ACTOR = 32
"""At least, where there are posters enough, so that none waits long for another."""
READING_RETRIES = 3
"""How often pictures are given to a process again after it died of them. Ray Data's own default is
for ever."""


class ReadingJob(Struct, frozen=True):
    """A batch of pictures by content hash, the `first` row among all; impressions are made but of
    those at the positions `impressed`."""

    first: int
    content_hashes: list[str]
    impressed: list[int]


class WorkerAnswer(Struct, frozen=True, omit_defaults=True):
    """A PictureBatch as it travels. Of the other rows some are `missing`, and some `damaged`, with
    a sentence on each. `refusal`: why the worker can read nothing."""

    rows: list[int] = []
    embeddings: bytes = b""
    impressions: dict[str, Impression] = {}
    missing: list[int] = []
    damaged: dict[int, str] = {}
    refusal: str | None = None

    @classmethod
    def of(cls, batch: PictureBatch) -> WorkerAnswer:
        """As a worker sends it."""
        gone = [row for row, e in batch.failures.items() if isinstance(e, FileNotFoundError)]
        damaged = {row: str(e) for row, e in batch.failures.items() if row not in gone}
        vectors = batch.embeddings.tobytes()
        return cls(batch.rows, vectors, batch.impressions, gone, damaged)

    def batch(self, dimensions: int) -> PictureBatch:
        """As the command takes it; embeddings have so many `dimensions`."""
        vectors = np.frombuffer(self.embeddings, np.float32).reshape(-1, dimensions)
        failures: dict[int, Exception] = {row: FileNotFoundError() for row in self.missing}
        failures |= {row: ImageError(sentence) for row, sentence in self.damaged.items()}
        return PictureBatch(self.rows, vectors, self.impressions, failures)


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
        """Ray Data's: what is read of each job, encoded as they are."""
        jobs = [msgpack.decode(job, type=ReadingJob) for job in tasks["job"]]
        return {"answer": [msgpack.encode(self.answer(job)) for job in jobs]}

    def answer(self, job: ReadingJob) -> WorkerAnswer:
        """Read one batch."""
        hashes = job.content_hashes
        try:
            impressed = {hashes[position] for position in job.impressed}
            read = read_pictures(self._files, self._embedder, hashes, impressed, range(len(hashes)))
        except (OSError, WorkerError) as error:
            return WorkerAnswer(refusal=str(WorkerError.here(error)))
        rows = [job.first + row for row in read.rows]
        failures = {job.first + row: error for row, error in read.failures.items()}
        return WorkerAnswer.of(PictureBatch(rows, read.embeddings, read.impressions, failures))


@dataclass(frozen=True)
class ReadingPlan:
    """All that is to be read: encoded ReadingJobs, of files in a place, with a model's weights and
    card, by so many workers, each an `actor`."""

    jobs: list[bytes]
    place: WorkerFiles
    model: tuple[bytes, ModelCard]
    workers: int
    actor: type[PictureActor]

    def answers(self) -> Iterator[bytes]:
        """What Ray Data gives: an encoded WorkerAnswer to each job, in any order."""
        size = min(BATCHES_A_TASK, -(-len(self.jobs) // (self.workers * TASKS_AN_ACTOR)))
        tasks = ray.data.from_items(
            [{"job": job} for job in self.jobs], override_num_blocks=-(-len(self.jobs) // size)
        )
        model = ray.put(self.model)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the one way to bound retries is to change in Ray 2.64
            done = tasks.map_batches(
                self.actor,
                batch_size=None,
                compute=ray.data.ActorPoolStrategy(size=self.workers),
                fn_constructor_args=(self.place, model),
                num_cpus=1,
                max_task_retries=READING_RETRIES,
            )
        for row in done.iter_rows():
            yield row["answer"]


class Foreman:
    """Runs Ray Data on the cluster for a command that reached it by `ray://`: a client of that kind
    cannot run Ray Data itself."""

    def __init__(self, reading: ReadingPlan) -> None:
        quiet()
        self._answers = reading.answers()

    def some(self) -> list[bytes]:
        """The next few; none at the end."""
        return list(islice(self._answers, BATCHES_A_TASK))


def read_by_ray(reading: ReadingPlan) -> Generator[bytes]:
    """`ReadingPlan.answers`, however this process reached its cluster."""
    client: Any = ray.util.client.ray
    if not client.is_connected():
        yield from reading.answers()
        return
    foreman: Any = ray.remote(num_cpus=0)(Foreman).remote(ray.put(reading))
    try:
        while some := ray.get(foreman.some.remote()):
            yield from some
    finally:
        if client.is_connected():  # else Ray would start one here, to kill nobody
            with suppress(RayError, ConnectionError):
                ray.kill(foreman)
