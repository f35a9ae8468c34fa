"""Posters that `onesheet index --watch` takes up while a server answers."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.instruments.live_server import CLIENTS, PATIENCE, Asking, serving
from benchmarks.instruments.measuring import Row
from benchmarks.instruments.real_posters import strangers
from catalog.catalog import Catalog
from onesheet.base.home import Home
from onesheet.instance import Instance

_WORKERS = 2
WATCHED = 100
PAUSE = 0.2
"""Seconds between two posters."""


def watched(home: Path, posters: Path, first: int) -> Iterator[Row]:
    """Posters, from the `first` on, added by a program that knows no model, and taken up by
    `onesheet index --watch`."""
    instance = Instance(Home(home))
    films = [card.imdb_id for card in instance.catalog.sample(50, random.Random(0))]
    unaware = Catalog(instance.engine, instance.home.posters)
    instance.index()
    waiting: dict[int, float] = {}
    times: list[float] = []

    def look() -> None:
        known = [number for number in waiting if instance.index().holds([number]).all()]
        times.extend(time.perf_counter() - waiting.pop(number) for number in known)

    with (
        serving(home, "--workers", str(_WORKERS)) as server,
        _watching(home),
        Asking(server, films) as load,
    ):
        for film, data in [*strangers(posters, WATCHED, first)]:
            added = unaware.add(film, data, "benchmark").poster_id
            waiting[added or 0] = time.perf_counter()
            time.sleep(PAUSE)
            look()
        end = time.perf_counter() + PATIENCE
        while waiting and time.perf_counter() < end:
            look()
            time.sleep(0.01)
    instance.close()
    yield Row(
        f"{len(times)} of {WATCHED} posters taken up by `onesheet index --watch` under load",
        "p50 {:.1f} s, p95 {:.1f} s after they were added".format(*np.percentile(times, [50, 95])),
        "all",
        len(times) == WATCHED,
    )
    yield Row(
        f"requests meanwhile, {CLIENTS} clients, {_WORKERS} workers",
        f"{load.failed} of {load.answered:,} failed; recommendations p50 {{:.0f}} ms, "
        "p95 {:.0f} ms".format(*np.percentile(load.times, [50, 95])),
        "0 failed",
        load.failed == 0,
    )


@contextmanager
def _watching(home: Path) -> Iterator[None]:
    """`onesheet index --watch`, from when it has built the index."""
    command = [sys.executable, "-m", "cli", "--home", str(home), "index", "--watch", "--no-map"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            while not process.stderr.readline().startswith("Watching"):
                assert process.poll() is None, "onesheet index --watch ended"
            yield
        finally:
            process.terminate()
