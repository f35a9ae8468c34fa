"""Keys by which programs come in, each for some scopes. The database holds digests of them."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, MetaData, Row, String, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bandit.models import UTCDateTime
from catalog.database import querying, writing
from catalog.models import Base as CatalogBase

PREFIX = "osk_"
"""How every key begins, so that it is known for one where it should not be."""
KEY_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")


class Scope(StrEnum):
    """What a program may do with a key."""

    READ = "read"
    """See pages and JSON, `/metrics` too."""
    SEARCH = "search"
    """Ask about films, samples and links."""
    RATE = "rate"
    """Rate what it asked for."""
    UPLOAD = "upload"
    """Ask about posters of its own, and delete them."""


class KeyNameError(ValueError):
    """A name that is taken, that nobody has, or that is none."""


class Base(DeclarativeBase):
    """The table of keys; constraints are named as the catalogue's."""

    metadata = MetaData(naming_convention=CatalogBase.metadata.naming_convention)


class APIKeyRow(Base):
    """One key."""

    __tablename__ = "api_key"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(60))
    created: Mapped[datetime] = mapped_column(UTCDateTime)


_BY_DIGEST = select(APIKeyRow.__table__).where(APIKeyRow.digest == bindparam("digest"))


@dataclass(frozen=True)
class APIKey:
    """What is known of a key; not the key."""

    name: str
    scopes: frozenset[Scope]
    created: datetime


class APIKeys:
    """One instance's keys. Safe for several threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, scopes: Iterable[Scope]) -> str:
        """Make a key, told this once. Raises KeyNameError; ValueError without a scope."""
        if not KEY_NAME.fullmatch(name):
            raise KeyNameError("A key's name is of small letters, digits and . _ - up to 60.")
        wanted = set(scopes)
        if not wanted:
            raise ValueError("a key needs a scope")
        key = PREFIX + secrets.token_urlsafe(32)
        row = APIKeyRow(
            name=name,
            digest=_digest_of(key),
            scopes=",".join(each for each in Scope if each in wanted),
            created=datetime.now(UTC),
        )
        try:
            with writing(self._engine) as session:
                session.add(row)
        except IntegrityError:
            raise KeyNameError(f"There is a key {name} already.") from None
        return key

    def all(self) -> list[APIKey]:
        """Every key, by its name."""
        query = select(APIKeyRow.__table__).order_by(APIKeyRow.name)
        with querying(self._engine) as connection:
            return [_key_of(row) for row in connection.execute(query)]

    def revoke(self, name: str) -> None:
        """Let nobody in by it any more, from the next request on. Raises KeyNameError."""
        with writing(self._engine) as session:
            row = session.get(APIKeyRow, name)
            if row is None:
                raise KeyNameError(f"There is no key {name}.")
            session.delete(row)

    def find(self, key: str) -> APIKey | None:
        """What a key is; None where there is no such."""
        if not key.startswith(PREFIX):
            return None
        with querying(self._engine) as connection:
            row = connection.execute(_BY_DIGEST, {"digest": _digest_of(key)}).one_or_none()
            return None if row is None else _key_of(row)


def _key_of(row: Row[Any]) -> APIKey:
    return APIKey(row.name, frozenset(map(Scope, row.scopes.split(","))), row.created)


def _digest_of(key: str) -> str:
    """SHA-256, hex: keys are random, so nobody guesses one from it."""
    return hashlib.sha256(key.encode()).hexdigest()
