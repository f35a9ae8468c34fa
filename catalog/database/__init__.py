"""Connections and transactions, and what SQLite and PostgreSQL do differently."""

from catalog.database.backend import DatabaseError, Trouble
from catalog.database.transactions import (
    Reader,
    connect,
    damage,
    driver_connection,
    flush,
    last_number,
    number_from,
    querying,
    reading,
    settle,
    single_row,
    snapshot,
    trouble,
    writing,
)

__all__ = [
    "DatabaseError",
    "Reader",
    "Trouble",
    "connect",
    "damage",
    "driver_connection",
    "flush",
    "last_number",
    "number_from",
    "querying",
    "reading",
    "settle",
    "single_row",
    "snapshot",
    "trouble",
    "writing",
]
