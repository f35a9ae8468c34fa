"""Stored posters read by a model, each file opened and decoded once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.files import PosterFiles
from catalog.images.palette import Palette
from catalog.impressions import Impression, Impressions
from catalog.records import CatalogError, PosterCard
from embedder import Embedder
from embedder.batches import BATCH, in_batches
from onesheet.base.progress import bar
from onesheet.indexing.unfinished_reading import UnfinishedReading

CHECKPOINT = 256
"""Posters after which what was read is kept: what a kill loses at most is that and a batch."""

Embeddings = NDArray[np.float32]
Opener = Callable[[], Image.Image | None]


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

    def embeddings(
        self,
        embedder: Embedder,
        cards: Sequence[PosterCard],
        unfinished: UnfinishedReading | None = None,
    ) -> Embeddings:
        """Raw embeddings float32[N, D] in the order of `cards`, behind a progress bar.

        What `unfinished` keeps is not read again, and what is read is added to it on the way, also
        where an interrupt or an error ends it. Raises CatalogError where a poster's file is missing
        or damaged.
        """
        kept = unfinished.kept() if unfinished else {}
        left = [card for card in cards if card.content_hash not in kept]
        openers = [partial(self._files.picture_of, card) for card in left]
        read = self._behind_bar(embedder, left, openers, len(cards), unfinished)[0]
        if not kept:
            return read
        fresh = iter(read)
        return np.stack(
            [next(fresh) if (v := kept.get(c.content_hash)) is None else v for c in cards]
        )

    def readable(self, embedder: Embedder, cards: Sequence[PosterCard]) -> ReadPosters:
        """What can be read of `cards`, in their order, behind a progress bar."""
        reasons: dict[int, str] = {}

        def opened(row: int) -> Image.Image | None:
            try:
                return self._files.picture_of(cards[row])
            except CatalogError as error:
                reasons[row] = str(error)
                return None

        openers = [partial(opened, row) for row in range(len(cards))]
        vectors, there = self._behind_bar(embedder, cards, openers)
        kept = [card for card, known in zip(cards, there.tolist(), strict=True) if known]
        return ReadPosters(kept, vectors[there], [reasons[row] for row in sorted(reasons)])

    def by_hash(
        self, embedder: Embedder, content_hashes: Sequence[str], *, look: bool = True
    ) -> Embeddings:
        """Raw embeddings float32[N, D] of files by their content hashes.

        Without `look` no impressions are made, and the database is left alone. Raises OSError or
        catalog.images.ImageError for a file that cannot be read.
        """
        openers = [partial(self._files.image, each) for each in content_hashes]
        return self._read(embedder, content_hashes, openers, look=look)[0]

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
        openers: Sequence[Opener],
        total: int | None = None,
        unfinished: UnfinishedReading | None = None,
    ) -> tuple[Embeddings, NDArray[np.bool_]]:
        total = len(cards) if total is None else total
        with bar("Reading posters", total, done=total - len(cards)) as shown:
            hashes = [card.content_hash for card in cards]
            return self._read(embedder, hashes, openers, shown.update, unfinished=unfinished)

    def _read(
        self,
        embedder: Embedder,
        content_hashes: Sequence[str],
        openers: Sequence[Opener],
        progress: Callable[[int], object] = lambda count: None,
        *,
        look: bool = True,
        unfinished: UnfinishedReading | None = None,
    ) -> tuple[Embeddings, NDArray[np.bool_]]:
        """float32[N, D] embeddings of what the N openers open, and bool[N], where that is
        something. `progress` is called with the number of each batch. Impressions are kept on the
        way, and so are embeddings, in `unfinished`."""
        impressed = self._impressions.kept(content_hashes).keys() if look else {*content_hashes}
        made: dict[str, Impression] = {}
        vectors = np.zeros((len(openers), embedder.dimensions), np.float32)
        there = np.zeros(len(openers), bool)

        def read(rows: Sequence[int]) -> int:
            images: dict[str, Image.Image] = {}
            for row in rows:
                image = images.get(content_hashes[row]) or openers[row]()
                if image is not None:
                    images[content_hashes[row]], there[row] = image, True
            known = [row for row in rows if there[row]]
            if known:
                posters = [images[content_hashes[row]] for row in known]
                vectors[known] = embedder.read(posters).embeddings
            for digest in images.keys() - impressed:
                made[digest] = Impression.of(images[digest])
            return len(rows)

        done = kept = 0

        def keep() -> None:
            ready = {digest: made.pop(digest) for digest in list(made)}
            if ready:
                self._impressions.keep(ready)
            if unfinished:
                rows = [row for row in range(kept, done) if there[row]]
                unfinished.keep([content_hashes[row] for row in rows], vectors[rows])

        try:
            for count in in_batches(read, range(len(openers))):
                progress(count)
                done += count
                if done - kept >= CHECKPOINT:
                    keep()
                    kept = done
        finally:
            keep()
        return vectors, there
