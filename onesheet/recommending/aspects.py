"""The films most like a poster in one respect alone: composition, colour, genre feel or period."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from catalog.catalog import Catalog, PosterCard
from embedder.parts import columns_of
from index import Metric
from index.metric import distances
from onesheet.recommending.answers import Answer
from onesheet.recommending.neighbourhood import PreparedQuery
from onesheet.recommending.recommender import SHOWN, Recommender

if TYPE_CHECKING:
    from onesheet.indexing.live import Live, Opened

AT_A_TIME: Final = 4096
"""Posters whose embeddings are looked at together; more would only take memory."""


class Aspect(StrEnum):
    """One respect in which two posters can be alike."""

    COMPOSITION = "composition"
    COLOUR = "colour"
    GENRE = "genre"
    PERIOD = "period"


PARTS: Final = {Aspect.COMPOSITION: "composition", Aspect.GENRE: "promise"}
"""The part of an embedding that alone tells of an aspect."""
AspectDistances = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Poster ids int64[M] and how far each is, float64[M]."""


class Aspects:
    """Searches the whole catalogue by one aspect; nothing of it is recorded."""

    def __init__(self, catalog: Catalog, recommender: Recommender, live: Live) -> None:
        self._catalog, self._recommender, self._live = catalog, recommender, live

    def offered(self, answer: Answer) -> list[Aspect]:
        """What an answer's poster can be searched by."""
        parts = self._live.embedder().card.parts
        return [
            each
            for each in Aspect
            if PARTS.get(each, "promise") in parts
            and (each is not Aspect.PERIOD or poster_decade(answer) is not None)
        ]

    def nearest(
        self, answer: Answer, aspect: Aspect, k: int = SHOWN, prepared: PreparedQuery | None = None
    ) -> list[PosterCard]:
        """The k films most like an answer's poster by `aspect`, the most alike first.

        Composition and genre feel are the cosine of that part of the embedding, colour is the
        distance of the palettes (of several posters the mean of theirs), and by period it is the
        whole embedding's cosine among the films of the poster's decade; where that is only read,
        the first and the last that are read stand for all before and after. Fewer where the
        catalogue has no more, none by an aspect that the model knows nothing of. `prepared` is a
        poster that is not kept. Raises what Recommender.prepared raises.
        """
        prepared = prepared or self._recommender.prepared(answer)
        opened = self._live.opened()  # before the snapshot: what it holds the catalogue has
        with self._catalog.snapshot():
            ids, apart = self._measured(answer, aspect, prepared, opened)
            mine = ~np.isin(ids, list(prepared.exclude))
            ids, apart = ids[mine], apart[mine]
            ordered = ids[np.argsort(apart, kind="stable")]  # equal ones by their ids
            best = ordered[self._catalog.facets().first_of_each_film(ordered, k)]
            return list(self._catalog.cards(best.tolist()).values())

    def _measured(
        self, answer: Answer, aspect: Aspect, prepared: PreparedQuery, opened: Opened
    ) -> AspectDistances:
        index, card = opened.index, opened.embedder.card
        if aspect is Aspect.COLOUR:
            table = self._catalog.colours()
            here = index.holds(table.poster_ids)
            apart = np.mean([table.distances(each) for each in prepared.palettes], axis=0)
            return table.poster_ids[here], apart[here]
        if aspect is Aspect.PERIOD:
            facets = self._catalog.facets()
            among = facets.released_in(_decades_meant(answer, facets.known_decades))
            return _by_cosine(prepared.embedding, among[index.holds(among)], opened, None)
        part = PARTS[aspect]
        if part not in card.parts:
            return np.empty(0, np.int64), np.empty(0)
        return _by_cosine(prepared.embedding, index.poster_ids, opened, part)


def poster_decade(answer: Answer) -> int | None:
    """The first year of the decade a poster is from: its film's where that is known, else the
    likeliest where that is worth telling. Of several posters that of all their films. None where
    there is none."""
    known = film_decade(answer)
    if known or answer.query.likes or not answer.reading.decade:
        return known
    return int(answer.reading.decade)


def film_decade(answer: Answer) -> int | None:
    """The same where it is known, not read."""
    if likes := answer.query.likes:
        years = {each.year // 10 * 10 if each.year else None for each in likes}
        return years.pop() if len(years) == 1 else None
    return None if answer.film_year is None else answer.film_year // 10 * 10


def _decades_meant(answer: Answer, known: Sequence[int]) -> list[int]:
    """The decades, of those `known` in the catalogue, that a poster's own stands for: a model tells
    none apart before its first and after its last."""
    decade = poster_decade(answer)
    if decade is None:
        return []
    read = [] if film_decade(answer) else [int(each) for each in answer.reading.decades]
    earlier, later = decade in read[:1], decade in read[-1:]
    return [
        each
        for each in known
        if each == decade or (earlier and each < decade) or (later and each > decade)
    ]


def _by_cosine(
    embedding: NDArray[np.float32], ids: NDArray[np.int64], opened: Opened, part: str | None
) -> AspectDistances:
    """Posters by the cosine of one part of their embeddings, or of the whole."""
    card = opened.embedder.card

    def taken(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        return embeddings if part is None else columns_of(card, embeddings, part)

    asked = taken(embedding[None])[0]
    apart = [
        distances(asked, taken(opened.index.embeddings(ids[row : row + AT_A_TIME])), Metric.COSINE)
        for row in range(0, len(ids), AT_A_TIME)
    ]
    return ids, np.concatenate(apart) if apart else np.empty(0)
