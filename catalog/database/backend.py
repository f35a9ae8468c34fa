"""What the program asks of a database beyond the SQL that all of them speak."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Protocol

from sqlalchemy import URL, Connection, Engine, Table
from sqlalchemy.exc import DBAPIError

WAITING: Final = 10.0
"""Seconds that a writer waits for another one before the database is busy."""


class DatabaseError(ValueError):
    """A database this version of the program cannot use."""


class Trouble(StrEnum):
    """What a database's error means to whoever asked: it passes by itself; nothing can be written,
    which its operator has to mend; or something else."""

    PASSING = "passing"
    UNWRITABLE = "unwritable"
    OTHER = "other"


class Backend(Protocol):
    """A kind of database. Its engines begin every transaction that is not said to be a reader's by
    waiting for the writer's turn, of which there is one a database."""

    @property
    def read_only(self) -> Mapping[str, Any]:
        """The execution options of an engine whose transactions see one unchanging state and
        refuse writes."""

    def engine(self, url: URL) -> Engine:
        """An engine that has opened nothing yet. Raises DatabaseError where a driver lacks."""

    def flush(self, engine: Engine) -> None:
        """See `transactions.flush`."""

    def settle(self, engine: Engine) -> bool:
        """See `transactions.settle`."""

    def damage(self, connection: Connection, at_most: int | None) -> str | None:
        """See `transactions.damage`."""

    def last_number(self, connection: Connection, table: Table) -> int:
        """See `transactions.last_number`."""

    def number_from(self, connection: Connection, table: Table, last: int) -> None:
        """See `transactions.number_from`."""

    def trouble(self, error: DBAPIError) -> Trouble:
        """What an error of its driver means."""
