"""What a worker does about its own size."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

log = logging.getLogger("webapp")

SIZE_SECONDS = 5.0
GROWTH = 1024**3
"""Bytes by which a worker may grow before another takes its place."""


_M_ARENA_MAX = -8
"""The name of a setting in glibc's malloc.h."""
_ARENAS = 2


def share_arenas() -> None:
    """Have all threads of this process allocate from a few arenas, where glibc allocates: each
    thread that has its own keeps what it once needed. To be called before threads are started."""
    with suppress(OSError, AttributeError, TypeError):  # no glibc
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def stay_small(end: Callable[[], None], in_use: Callable[[], int] | None = None) -> None:
    """End this process by `end` once it holds `GROWTH` more memory than now, other than what merely
    waits to be collected. `in_use` gives its bytes, the system's own unless given."""
    measure = in_use or memory_in_use
    most = measure() + GROWTH

    def collected() -> int:
        gc.collect()
        return measure()

    def watch() -> None:
        while measure() <= most or collected() <= most:
            time.sleep(SIZE_SECONDS)
        log.warning("this worker has grown by more than %d MB; another follows", GROWTH >> 20)
        end()

    threading.Thread(target=watch, name="size", daemon=True).start()


def end_worker() -> None:
    """End this worker of gunicorn's: it answers what it has begun, then another takes its place."""
    os.kill(os.getpid(), signal.SIGTERM)


def end_only_worker(server: int | None = None) -> None:
    """The same of the only worker, which nobody would stand in for meanwhile: gunicorn, the process
    `server`, its parent unless given, starts one more, which ends the oldest once it answers
    (`stand_in`).

    For a moment there are two, so one more worker's memory as it starts is needed. More than one
    are no reason for that: the oldest may be another than the one that has grown."""
    os.kill(server or os.getppid(), signal.SIGTTIN)


def stand_in(server: int) -> None:
    """Let gunicorn, the process `server`, do with one worker less, the oldest; the last one stays
    anyway."""
    os.kill(server, signal.SIGTTOU)


def memory_in_use() -> int:
    """Bytes that are this process's alone; 0 where the system does not say."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    return 0
