"""Indexes in PostgreSQL, searched by pgvector. Nothing imports it unless it is chosen."""

from index.pgvector.several_servers import SeveralServers
from index.pgvector.store import PostgresStore

__all__ = ["PostgresStore", "SeveralServers"]
