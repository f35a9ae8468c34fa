"""Indexes in PostgreSQL, searched by pgvector. Nothing imports it unless it is chosen."""

from index.pgvector.store import PostgresStore

__all__ = ["PostgresStore"]
