"""Whose turn it is to build, by a lock of PostgreSQL's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from psycopg import OperationalError

from index.folder import TurnLostError
from index.pgvector.table import Lend, PgConnection


class BuildersTurn:
    """An advisory lock, which PostgreSQL lets go once the connection that took it breaks off."""

    def __init__(self, lend: Lend, key: int) -> None:
        """`lend` lends a connection for a context."""
        self._lend, self._key = lend, key
        self._holder: PgConnection | None = None

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Gives whether nobody else is within it, whichever machine they are on."""
        with self._lend() as connection:
            ask = "SELECT pg_try_advisory_lock(%s)"
            alone = bool((connection.execute(ask, [self._key]).fetchone() or [False])[0])
            connection.commit()  # the lock is the session's, and idles for hours
            if not alone:
                yield False
                return
            self._holder = connection
            try:
                yield True
            finally:
                self._holder = None
                with suppress(OperationalError):  # then it is let go already
                    connection.execute("SELECT pg_advisory_unlock(%s)", [self._key])
                    connection.commit()

    def check(self) -> None:
        """Raises TurnLostError where whoever is within `alone` here may be so no more."""
        if self._holder is None:
            return
        try:
            self._holder.execute("SELECT 1")
            self._holder.commit()
        except OperationalError as error:
            raise TurnLostError(
                "the database was away for a moment, so another one may be building by now (what "
                "was read is kept)"
            ) from error
