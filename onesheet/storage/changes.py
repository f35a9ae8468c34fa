"""Posters that came and went since the index folder was written: rows beside the films' own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    CheckConstraint,
    Engine,
    LargeBinary,
    MetaData,
    String,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from catalog.database import querying, reading, writing
from catalog.models import Base as CatalogBase

IDS_A_STATEMENT = 10_000
"""Databases limit how many values a statement names."""


class Base(DeclarativeBase):
    """The table that catalogue and index meet in; constraints are named as the catalogue's."""

    metadata = MetaData(naming_convention=CatalogBase.metadata.naming_convention)


class IndexChange(Base):
    """A poster added, with its raw embedding (float32, little-endian) and the fingerprint of the
    model that made it; or, with neither, a poster removed. Ids only grow: a reader who knows the
    last one it read knows what is new."""

    __tablename__ = "index_change"
    __table_args__ = (
        CheckConstraint("(model IS NULL) = (embedding IS NULL)", name="model"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poster_id: Mapped[int] = mapped_column(index=True)
    model: Mapped[str | None] = mapped_column(String(64))
    embedding: Mapped[bytes | None] = mapped_column(LargeBinary)


class BuiltIndex(Base):
    """An index that was built of this database's posters, by its fingerprint. An empty one stands
    for the index that an upgraded database had before this was written down."""

    __tablename__ = "built_index"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)


UNRECORDED = ""
_LAST = select(func.max(IndexChange.id))


@dataclass(frozen=True)
class Changes:
    """What happened after a row: posters added int64[M] with their embeddings float32[M, D], and
    posters removed. `last` is the newest row read; no poster is in both."""

    last: int
    added: NDArray[np.int64]
    embeddings: NDArray[np.float32]
    removed: list[int]


class ChangeLog:
    """What came and went in one database since its index folder was written, and which indexes
    were built of it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def last(self) -> int:
        """The newest row's id; 0 where there is none."""
        with querying(self._engine) as connection:
            return connection.scalar(_LAST) or 0

    def after(self, last: int, model: str, dimensions: int) -> Changes:
        """The changes after row `last`; embeddings of another model are left out."""
        query = select(IndexChange.id, IndexChange.poster_id, IndexChange.embedding).where(
            IndexChange.id > last, or_(IndexChange.model == model, IndexChange.model.is_(None))
        )
        added: dict[int, bytes] = {}
        removed: dict[int, None] = {}
        with reading(self._engine) as session:
            newest = session.scalar(_LAST) or 0
            for _, poster_id, embedding in session.execute(query.order_by(IndexChange.id)):
                if embedding is None:
                    added.pop(poster_id, None)
                    removed[poster_id] = None
                else:
                    added[poster_id] = embedding
        vectors = np.frombuffer(b"".join(added.values()), dtype="<f4").reshape(-1, dimensions)
        ids = np.fromiter(added, np.int64, len(added))
        return Changes(max(last, newest), ids, vectors.astype(np.float32, copy=False), [*removed])

    def record(
        self,
        model: str,
        added: Iterable[int],
        embeddings: NDArray[np.float32],
        removed: Iterable[int],
    ) -> None:
        """Add posters and remove others, in a transaction of their own."""
        with writing(self._engine) as session:
            add_rows(session, model, added, embeddings)
            remove_rows(session, removed)

    def wait_for_writers(self) -> None:
        """Return once the transactions that write as this begins are done: posters that they add
        have their rows then, and whatever begins later knows the present index."""
        with writing(self._engine) as session:
            session.connection()  # which begins: a session by itself asks the database nothing

    def has_built(self, fingerprint: str) -> bool:
        """Whether the index was built of this database's posters, so that its ids mean them.

        A poster's id never changes and is never given twice, but it is a number in one database
        alone: in another, or in one that was put back from a backup, it may be another picture.
        """
        known = select(BuiltIndex).where(BuiltIndex.fingerprint.in_([fingerprint, UNRECORDED]))
        with querying(self._engine) as connection:
            return connection.execute(known.limit(1)).first() is not None

    def note_built(self, fingerprint: str) -> None:
        """Remember an index of this database's posters, before anybody can open it: whoever builds
        it may be killed just after."""
        with writing(self._engine) as session:
            session.merge(BuiltIndex(fingerprint=fingerprint))

    def forget_unrecorded(self) -> None:
        """No longer take an index that is not remembered for this database's own; to be called
        once one that is has taken its place."""
        with writing(self._engine) as session:
            session.execute(delete(BuiltIndex).where(BuiltIndex.fingerprint == UNRECORDED))

    def forget(self, *folders: NDArray[np.int64]) -> None:
        """Drop the rows that say nothing new to any of these index folders, each given by the ids
        of its posters."""
        with reading(self._engine) as session:
            rows = session.execute(
                select(IndexChange.id, IndexChange.poster_id, IndexChange.model.is_(None))
            ).all()
        numbers = np.array([row[1] for row in rows], dtype=np.int64)
        gone = np.array([row[2] for row in rows], dtype=bool)
        known = np.logical_and.reduce([np.isin(numbers, folder) != gone for folder in folders])
        drop = [row[0] for row, old in zip(rows, known.tolist(), strict=True) if old]
        for start in range(0, len(drop), IDS_A_STATEMENT):  # whoever rates meanwhile gets a turn
            part = drop[start : start + IDS_A_STATEMENT]
            with writing(self._engine) as session:
                session.execute(delete(IndexChange).where(IndexChange.id.in_(part)))


def add_rows(
    session: Session, model: str, poster_ids: Iterable[int], embeddings: NDArray[np.float32]
) -> None:
    """Within a transaction: these posters have the raw `embeddings` float32[M, D] of `model`."""
    rows = [
        {"poster_id": int(number), "model": model, "embedding": vector.astype("<f4").tobytes()}
        for number, vector in zip(poster_ids, embeddings, strict=True)
    ]
    if rows:
        session.execute(insert(IndexChange), rows)


def remove_rows(session: Session, poster_ids: Iterable[int]) -> None:
    """Within a transaction: these posters are gone, and so are the rows that added them."""
    numbers: Sequence[int] = [int(number) for number in poster_ids]
    for start in range(0, len(numbers), IDS_A_STATEMENT):
        part = numbers[start : start + IDS_A_STATEMENT]
        session.execute(
            delete(IndexChange).where(
                and_(IndexChange.poster_id.in_(part), IndexChange.model.is_not(None))
            )
        )
        session.execute(insert(IndexChange), [{"poster_id": number} for number in part])
