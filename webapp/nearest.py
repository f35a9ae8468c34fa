"""The films around a poster: which are the poster itself, and which are nearest to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from catalog.catalog import PosterCard
from catalog.images import perceptual_hash
from index import Metric, Neighbour
from webapp.queries import Query
from webapp.reading import promises

if TYPE_CHECKING:
    from webapp.instance import Instance

Embedding = NDArray[np.float32]
Nearest = dict[Metric, list[Neighbour]]

NEIGHBOURHOOD = 50
"""Films in the scatter."""
FEWEST = NEIGHBOURHOOD
"""A restriction that leaves fewer films than this is dropped: the scatter must be full."""
EXAMPLES = 5
"""Posters shown that promise the intended genres."""
SPARE = 2
"""Posters searched for a film wanted, since a film may have several."""
SAME_CLOSENESS = 50.0
"""Copies of one poster are at least as close as the median poster and its nearest."""


class Surroundings:
    """Searches one instance's index, in films rather than posters."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._catalog = instance.catalog

    def copies(self, query: Query, embedding: Embedding) -> list[PosterCard]:
        """Catalogue posters that show the very poster asked about, the surest first.

        The same bytes, or perceptual hash and embedding both nearly the same: hashes alone
        confuse plain posters, embeddings alone confuse a series' posters. After the same bytes
        comes the nearest hash, of equally near ones the nearest embedding.
        """
        exact = [query.card] if query.card else []
        exact += self._catalog.by_hash(query.source_hash)
        alike = {c.poster_id: (c, b) for c, b in self._catalog.near(perceptual_hash(query.image))}
        if alike:
            index = self._instance.index()
            near = index.search(embedding, Metric.COSINE, len(alike), within=alike.keys())
            close = [alike[n.poster_id] for n in near if n.closeness >= SAME_CLOSENESS]
            exact += [card for card, _ in sorted(close, key=lambda found: found[1])]
        return list({card.poster_id: card for card in exact}.values())

    def posters_of(self, cards: Iterable[PosterCard]) -> set[int]:
        """All posters of these cards' films."""
        films = {card.imdb_id for card in cards}
        return {poster.poster_id for film in films for poster in self._catalog.by_imdb(film)}

    def restricted(
        self,
        embedding: Embedding,
        counts: Mapping[Metric, int],
        exclude: Collection[int],
        genres: list[str],
    ) -> tuple[list[str] | None, Nearest]:
        """The nearest films that have one of `genres`, and these; the nearest of all films, and
        None, where there is no genre or fewer than FEWEST films have one."""
        if genres:
            within = self._catalog.sharing_genres(genres)
            found = self.nearest(embedding, counts, exclude, within)
            if max(map(len, found.values())) >= FEWEST:
                return genres, found
        return None, self.nearest(embedding, counts, exclude)

    def nearest(
        self,
        embedding: Embedding,
        counts: Mapping[Metric, int],
        exclude: Collection[int],
        within: NDArray[np.int64] | None = None,
    ) -> Nearest:
        """Under each metric as many of the nearest films as counted, each by its nearest poster."""
        index, spare = self._instance.index(), SPARE
        while True:
            asked = {metric: spare * count for metric, count in counts.items()}
            found = {
                metric: index.search(embedding, metric, k, within=within, exclude=exclude)
                for metric, k in asked.items()
            }
            cards = self._catalog.cards(
                list({n.poster_id for near in found.values() for n in near})
            )
            films = {metric: one_a_film(near, cards) for metric, near in found.items()}
            if all(len(films[m]) >= counts[m] or len(found[m]) < asked[m] for m in counts):
                return {metric: films[metric][: counts[metric]] for metric in counts}
            spare *= 4

    def promising(
        self, query: Query, embedding: Embedding, genres: Sequence[str]
    ) -> list[PosterCard]:
        """Of the films nearest to the poster (by cosine, itself left out) those whose posters
        promise `genres` most, the strongest first."""
        card = self._instance.embedder().card
        exclude = self.posters_of(self.copies(query, embedding))
        near = self.nearest(embedding, {Metric.COSINE: NEIGHBOURHOOD}, exclude)[Metric.COSINE]
        ids = np.array([each.poster_id for each in near], dtype=np.int64)
        strength = promises(card, self._instance.index().embeddings(ids), genres)
        best = ids[np.argsort(-strength, kind="stable")][:EXAMPLES]
        return list(self._catalog.cards(best.tolist()).values())


def one_a_film(neighbours: Sequence[Neighbour], cards: Mapping[int, PosterCard]) -> list[Neighbour]:
    """Each film's first; posters that left the catalogue since the index was built are dropped."""
    films: dict[int, Neighbour] = {}
    for each in neighbours:
        if each.poster_id in cards:
            films.setdefault(cards[each.poster_id].movie_id, each)
    return list(films.values())
