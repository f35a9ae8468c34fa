"""Counters that all workers of an instance share, in one small SQLite file that may be lost.

They count by the seconds since the machine started, which all of its processes see alike: who sets
its clock lets nobody through by that, and keeps nobody out. What was counted before the last start
seems to be yet to come, and counts no more."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from pathlib import Path

from limits.storage import Storage

SCHEME = "onesheet-counters"
BUSY_SECONDS = 2.0
_TABLE = """CREATE TABLE IF NOT EXISTS counted (
    name TEXT PRIMARY KEY, count INTEGER NOT NULL, began REAL NOT NULL, lasts REAL NOT NULL
) WITHOUT ROWID"""
_OF_THE_WALL_CLOCK = "DROP TABLE IF EXISTS counter"
_OVER = "(began > ?2 OR began + lasts <= ?2)"
_COUNT_ONE = f"""INSERT INTO counted VALUES (?1, ?3, ?2, ?4) ON CONFLICT (name) DO UPDATE SET
    count = CASE WHEN {_OVER} THEN ?3 ELSE count + ?3 END,
    began = CASE WHEN {_OVER} THEN ?2 ELSE began END,
    lasts = CASE WHEN {_OVER} THEN ?4 ELSE lasts END
RETURNING count"""  # noqa: S608 - all of it stands here
_LOOK = f"SELECT count, began + lasts - ?2 FROM counted WHERE name = ?1 AND NOT {_OVER}"  # noqa: S608
_SWEEP = f"DELETE FROM counted WHERE ?1 = ?1 AND {_OVER}"  # noqa: S608
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
            self._connection().execute(_SWEEP, ("", time.monotonic()))
        values = (key, time.monotonic(), amount, expiry)
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
        self._connection().execute("DELETE FROM counted WHERE name = ?", (key,))

    def close(self) -> None:
        """Close this thread's connection."""
        if getattr(self._own, "process", None) == os.getpid():
            self._own.connection.close()
            self._own.process = None

    def _row(self, key: str) -> tuple[int, float]:
        """How many there are, and for how many seconds yet."""
        row = self._connection().execute(_LOOK, (key, time.monotonic())).fetchone()
        return (row[0], row[1]) if row else (0, 0.0)

    def _connection(self) -> sqlite3.Connection:
        if getattr(self._own, "process", None) != os.getpid():
            connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")  # a lost count lets somebody try anew
            connection.execute(_OF_THE_WALL_CLOCK)
            connection.execute(_TABLE)
            self._own.connection, self._own.process = connection, os.getpid()
        connection = self._own.connection
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101
        return connection
