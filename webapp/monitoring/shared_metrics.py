"""Where a server's workers count together. Imports nothing, since prometheus_client reads the
folder's name when it is first imported."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which prometheus_client is told of it."""


@contextmanager
def shared_metrics(wanted: bool) -> Iterator[None]:
    """A folder for them, gone with the server; none unless `wanted`."""
    if not wanted:
        yield
        return
    owner, folder = os.getpid(), tempfile.mkdtemp(prefix="onesheet-metrics-")
    os.environ[SHARED_FOLDER] = folder
    try:
        yield
    finally:
        if os.getpid() == owner:  # a worker that ends comes by here too
            shutil.rmtree(folder, ignore_errors=True)


def count_out(worker: int) -> None:
    """What a worker, by its process id, was at when it ended is under way no longer."""
    if SHARED_FOLDER in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker)  # type: ignore[no-untyped-call]
