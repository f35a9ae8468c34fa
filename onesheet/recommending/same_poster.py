"""Which posters of the catalogue are the very poster somebody asks about.

Posters of the catalogue that show one picture are found when the index is built
(onesheet.indexing.same_pictures); a poster that comes later is compared here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from catalog.catalog import Catalog, CatalogError, PosterCard
from catalog.images import perceptual_hash
from catalog.images.registration import SAME_PICTURE, SURE, correlation
from index import Metric, PosterIndex
from onesheet.queries.query import Query

COPY_CLOSENESS = 90.0
"""Most altered copies whose hash is another are closer: docs/benchmarks/duplicates.md."""
LEAST_CLOSENESS = 50.0
"""What a wide frame leaves of it: the nearest poster of all is looked at from here on."""
FAR = 64
"""Bits that hashes differ in at most."""
LOOKED_AT = 3
"""Nearest posters, by hash and then by embedding, compared with the query pixel by pixel, which
takes milliseconds for each."""


class Copies:
    """Finds the catalogue's copies of a query's poster."""

    def __init__(self, catalog: Catalog, index: PosterIndex) -> None:
        self._catalog = catalog
        self._index = index

    def of(self, query: Query, embedding: NDArray[np.float32]) -> list[PosterCard]:
        """Catalogue posters that show the very poster asked about, the surest first.

        The same bytes; or nearly the same perceptual hash or embedding, and the same picture once
        one is laid upon the other: embeddings alone confuse a series' posters, hashes alone plain
        ones. After the same bytes comes the nearest hash, then what agrees most. Of a poster that
        the catalogue holds, the other copies are those found when the index was built.

        Args:
            embedding: of the query, float32[D], raw.
        """
        exact = self._catalog.by_hash(query.source_hash)
        exact = [query.card, *exact] if query.card else exact
        known = self.known(exact)
        if known:
            return known
        there = {card.poster_id for card in exact}
        bits = dict(self._catalog.near(perceptual_hash(query.image)))
        hashed = [card for card in bits if card.poster_id not in there]
        compared = self._agreements(query, hashed[:LOOKED_AT])
        known = self.known([card for card, agreement in compared.items() if agreement >= SURE])
        if not known:
            there |= {card.poster_id for card in compared}
            close = self._close(embedding) - there
            compared |= self._agreements(query, self._catalog.cards(sorted(close)).values())
        same = [card for card, agreement in compared.items() if agreement >= SAME_PICTURE]
        same.sort(key=lambda card: (bits.get(card, FAR), -compared[card]))
        found = [*exact, *same, *known]
        return list({card.poster_id: card for card in found}.values())

    def known(self, cards: Sequence[PosterCard]) -> list[PosterCard]:
        """Posters of the catalogue and their copies as the index knows them; none where it was
        built without some of them, or without looking for copies."""
        numbers = [card.poster_id for card in cards]
        pairs = self._index.duplicates
        if not cards or pairs is None or not np.isin(numbers, self._index.folder_ids).all():
            return []
        copies = np.array(numbers)
        for _ in range(2):  # a copy, the first of those that show its picture, and all of them
            copies = np.union1d(copies, pairs[np.isin(pairs, copies).any(axis=1)])
        others = self._catalog.cards(copies.tolist())
        return list({card.poster_id: card for card in [*cards, *others.values()]}.values())

    def _close(self, embedding: NDArray[np.float32]) -> set[int]:
        """Posters whose embeddings are so close that they may be copies."""
        near = self._index.search(embedding, Metric.COSINE, LOOKED_AT)
        close = {each.poster_id for each in near if each.closeness >= COPY_CLOSENESS}
        return close | {each.poster_id for each in near[:1] if each.closeness >= LEAST_CLOSENESS}

    def _agreements(self, query: Query, cards: Iterable[PosterCard]) -> dict[PosterCard, float]:
        """How far each poster's picture agrees with the query's."""
        return {card: self._agreement(query, card) for card in cards}

    def _agreement(self, query: Query, card: PosterCard) -> float:
        """How far the pictures agree, -1 to 1; not at all where the poster's file is gone."""
        try:
            return correlation(query.image, self._catalog.picture_of(card))
        except CatalogError:
            return -1.0
