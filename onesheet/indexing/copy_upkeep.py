"""Keeping this machine's copy of PostgreSQL's vectors, while a server answers."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec
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


class Refusal(msgspec.Struct, frozen=True):
    """An index of which no copy could be made. until: when it is left alone, in seconds since 1970.
    pause: how long that is in all, in seconds."""

    index: str
    until: float
    pause: float


class CopyError(Exception):
    """A copy that could not be made; says why."""


class CopyUpkeep:
    """Has one copy made a machine, by whichever of its workers comes first, in a process of its
    own: so that making it takes nothing from answers but time, and memory that runs out ends that
    process and not the server."""

    def __init__(
        self, home: Home, copies: IndexCopies, clock: Callable[[], float] = time.time
    ) -> None:
        """clock: seconds since 1970, the same for all processes."""
        self._home = home
        self._copies = copies
        self._clock = clock
        self._lock = FileLock(home.vector_copies / ".lock", timeout=0)
        self._note = home.vector_copies / ".refused"
        self._own: Refusal | None = None
        """What could not be noted for all workers of the machine."""

    def follow(self) -> None:
        """Take up the copy of the index in use, which is made first where there is none and nobody
        else on this machine makes it. Where it cannot be made, that is logged, and one worker of
        the machine tries again after a minute, then two, and so on up to an hour."""
        wanted = self._copies.wanted()
        if wanted is None or self._left_alone(wanted) or self._taken_up():
            return
        try:
            self._home.vector_copies.mkdir(parents=True, exist_ok=True)
            with self._lock:
                if not self._left_alone(wanted) and not self._taken_up():
                    self._try(wanted)
        except Timeout:
            return
        except OSError as error:
            self._refuse(wanted, error)

    def _try(self, wanted: Manifest) -> None:
        try:
            self._make(wanted)
        except (CopyError, OSError) as error:
            self._refuse(wanted, error)

    def _taken_up(self) -> bool:
        taken_up = self._copies.take_up()
        if taken_up:
            log.info("now searching this machine's copy of the index")
        return taken_up

    def _refuse(self, wanted: Manifest, error: Exception) -> None:
        log.warning("no copy of the index on this machine, PostgreSQL answers: %s", error)
        before = self._refused(wanted)
        pause = min(2 * before.pause, _LONGEST_PAUSE) if before else _FIRST_PAUSE
        refusal = Refusal(wanted.fingerprint, self._clock() + pause, pause)
        try:
            self._note.write_bytes(msgspec.json.encode(refusal))
            self._own = None
        except OSError:
            self._own = refusal

    def _refused(self, wanted: Manifest) -> Refusal | None:
        refusal = self._own
        with suppress(OSError, msgspec.MsgspecError):
            refusal = msgspec.json.decode(self._note.read_bytes(), type=Refusal)
        return refusal if refusal and refusal.index == wanted.fingerprint else None

    def _left_alone(self, wanted: Manifest) -> bool:
        refusal = self._refused(wanted)
        return refusal is not None and 0 < refusal.until - self._clock() <= _LONGEST_PAUSE

    def _make(self, wanted: Manifest) -> None:
        self._copies.clear()  # whose room is this one's
        self._check_room(wanted)
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            DATABASE_VARIABLE: self._home.database or "",
            VECTORS_IN: PGVECTOR,
            VECTORS_COPY: "on",
            VECTORS_SERVERS: " ".join(self._home.settings.vectors_servers),
        }
        status = child_process.run((*COPY_COMMAND, str(self._home.folder)), environment)
        if status:
            raise CopyError(f"the process that makes it ended with {status}")
        if not self._taken_up():
            raise CopyError("the process that makes it ended, and there is none of this index")
        self._note.unlink(missing_ok=True)

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
