"""Counters that all workers of an instance share, in one small SQLite file that may be lost.

They count by the seconds since the machine started, which all of its processes see alike: who sets
its clock lets nobody through by that, and keeps nobody out. Each start of each machine counts by
itself, since no other knows its seconds; whoever opens the file drops what other starts counted.
Machines that share one so forget some counts of each other, which lets somebody try anew."""

from __future__ import annotations

import os
import platform
import sqlite3
import threading
import time
from functools import lru_cache
from pathlib import Path

from limits.storage import Storage

SCHEME = "onesheet-counters"
BUSY_SECONDS = 2.0
_TABLE = """CREATE TABLE IF NOT EXISTS counted (
    name TEXT PRIMARY KEY, count INTEGER NOT NULL, began REAL NOT NULL, lasts REAL NOT NULL
) WITHOUT ROWID"""
_OF_THE_WALL_CLOCK = "DROP TABLE IF EXISTS counter"
# What began later than now is of a start before, unless whoever counts now has waited for its turn.
_OVER = f"(began > :now + {BUSY_SECONDS} OR began + lasts <= :now)"
_COUNT_ONE = f"""INSERT INTO counted VALUES (:name, :amount, :now, :lasts)
ON CONFLICT (name) DO UPDATE SET
    count = CASE WHEN {_OVER} THEN :amount ELSE count + :amount END,
    began = CASE WHEN {_OVER} THEN :now ELSE began END,
    lasts = CASE WHEN {_OVER} THEN :lasts ELSE lasts END
RETURNING count"""  # noqa: S608 - all of it stands here
_LOOK = f"SELECT count, began + lasts - :now FROM counted WHERE name = :name AND NOT {_OVER}"  # noqa: S608
_SWEEP = f"DELETE FROM counted WHERE name LIKE :start || '%' AND {_OVER}"  # noqa: S608
_FORMER = "DELETE FROM counted WHERE substr(name, 1, length(:start)) != :start"
_BOOT = Path("/proc/sys/kernel/random/boot_id")
SWEEP_EVERY = 1000
"""Counts after which a process removes what has ended."""


class SharedCounters(Storage):
    """Where the library `limits` counts. A connection a thread, opened after the fork."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - as the library has it

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,
        **options: float | str | bool,
    ) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._path = Path((uri or "").removeprefix(f"{SCHEME}://"))
        self._own = threading.local()
        self._counted = 0

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and return how many there are; after `expiry` seconds it begins anew."""
        self._counted += 1
        if self._counted % SWEEP_EVERY == 0:
            this_start = {"start": _start(), "now": time.monotonic()}
            self._connection().execute(_SWEEP, this_start)
        values = {
            "name": _start() + key,
            "now": time.monotonic(),
            "amount": amount,
            "lasts": expiry,
        }
        return int(self._connection().execute(_COUNT_ONE, values).fetchone()[0])

    def get(self, key: str) -> int:
        """How many there are."""
        return int(self._row(key)[0])

    def get_expiry(self, key: str) -> float:
        """When it begins anew, in seconds since 1970."""
        return time.time() + self._row(key)[1]

    def check(self) -> bool:
        """Whether it can be read."""
        self._row("")
        return True

    def reset(self) -> int | None:
        """Forget all counts, and return how many there were."""
        return self._connection().execute("DELETE FROM counted").rowcount

    def clear(self, key: str) -> None:
        """Forget one."""
        self._connection().execute("DELETE FROM counted WHERE name = ?", (_start() + key,))

    def close(self) -> None:
        """Close this thread's connection."""
        if getattr(self._own, "process", None) == os.getpid():
            self._own.connection.close()
            self._own.process = None

    def _row(self, key: str) -> tuple[int, float]:
        """How many there are, and for how many seconds yet."""
        asked = {"name": _start() + key, "now": time.monotonic()}
        row = self._connection().execute(_LOOK, asked).fetchone()
        return (row[0], row[1]) if row else (0, 0.0)

    def _connection(self) -> sqlite3.Connection:
        if getattr(self._own, "process", None) != os.getpid():
            connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
            _keep_a_log(connection)
            connection.execute("PRAGMA synchronous = OFF")  # a lost count lets somebody try anew
            connection.execute(_OF_THE_WALL_CLOCK)
            connection.execute(_TABLE)
            connection.execute(_FORMER, {"start": _start()})
            self._own.connection, self._own.process = connection, os.getpid()
        connection = self._own.connection
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101
        return connection


@lru_cache(maxsize=1)
def _start() -> str:
    """What this start of this machine puts before its names; only Linux tells its starts apart."""
    boot = _BOOT.read_text().strip() if _BOOT.exists() else platform.node()
    return f"{boot}:"


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Set SQLite's WAL mode; the timeout does not cover that, and two may attempt it at once."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
