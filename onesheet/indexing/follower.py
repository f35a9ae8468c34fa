"""An index that grows: posters searchable as soon as they are in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from catalog.follower import AddRows
from embedder import Embedder, ModelError
from index import IndexFolderError, settled
from onesheet.indexing.live import Live
from onesheet.indexing.poster_reader import PosterReader
from onesheet.storage.changes import add_rows, remove_rows


@dataclass(frozen=True)
class _Ready:
    """Posters read before the transaction: by which model, and their embeddings float32[M, D]."""

    embedder: Embedder
    embeddings: NDArray[np.float32]


class IndexFollower:
    """Keeps the changes beside the index in the transactions in which posters come and go.

    Without an index there is nothing to keep beside it: building one reads every poster anyway, and
    then those that came while it was built (`IndexBuilder.build`).
    """

    def __init__(self, posters: PosterReader, live: Live) -> None:
        self._posters = posters
        self._live = live
        self._known: tuple[str, Embedder] | None = None
        """An index's fingerprint and the model that made it."""

    def prepare(self, content_hashes: Sequence[str]) -> AddRows:
        """Read new posters with the model of the index; see catalog.follower.

        A poster is read from its stored file, not from the bytes it came as: an embedding is then
        the same whether it was made now or when an index is built anew.
        """
        if not content_hashes:
            return _add_nothing
        embedder = self._embedder()
        ready = None
        if embedder is not None:
            ready = _Ready(embedder, self._posters.by_hash(embedder, content_hashes))

        def add(session: Session, posters: Mapping[int, str]) -> None:
            # An index that took the place of the one above lacks these posters. Whoever built it
            # looks for what it lacks only after transactions such as this one.
            embedder = self._embedder()
            if embedder is None:
                return
            known = ready
            if known is None or known.embedder.fingerprint != embedder.fingerprint:
                known = _Ready(
                    embedder, self._posters.by_hash(embedder, content_hashes, look=False)
                )
            rows = {each: row for row, each in enumerate(content_hashes)}
            new = {number: rows[each] for number, each in posters.items() if each in rows}
            add_rows(session, embedder.fingerprint, new, known.embeddings[list(new.values())])

        return add

    def removed(self, session: Session, poster_ids: Sequence[int]) -> None:
        remove_rows(session, poster_ids)

    def _embedder(self) -> Embedder | None:
        """The model of the present index; None where there is no index, or its model is gone.

        Whoever added posters to an index that another took the place of a moment ago would add them
        to none, so the store itself is asked. Raises what it raises where it is away."""
        current = partial(self._live.store.current, anew=True)
        try:
            if self._known is None or current() != self._known[0]:
                self._known = settled(current, self._maker)
        except (IndexFolderError, ModelError):
            return None
        return self._known[1] if self._known else None

    def _maker(self, name: str) -> tuple[str, Embedder] | None:
        embedder = self._live.made(name)
        made_it = embedder.fingerprint == self._live.store.described(name).model
        return (name, embedder) if made_it else None


def _add_nothing(session: Session, posters: Mapping[int, str]) -> None:
    """No poster is new."""
