"""Whether this process can take a poster now: what doctor looks at too, if it takes no time."""

from __future__ import annotations

import math
import shutil
import threading
import time
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from catalog.database import damage, querying
from index import Metric
from onesheet.base.files import check_writable
from onesheet.base.settings import PGVECTOR
from onesheet.indexing.builder import NO_POSTERS
from onesheet.instance import Instance
from onesheet.storage.file_places import reached
from onesheet.storage.schema import VERSION_TABLE

SMALL_DATABASE = 64 * 1024 * 1024
"""Bytes of a database that is read through to tell whether it is ready."""
LEAST_ROOM = 100 * 1024 * 1024
"""Bytes that must be free on the disk."""
TOLD_AGAIN = 2.0
"""Seconds for which a finding is told again."""


class AilmentError(Exception):
    """One thing that is wrong, and how to mend it."""


Checks = dict[str, Callable[[Instance], str]]
"""What each looks at, by name; it gives what it found, or raises."""


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, whether it is well, and what was found."""

    name: str
    well: bool
    detail: str


class RecentFindings:
    """What `readiness` finds, looked at again only after a while, whoever asks and however often.

    Safe for several threads; one of them looks, and the others wait for what it finds."""

    def __init__(self, instance: Instance, clock: Callable[[], float] = time.monotonic) -> None:
        self._instance, self._clock = instance, clock
        self._lock = threading.Lock()
        self._found: tuple[Finding, ...] = ()
        self._until = -math.inf

    def all(self) -> tuple[Finding, ...]:
        """The findings, none older than `TOLD_AGAIN`."""
        with self._lock:
            if self._clock() >= self._until:
                self._found = tuple(readiness(self._instance))
                self._until = self._clock() + TOLD_AGAIN
            return self._found


def readiness(instance: Instance) -> Iterator[Finding]:
    """Whether this process can take a poster now, by checks that may be asked for every second."""
    yield from findings(
        instance,
        {
            "database": _written,
            "disk": _room,
            "files": lambda instance: reached(instance.home),
            "model": opened_model,
            "index": opened_index,
        },
    )


def findings(
    instance: Instance, checks: Checks, need_the_index: Container[str] = ()
) -> Iterator[Finding]:
    """Each check in turn, but for those that need the index where that is ill, which is said once;
    one that fails does not stop the next."""
    ill: set[str] = set()
    for name, check in checks.items():
        if name in need_the_index and "index" in ill:
            continue
        try:
            yield Finding(name, True, check(instance))
        except (AilmentError, ValueError, OSError, SQLAlchemyError) as error:
            ill.add(name)
            yield Finding(name, False, str(error))


def opened_model(instance: Instance) -> str:
    """Which model is in use. Raises what Live.embedder raises."""
    embedder = instance.embedder()
    which = "packaged" if embedder.packaged else "trained here"
    return f"{which}, {embedder.dimensions} dimensions, {embedder.fingerprint[:12]}"


def opened_index(instance: Instance) -> str:
    """Which index is in use. Raises AilmentError without posters, and what Live.opened raises."""
    if not instance.catalog.movies():
        raise AilmentError(NO_POSTERS)
    index = instance.index()
    manifest, since = index.manifest, f", {index.changed_share:.1%} changed since"
    place = ""
    if instance.home.settings.vectors == PGVECTOR:
        place = " in PostgreSQL"
        (vector,) = index.embeddings(index.poster_ids[:1])
        index.search(vector, Metric.COSINE, 1)  # which asks every server
    return (
        f"{len(index)} posters{place}, {manifest.d} dimensions, checksums right, "
        f"{manifest.fingerprint[:12]}{since if index.changed_share else ''}"
    )


def whole_database(instance: Instance, at_most: int | None = None) -> None:
    """Raises AilmentError for a damaged database, unless it has more than `at_most` bytes. Read as
    by anybody else, since others write meanwhile."""
    with querying(instance.engine) as connection:
        if wrong := damage(connection, at_most):
            raise AilmentError(f"damaged ({wrong}); restore a copy of it")


def _written(instance: Instance) -> str:
    """Writes what is there already, since only a write tells of a full or read-only disk; and reads
    every page of a small database."""
    with instance.engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = version_num"))  # noqa: S608
    whole_database(instance, SMALL_DATABASE)
    return "can be written"


def _room(instance: Instance) -> str:
    check_writable(instance.home.cache if instance.home.settings.files else instance.home.uploads)
    free = shutil.disk_usage(instance.home.folder).free
    if free < LEAST_ROOM:
        raise AilmentError(f"only {free >> 20} MB are free; make room")
    return f"{free >> 20} MB are free"
