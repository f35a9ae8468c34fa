"""An index that grows: posters searchable as soon as they are in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy.orm import Session

from catalog.catalog import CatalogError
from catalog.images import decode

if TYPE_CHECKING:
    from catalog.catalog import PosterCard
    from catalog.follower import AddRows
    from embedder import Embedder
    from webapp.instance import Instance

REBUILD_SHARE = 0.2
"""Once so many posters came or went, as a share of the folder's, a new folder is written."""


@dataclass(frozen=True)
class _Ready:
    """Posters read before the transaction: by whom, and their embeddings float32[M, D]."""

    reader: Embedder
    embeddings: NDArray[np.float32]


class IndexFollower:
    """Keeps the changes beside the index in the transactions in which posters come and go.

    Without an index there is nothing to keep beside it: building one reads every poster anyway, and
    those that came while it was built once it is there (`building.build_index`).
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._known: tuple[str, Embedder] | None = None
        """An index folder's name and the model that made it."""

    def prepare(self, content_hashes: Sequence[str]) -> AddRows:
        """Read new posters with the model of the index; see catalog.follower."""
        from webapp.changes import add_rows

        if not content_hashes:
            return _add_nothing
        reader = self._reader()
        ready = None if reader is None else _Ready(reader, self._read(reader, content_hashes))

        def add(session: Session, posters: Mapping[int, str]) -> None:
            # An index that took the place of the one asked for above lacks these posters. Who built
            # it looks for what it lacks only after transactions such as this one.
            reader = self._reader()
            if reader is None:
                return
            known = ready
            if known is None or known.reader.fingerprint != reader.fingerprint:
                known = _Ready(reader, self._read(reader, content_hashes, look=False))
            rows = {each: row for row, each in enumerate(content_hashes)}
            new = {number: rows[each] for number, each in posters.items() if each in rows}
            add_rows(session, reader.fingerprint, new, known.embeddings[list(new.values())])

        return add

    def removed(self, session: Session, poster_ids: Sequence[int]) -> None:
        from webapp.changes import remove_rows

        remove_rows(session, poster_ids)

    def _reader(self) -> Embedder | None:
        """The model of the present index; None where there is no index, or its model is gone."""
        from embedder import ModelError
        from index import IndexFolderError, current, settled

        root = self._instance.indexes
        try:
            if self._known is None or current(root).name != self._known[0]:
                self._known = settled(root, self._made)
        except (IndexFolderError, ModelError):
            return None
        return self._known[1] if self._known else None

    def _made(self, folder: Path) -> tuple[str, Embedder] | None:
        from index import described

        embedder = self._instance.live().made(folder)
        return (folder.name, embedder) if embedder.fingerprint == described(folder).model else None

    def _read(
        self, reader: Embedder, content_hashes: Sequence[str], *, look: bool = True
    ) -> NDArray[np.float32]:
        from webapp.building import read_all

        posters = [(each, partial(self._image, each)) for each in content_hashes]
        return read_all(self._instance, reader, posters, look=look)

    def _image(self, content_hash: str) -> Image.Image:
        from webapp.building import ENOUGH

        path = self._instance.catalog.poster_path(content_hash)
        return decode(path.read_bytes(), at_least=ENOUGH)


def _add_nothing(session: Session, posters: Mapping[int, str]) -> None:
    """No poster is new."""


@dataclass(frozen=True)
class CaughtUp:
    """How many posters came or went, and a sentence for each that cannot be read."""

    changed: int
    unreadable: list[str]


def catch_up(instance: Instance) -> CaughtUp:
    """Bring the index to exactly the catalogue's posters.

    Posters that were imported past the index are read and those that left it are taken out; a new
    folder is written where it is due. Raises what `building.build_index` raises.
    """
    from webapp.building import building

    with building(instance):
        index = instance.index()
        done = even_out(instance, instance.embedder(), set(index.poster_ids.tolist()))
    rebuild_if_due(instance)
    return done


def even_out(instance: Instance, embedder: Embedder, held: set[int]) -> CaughtUp:
    """Record as changes what tells the catalogue's posters from those that the index of `embedder`
    holds, its changes included. To be called while `building`; `held` is asked for before."""
    from webapp.building import embed

    cards = {card.poster_id: card for card in instance.catalog.all_cards()}
    missing, gone = sorted(cards.keys() - held), sorted(held - cards.keys())
    readable, unreadable = _readable(instance, [cards[number] for number in missing])
    if readable or gone:
        embeddings = embed(instance, embedder, readable)
        numbers = [card.poster_id for card in readable]
        instance.changes.record(embedder.fingerprint, numbers, embeddings, gone)
    return CaughtUp(len(readable) + len(gone), unreadable)


def _readable(
    instance: Instance, cards: Sequence[PosterCard]
) -> tuple[list[PosterCard], list[str]]:
    """Those whose files can be opened, and what is wrong with the others."""
    from webapp.building import poster

    readable, unreadable = [], []
    for card in cards:
        try:
            poster(instance, card)
            readable.append(card)
        except CatalogError as error:
            unreadable.append(str(error))
    return readable, unreadable


def rebuild_if_due(instance: Instance) -> bool:
    """Write a new index folder where a fifth has changed since the last one, with a map where
    that had one."""
    from webapp.building import build_index

    index = instance.index()
    due = index.changed_share >= REBUILD_SHARE
    if due:
        build_index(instance, with_map=index.map is not None)
    return due
