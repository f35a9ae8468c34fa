"""Stored posters read by a model, each file opened and decoded once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.files import PosterFiles
from catalog.images.palette import Palette
from catalog.impressions import Impression, Impressions
from catalog.records import CatalogError, PosterCard
from embedder import Embedder
from embedder.batches import BATCH
from onesheet.base.progress import bar
from onesheet.indexing.picture_reading import OwnCores, PictureEngine
from onesheet.indexing.unfinished_reading import UnfinishedReading

CHECKPOINT = 256
"""Posters after which what was read is kept: what a kill loses at most is that and a batch."""

Embeddings = NDArray[np.float32]
Failures = Mapping[int, Exception]


@dataclass(frozen=True)
class ReadPosters:
    """Posters that could be read, with their raw embeddings float32[N, D], and a sentence for each
    that could not."""

    cards: list[PosterCard]
    embeddings: Embeddings
    unreadable: list[str]


class PosterReader:
    """Reads the catalogue's posters from their files.

    A poster that has no impression yet gets one along the way, since it is decoded anyway.
    """

    def __init__(self, files: PosterFiles, impressions: Impressions) -> None:
        self._files = files
        self._impressions = impressions
        self._own_cores = OwnCores(files)

    def embeddings(
        self,
        embedder: Embedder,
        cards: Sequence[PosterCard],
        unfinished: UnfinishedReading | None = None,
        engine: PictureEngine | None = None,
    ) -> Embeddings:
        """Raw embeddings float32[N, D] in the order of `cards`, behind a progress bar.

        What `unfinished` keeps is not read again, and what is read is added to it on the way, also
        where an interrupt or an error ends it. `engine`: what reads, this process's cores unless
        given. Raises CatalogError where a poster's file is missing or damaged, or was left out.
        """
        kept = unfinished.kept() if unfinished else {}
        left = [card for card in cards if card.content_hash not in kept]

        def failed(failures: Failures) -> None:
            for row, error in failures.items():
                raise self._files.unreadable(left[row], error) from None

        read, there = self._behind_bar(
            embedder, left, failed, total=len(cards), unfinished=unfinished, engine=engine
        )
        if not there.all():
            raise CatalogError(
                f"{len(left) - int(there.sum()):,} of {len(left):,} posters were left unread; run "
                "the command again."
            )
        if not kept:
            return read
        fresh = iter(read)
        return np.stack(
            [next(fresh) if (v := kept.get(c.content_hash)) is None else v for c in cards]
        )

    def readable(self, embedder: Embedder, cards: Sequence[PosterCard]) -> ReadPosters:
        """What can be read of `cards`, in their order; a progress bar tells of any."""
        if not cards:
            return ReadPosters([], np.empty((0, embedder.dimensions), np.float32), [])
        reasons: dict[int, str] = {}

        def failed(failures: Failures) -> None:
            for row, error in failures.items():
                reasons[row] = str(self._files.unreadable(cards[row], error))

        vectors, there = self._behind_bar(embedder, cards, failed)
        kept = [card for card, known in zip(cards, there.tolist(), strict=True) if known]
        return ReadPosters(kept, vectors[there], [reasons[row] for row in sorted(reasons)])

    def by_hash(
        self, embedder: Embedder, content_hashes: Sequence[str], *, look: bool = True
    ) -> Embeddings:
        """Raw embeddings float32[N, D] of files by their content hashes.

        Without `look` no impressions are made, and the database is left alone. Raises OSError or
        catalog.images.ImageError for a file that cannot be read.
        """

        def failed(failures: Failures) -> None:
            for error in failures.values():
                raise error

        return self._read(embedder, content_hashes, failed, look=look)[0]

    def palettes(self, cards: Sequence[PosterCard]) -> list[Palette]:
        """Each poster's main colours, none where its file cannot be read. An embedding taken over
        from an index was made without looking: an impression that is missing is made now."""
        content_hashes = {card.content_hash for card in cards}
        kept = self._impressions.kept(content_hashes)
        missing = sorted(content_hashes - kept.keys())
        if missing:
            with bar("Looking at colours", len(missing)) as shown:
                for start in range(0, len(missing), BATCH):
                    part = missing[start : start + BATCH]
                    kept |= self._impressions.of(part)
                    shown.update(len(part))
        return [
            kept[card.content_hash].palette if card.content_hash in kept else () for card in cards
        ]

    def _behind_bar(
        self,
        embedder: Embedder,
        cards: Sequence[PosterCard],
        failed: Callable[[Failures], None],
        *,
        total: int | None = None,
        unfinished: UnfinishedReading | None = None,
        engine: PictureEngine | None = None,
    ) -> tuple[Embeddings, NDArray[np.bool_]]:
        total = len(cards) if total is None else total
        with bar("Reading posters", total, done=total - len(cards)) as shown:
            return self._read(
                embedder,
                [card.content_hash for card in cards],
                failed,
                shown.update,
                unfinished=unfinished,
                engine=engine,
            )

    def _read(
        self,
        embedder: Embedder,
        content_hashes: Sequence[str],
        failed: Callable[[Failures], None],
        progress: Callable[[int], object] = lambda count: None,
        *,
        look: bool = True,
        unfinished: UnfinishedReading | None = None,
        engine: PictureEngine | None = None,
    ) -> tuple[Embeddings, NDArray[np.bool_]]:
        """float32[N, D] embeddings of the N pictures, and bool[N], which could be read. `failed` is
        called with what could not, `progress` with the number of each batch. Impressions are kept
        on the way, and so are embeddings, in `unfinished`."""
        impressed = self._impressions.known(content_hashes) if look else {*content_hashes}
        made: dict[str, Impression] = {}
        pending: list[int] = []
        vectors = np.zeros((len(content_hashes), embedder.dimensions), np.float32)
        there = np.zeros(len(content_hashes), bool)

        def keep() -> None:
            if made:
                self._impressions.keep(made)
                made.clear()
            if unfinished:
                unfinished.keep([content_hashes[row] for row in pending], vectors[pending])
            pending.clear()

        read = (engine or self._own_cores).read(embedder, content_hashes, impressed)
        try:
            with closing(read) as batches:
                for batch in batches:
                    vectors[batch.rows], there[batch.rows] = batch.embeddings, True
                    pending += batch.rows
                    made |= batch.impressions
                    failed(batch.failures)
                    progress(len(batch.rows) + len(batch.failures))
                    if len(pending) >= CHECKPOINT:
                        keep()
        finally:
            keep()
        return vectors, there
