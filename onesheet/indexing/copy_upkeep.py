"""Keeping this machine's copy of PostgreSQL's vectors, while a server answers."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import time
from collections.abc import Callable
from typing import Final

from filelock import FileLock, Timeout

from index.copies import IndexCopies
from index.manifest import Manifest
from onesheet.base import child_process
from onesheet.base.home import DATABASE_VARIABLE, Home
from onesheet.base.machine_share import free_memory
from onesheet.base.settings import PGVECTOR, VECTORS_COPY, VECTORS_IN, VECTORS_SERVERS

log = logging.getLogger("onesheet")

COPY_COMMAND: Final = (sys.executable, "-P", "-m", "onesheet.indexing.copy_process")
_FIRST_PAUSE, _LONGEST_PAUSE = 60.0, 3600.0
"""Seconds until a copy is tried again that could not be made; each failure doubles them."""


MEGABYTE: Final = 1_000_000


class CopyError(Exception):
    """A copy that could not be made; says why."""


class CopyUpkeep:
    """Has one copy made a machine, by whichever of its workers comes first, in a process of its
    own: so that making it takes nothing from answers but time, and memory that runs out ends that
    process and not the server."""

    def __init__(
        self, home: Home, copies: IndexCopies, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """clock: seconds."""
        self._home = home
        self._copies = copies
        self._clock = clock
        self._lock = FileLock(home.vector_copies / ".lock", timeout=0)
        self._refused: tuple[str, float] | None = None
        """The index of which no copy could be made, and until when it is left alone."""
        self._pause = _FIRST_PAUSE

    def follow(self) -> None:
        """Take up the copy of the index in use, which is made first where there is none and nobody
        else on this machine makes it. Where it cannot be made, that is logged, and tried again
        after a minute, then two, and so on up to an hour."""
        wanted = self._copies.wanted()
        if wanted is None or self._taken_up() or self._left_alone(wanted):
            return
        try:
            self._home.vector_copies.mkdir(parents=True, exist_ok=True)
            with self._lock:
                if not self._taken_up():
                    self._make(wanted)
        except Timeout:
            return
        except (CopyError, OSError) as error:
            log.warning("no copy of the index on this machine, PostgreSQL answers: %s", error)
            self._refused = wanted.fingerprint, self._clock() + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    def _taken_up(self) -> bool:
        taken_up = self._copies.take_up()
        if taken_up:
            log.info("now searching this machine's copy of the index")
            self._refused, self._pause = None, _FIRST_PAUSE
        return taken_up

    def _left_alone(self, wanted: Manifest) -> bool:
        if self._refused is None or self._refused[0] != wanted.fingerprint:
            self._pause = _FIRST_PAUSE
            return False
        return self._clock() < self._refused[1]

    def _make(self, wanted: Manifest) -> None:
        self._check_room(wanted)
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            DATABASE_VARIABLE: self._home.database_url,
            VECTORS_IN: PGVECTOR,
            VECTORS_COPY: "on",
            VECTORS_SERVERS: " ".join(self._home.settings.vectors_servers),
        }
        status = child_process.run((*COPY_COMMAND, str(self._home.folder)), environment)
        if status:
            raise CopyError(f"the process that makes it ended with {status}")
        self._taken_up()

    def _check_room(self, wanted: Manifest) -> None:
        needed = self._copies.room(wanted)
        disk = shutil.disk_usage(self._home.vector_copies).free
        if disk < needed.disk:
            raise CopyError(_lacking("on the disk", disk, needed.disk))
        memory = free_memory()
        if memory is not None and memory < needed.memory:
            raise CopyError(_lacking("in memory", memory, needed.memory))


def _lacking(where: str, free: int, needed: int) -> str:
    return f"{free // MEGABYTE} MB are free {where}, and it may take {-(-needed // MEGABYTE)}"
