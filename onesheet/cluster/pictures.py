"""Stored pictures decoded and read by a pool of Ray's actors."""

from __future__ import annotations

import time
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import closing, suppress

from msgspec import msgpack

from catalog.files import PosterFiles
from embedder import Embedder, ModelCard, ModelError
from embedder.batches import BATCH
from embedder.card import load_model
from onesheet.base.home import Home
from onesheet.cluster.connection import ClusterError, RayCluster
from onesheet.cluster.picture_actor import (
    PictureActor,
    ReadingJob,
    ReadingPlan,
    WorkerAnswer,
    read_by_ray,
)
from onesheet.cluster.worker_files import WorkerFiles, unshared
from onesheet.indexing.picture_reading import PictureBatch


class RayPictures:
    """A `PictureEngine` of a cluster, for one reading, after which the cluster is left. What it
    raises beside: ClusterError."""

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
        try:
            if content_hashes:
                yield from self._read(embedder, content_hashes, impressed)
        finally:
            self._cluster.leave()

    def _read(
        self, embedder: Embedder, content_hashes: Sequence[str], impressed: Collection[str]
    ) -> Generator[PictureBatch]:
        place = WorkerFiles.of(self._home)
        reading = ReadingPlan(
            [msgpack.encode(job) for job in _jobs(content_hashes, impressed)],
            place,
            self._model(embedder),
            self._cluster.workers,
            self.actor,
        )
        self._began, self._count = time.monotonic(), 0
        with closing(read_by_ray(reading)) as answers:
            for answer in answers:
                known = msgpack.decode(answer, type=WorkerAnswer)
                if known.refusal:
                    raise ClusterError(
                        f"A worker of the cluster cannot read posters. {known.refusal}"
                    )
                batch = known.batch(embedder.dimensions)
                self._check_seen(place, content_hashes, batch)
                self._note(len(batch.rows))
                yield batch

    def _note(self, pictures: int) -> None:
        self._last = time.monotonic()
        if not self._count:
            self._first = self._last
        self._count += pictures

    def _model(self, embedder: Embedder) -> tuple[bytes, ModelCard]:
        with suppress(ModelError):
            onnx, card, digest = load_model(embedder.folder)
            if digest == embedder.fingerprint:
                return onnx, card
        raise ClusterError("The model was replaced meanwhile; try again.")

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
                        unshared(
                            f"A worker of the cluster does not see {path}, which is on this machine"
                        )
                    )


def _jobs(content_hashes: Sequence[str], impressed: Collection[str]) -> Iterator[ReadingJob]:
    for first in range(0, len(content_hashes), BATCH):
        hashes = list(content_hashes[first : first + BATCH])
        positions = [place for place, each in enumerate(hashes) if each in impressed]
        yield ReadingJob(first, hashes, positions)
