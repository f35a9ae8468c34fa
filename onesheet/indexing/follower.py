"""An index that grows: posters searchable as soon as they are in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        reader = self._embedder() if content_hashes else None
        ready = {} if reader is None else self._read(reader, content_hashes)

        def add(session: Session, posters: Mapping[int, str]) -> None:
            # An index that took the place of the one above lacks these posters. Whoever built it
            # looks for what it lacks only after transactions such as this one.
            embedder = self._embedder() if posters else None
            if embedder is None:
                return
            same = reader is not None and reader.fingerprint == embedder.fingerprint
            known = ready if same else {}
            # Those of another model, and of films removed after they were looked for.
            late = sorted({*posters.values()} - known.keys())
            if late:
                known = known | self._read(embedder, late, look=False)
            vectors = np.stack([known[each] for each in posters.values()])
            add_rows(session, embedder.fingerprint, posters, vectors)

        return add

    def removed(self, session: Session, poster_ids: Sequence[int]) -> None:
        remove_rows(session, poster_ids)

    def _read(
        self, embedder: Embedder, content_hashes: Sequence[str], *, look: bool = True
    ) -> dict[str, NDArray[np.float32]]:
        """The embeddings float32[D] of these files."""
        vectors = self._posters.by_hash(embedder, content_hashes, look=look)
        return dict(zip(content_hashes, vectors, strict=True))

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
