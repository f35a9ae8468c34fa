"""Posters that an index lacks, and posters that it holds although they are gone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from catalog.catalog import Catalog
from embedder import Embedder
from onesheet.indexing.poster_reader import PosterReader
from onesheet.storage.changes import ChangeLog


@dataclass(frozen=True)
class CatchUp:
    """How many posters came or went, and a sentence for each that cannot be read."""

    changed: int
    unreadable: list[str]


def even_out(
    catalog: Catalog,
    changes: ChangeLog,
    posters: PosterReader,
    embedder: Embedder,
    indexed: Collection[int],
) -> CatchUp:
    """Record as changes what tells the catalogue's posters from those `indexed`: the ids that the
    index of `embedder` holds, its changes included, asked for before.

    To be called within `lock.building`.
    """
    known, there = catalog.poster_ids(), set(indexed)
    gone = sorted(there - known)
    new = posters.readable(embedder, [*catalog.cards(sorted(known - there)).values()])
    if new.cards or gone:
        numbers = [card.poster_id for card in new.cards]
        changes.record(embedder.fingerprint, numbers, new.embeddings, gone)
    return CatchUp(len(new.cards) + len(gone), new.unreadable)
