"""An index that grows: posters searchable as soon as they are in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PIL import Image
from sqlalchemy.orm import Session

from catalog.images import decode

if TYPE_CHECKING:
    from catalog.follower import AddRows
    from webapp.instance import Instance

REBUILD_SHARE = 0.2
"""Once so many posters came or went, as a share of the folder's, a new folder is written."""


class IndexFollower:
    """Keeps the changes beside the index in the transactions in which posters come and go.

    Where there is no index of the present model there is nothing to keep beside it: building one
    reads every poster anyway.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def prepare(self, content_hashes: Sequence[str]) -> AddRows:
        """Read new posters with the model; see catalog.follower."""
        from webapp.building import read_all
        from webapp.changes import add_rows

        if not content_hashes or not self._grows():
            return _add_nothing
        embedder = self._instance.embedder()
        posters = [(each, partial(self._image, each)) for each in content_hashes]
        rows = {each: row for row, each in enumerate(content_hashes)}
        embeddings = read_all(self._instance, embedder, posters)

        def add(session: Session, posters: Mapping[int, str]) -> None:
            ready = {number: rows[each] for number, each in posters.items() if each in rows}
            add_rows(session, embedder.fingerprint, ready, embeddings[list(ready.values())])

        return add

    def removed(self, session: Session, poster_ids: Sequence[int]) -> None:
        from webapp.changes import remove_rows

        remove_rows(session, poster_ids)

    def _grows(self) -> bool:
        from embedder import ModelError
        from index import IndexFolderError, current, described

        try:
            made_with = described(current(self._instance.indexes)).model
            return made_with == self._instance.embedder().fingerprint
        except (IndexFolderError, ModelError):
            return False

    def _image(self, content_hash: str) -> Image.Image:
        from webapp.building import ENOUGH

        path = self._instance.catalog.poster_path(content_hash)
        return decode(path.read_bytes(), at_least=ENOUGH)


def _add_nothing(session: Session, posters: Mapping[int, str]) -> None:
    """There is no index to grow."""


def catch_up(instance: Instance) -> int:
    """Bring the index to exactly the catalogue's posters, and return how many were changed.

    Posters that were imported past the index are read and those that left it are taken out; a new
    folder is written where it is due. Raises what `building.build_index` raises.
    """
    from webapp.building import building, embed

    with building(instance):
        held = set(instance.index().poster_ids.tolist())
        cards = {card.poster_id: card for card in instance.catalog.all_cards()}
        missing, gone = sorted(cards.keys() - held), sorted(held - cards.keys())
        if missing or gone:
            embedder = instance.embedder()
            embeddings = embed(instance, embedder, [cards[number] for number in missing])
            instance.changes.record(embedder.fingerprint, missing, embeddings, gone)
    rebuild_if_due(instance)
    return len(missing) + len(gone)


def rebuild_if_due(instance: Instance) -> bool:
    """Write a new index folder where a fifth has changed since the last one, with a map where
    that had one."""
    from webapp.building import build_index

    index = instance.index()
    due = index.changed_share >= REBUILD_SHARE
    if due:
        build_index(instance, with_map=index.map is not None)
    return due
