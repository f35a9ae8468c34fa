"""Posters on their way into the catalogue, decoded, hashed and put in place by Ray's workers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import ray

from catalog.files import PosterFiles, StoredPoster, is_whole_webp
from catalog.images import ImageError
from onesheet.base.home import Home
from onesheet.cluster.connection import ClusterError, RayCluster
from onesheet.cluster.worker_files import WorkerError, WorkerFiles, unshared

TASKS_A_WORKER = 4
"""Of each batch that an import gives, so that none waits long for another."""
STORING_RETRIES = 3
"""How often posters are given to another process after one died of them."""

StoringOutcome = StoredPoster | ImageError | WorkerError


class RayStoring:
    """A `catalog.importer.StoreAll` of a cluster: the bytes travel to its workers, and what the
    posters are comes back; rows are the caller's to write. Raises ClusterError."""

    def __init__(self, cluster: RayCluster, home: Home) -> None:
        self._cluster, self._place = cluster, WorkerFiles.of(home)
        if self._place.shared:
            home.posters.mkdir(parents=True, exist_ok=True)
        self._here = self._place.poster_files()
        self._task: Any = ray.remote(num_cpus=1, max_retries=STORING_RETRIES)(store_posters)

    def __call__(self, posters: Sequence[bytes]) -> list[StoredPoster | ImageError]:
        size = -(-len(posters) // (self._cluster.workers * TASKS_A_WORKER)) or 1
        parts = [posters[start : start + size] for start in range(0, len(posters), size)]
        outcomes: list[StoredPoster | ImageError] = []
        for part in self._stored_parts(parts):
            for outcome in part:
                if isinstance(outcome, WorkerError):
                    raise ClusterError(f"A worker of the cluster cannot store posters. {outcome}")
                outcomes.append(outcome)
        self._check_there(outcomes)
        return outcomes

    def _stored_parts(self, parts: Sequence[Sequence[bytes]]) -> list[list[StoringOutcome]]:
        """What becomes of each part; workers are at as many at once as there are to be workers."""
        done: list[list[StoringOutcome]] = [[] for _ in parts]
        numbers, underway = iter(range(len(parts))), dict[Any, int]()
        while True:
            for number in islice(numbers, self._cluster.workers - len(underway)):
                underway[self._task.remote(self._place, ray.put(parts[number]))] = number
            if not underway:
                return done
            for task in ray.wait([*underway])[0]:
                done[underway.pop(task)] = ray.get(task)

    def _check_there(self, outcomes: Sequence[StoredPoster | ImageError]) -> None:
        """Before any row names them: a worker's folder may be its own machine's."""
        if not self._place.shared:
            return
        for each in outcomes:
            if isinstance(each, StoredPoster):
                path = self._here.path(each.content_hash)
                if not is_whole_webp(path):
                    raise ClusterError(
                        unshared(
                            f"A worker of the cluster wrote {path}, which is not on this machine"
                        )
                    )


@lru_cache(maxsize=1)
def _files_of(place: WorkerFiles) -> PosterFiles:
    """Opened once a process, since whoever opens a store's copies looks through all of them."""
    return place.poster_files()


def store_posters(place: WorkerFiles, posters: Sequence[bytes]) -> list[StoringOutcome]:
    """Decode posters' bytes, put their files in place, and return what each is; what Ray runs."""
    try:
        files = _files_of(place)
        outcomes: list[StoringOutcome] = []
        for poster in posters:
            try:
                outcomes.append(files.store(poster))
            except ImageError as error:
                outcomes.append(error)
    except (OSError, WorkerError) as error:
        return [WorkerError.here(error)]
    return outcomes
