"""The films around a poster: which are the poster itself, and which are nearest to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.catalog import CatalogError, PosterCard
from catalog.facets import FacetTable
from catalog.images import perceptual_hash
from catalog.palette import SMALL, Palette, palette
from catalog.registration import SAME_PICTURE, SURE, correlation
from index import Metric, Neighbour
from webapp.building import poster
from webapp.queries import Query
from webapp.reading import promises
from webapp.reranking import CANDIDATES, Candidates, rerank
from webapp.view import View

if TYPE_CHECKING:
    from embedder import PosterReading
    from webapp.instance import Instance
    from webapp.live import Opened

Embedding = NDArray[np.float32]
Nearest = dict[Metric, list[Neighbour]]

NEIGHBOURHOOD = 50
"""Films in the scatter."""
FEWEST = NEIGHBOURHOOD
"""A restriction that leaves fewer films than this is dropped: the scatter must be full."""
EXAMPLES = 5
"""Posters shown that promise the intended genres."""
SPARE = 10
"""Posters searched beyond the films wanted, since a film may have several."""
COPY_CLOSENESS = 90.0
"""Most altered copies whose hash is another are closer: docs/benchmarks/duplicates.md."""
LEAST_CLOSENESS = 50.0
"""What a wide frame leaves of it: the nearest poster of all is looked at from here on."""
FAR = 64
"""Bits that hashes differ in at most."""
LOOKED_AT = 3
"""Nearest posters, by hash and then by embedding, compared with the query pixel by pixel: 1 ms for
the same picture as it lies, mostly under 5 ms for another."""


@dataclass(frozen=True)
class Asked:
    """A query as a search needs it.

    Attributes:
        embedding: float32[D], raw.
        exclude: posters never to be found: the query's own and its copies'.
        image: the query, off which a view by colour reads its palette.
        positions: float32[h, w, D], whose mean is the embedding.
    """

    embedding: Embedding
    exclude: Collection[int]
    image: Image.Image
    positions: Embedding

    def reduced(self) -> Asked:
        """The same with its image as small as colours are read off it."""
        return replace(self, image=self.image.resize(SMALL, Image.Resampling.BOX))

    @cached_property
    def palette(self) -> Palette:
        """The query's colours."""
        return palette(self.image)


class Surroundings:
    """Searches one index for one request, in films rather than posters."""

    def __init__(self, instance: Instance, opened: Opened, aside: Executor | None = None) -> None:
        """`aside`: whose threads may do a part of it."""
        self._instance = instance
        self._aside = aside
        self._catalog = instance.catalog
        self._embedder = opened.embedder
        self._index = opened.index

    @cached_property
    def _facets(self) -> FacetTable:
        return self._catalog.facets()

    def exact(self, query: Query) -> list[PosterCard]:
        """Catalogue posters of the very bytes asked about. Like the facets, which it reads as well,
        it can be told before the network has read the poster."""
        _ = self._facets
        found = self._catalog.by_hash(query.source_hash)
        return [query.card, *found] if query.card else found

    def asked(
        self, query: Query, read: PosterReading, exact: list[PosterCard] | None = None
    ) -> tuple[Asked, list[PosterCard]]:
        """The query for searching, and the catalogue's copies of it; `read` with positions,
        `exact` where that was asked for before."""
        same = self.copies(query, read.embeddings[0], exact)
        if read.positions is None:
            raise ValueError("the reading needs its positions")
        exclude = self.posters_of(same)
        return Asked(read.embeddings[0], exclude, query.image, read.positions[0]), same

    def copies(
        self, query: Query, embedding: Embedding, exact: list[PosterCard] | None = None
    ) -> list[PosterCard]:
        """Catalogue posters that show the very poster asked about, the surest first.

        The same bytes; or nearly the same perceptual hash or embedding, and the same picture once
        one is laid upon the other: embeddings alone confuse a series' posters, hashes alone plain
        ones. After the same bytes comes the nearest hash, then what agrees most. Of a poster that
        the catalogue holds, the other copies are those found when the index was built.
        """
        exact = self.exact(query) if exact is None else exact
        known = self._known_copies(exact)
        if known:
            return known
        held = {card.poster_id for card in exact}
        bits = dict(self._catalog.near(perceptual_hash(query.image)))
        hashed = [card for card in bits if card.poster_id not in held]
        looked = self._looked_at(query, hashed[:LOOKED_AT])
        known = self._known_copies([card for card, found in looked.items() if found >= SURE])
        if not known:
            near = self._index.search(embedding, Metric.COSINE, LOOKED_AT)
            seen = held | {card.poster_id for card in looked}
            close = {n.poster_id for n in near if n.closeness >= COPY_CLOSENESS}
            close |= {n.poster_id for n in near[:1] if n.closeness >= LEAST_CLOSENESS}
            looked |= self._looked_at(query, self._catalog.cards(sorted(close - seen)).values())
        same = [card for card, agreement in looked.items() if agreement >= SAME_PICTURE]
        same.sort(key=lambda card: (bits.get(card, FAR), -looked[card]))
        found = [*exact, *same, *known]
        return list({card.poster_id: card for card in found}.values())

    def _looked_at(self, query: Query, cards: Iterable[PosterCard]) -> dict[PosterCard, float]:
        """How far each poster's picture agrees with the query's."""
        return {card: self._agreement(query, card) for card in cards}

    def _known_copies(self, held: Sequence[PosterCard]) -> list[PosterCard]:
        """Posters of the catalogue and their copies as the index knows them; none where it was
        built without some of them, or without looking for copies."""
        numbers = [card.poster_id for card in held]
        pairs = self._index.duplicates
        if not held or pairs is None or not np.isin(numbers, self._index.folder_ids).all():
            return []
        known = np.isin(pairs, numbers).any(axis=1)
        others = self._catalog.cards(np.unique(pairs[known]).tolist()) if known.any() else {}
        return list({card.poster_id: card for card in [*held, *others.values()]}.values())

    def _agreement(self, query: Query, card: PosterCard) -> float:
        """How far the pictures agree; not at all where the poster's file is gone."""
        try:
            return correlation(query.image, poster(self._instance, card))
        except CatalogError:
            return -1.0

    def posters_of(self, cards: Iterable[PosterCard]) -> set[int]:
        """All posters of these cards' films."""
        return self._facets.posters({card.movie_id for card in cards})

    def seen(
        self, asked: Asked, counts: Mapping[Metric, int], genres: Sequence[str], view: View
    ) -> tuple[list[str] | None, Nearest]:
        """The nearest films that have one of the predicted `genres`, as the view orders them, and
        these genres; without the restriction, and None, where there is no genre, where the view
        names its own, or where fewer than FEWEST films have one."""
        counted = dict.fromkeys(counts, CANDIDATES) if view.reranks else counts
        genres_held, found = self._restricted(asked, counted, genres, view)
        if view.reranks:
            found = {
                metric: self._ranked(asked, near, metric, view) for metric, near in found.items()
            }
        return genres_held, {metric: found[metric][: counts[metric]] for metric in counts}

    def _restricted(
        self, asked: Asked, counts: Mapping[Metric, int], genres: Sequence[str], view: View
    ) -> tuple[list[str] | None, Nearest]:
        within = self._passing(view)
        if genres and not view.genres:
            sharing = self._facets.sharing(genres)
            both = sharing if within is None else np.intersect1d(sharing, within)
            found = self.nearest(asked.embedding, counts, asked.exclude, both)
            if max(map(len, found.values())) >= FEWEST:
                return list(genres), found
        return None, self.nearest(asked.embedding, counts, asked.exclude, within)

    def _passing(self, view: View) -> NDArray[np.int64] | None:
        """The posters that pass the view's own filters; None for all."""
        filters = []
        if view.genres:
            filters.append(self._facets.sharing(view.genres))
        if view.decades:
            filters.append(self._facets.released_in(view.decades))
        return reduce(np.intersect1d, filters) if filters else None

    def _ranked(
        self, asked: Asked, near: Sequence[Neighbour], metric: Metric, view: View
    ) -> list[Neighbour]:
        """The films near, in the view's order; by colour, those whose file is gone are left out."""
        cards = self._catalog.cards([each.poster_id for each in near])
        hashes = {number: card.content_hash for number, card in cards.items()}
        known = self._instance.impressions.of(hashes.values()) if view.colour else {}
        kept = [
            each
            for each in near
            if each.poster_id in cards and (not view.colour or hashes[each.poster_id] in known)
        ]
        candidates = Candidates(
            neighbours=kept,
            embeddings=self._index.embeddings([each.poster_id for each in kept]),
            palettes=[known[hashes[n.poster_id]].palette for n in kept] if view.colour else [],
        )
        card = self._embedder.card
        return rerank(asked.embedding, asked.palette, candidates, metric, card, view)

    def nearest(
        self,
        embedding: Embedding,
        counts: Mapping[Metric, int],
        exclude: Collection[int],
        within: NDArray[np.int64] | None = None,
    ) -> Nearest:
        """Under each metric as many of the nearest films as counted, each by its nearest poster."""
        spare = SPARE
        while True:
            asked = {metric: count + spare for metric, count in counts.items()}
            found = self._index.search_each(
                embedding, asked, within=within, exclude=exclude, aside=self._aside
            )
            posters = list({n.poster_id for near in found.values() for n in near})
            film = dict(zip(posters, self._facets.films(posters).tolist(), strict=True))
            films = {metric: one_a_film(near, film) for metric, near in found.items()}
            if all(len(films[m]) >= counts[m] or len(found[m]) < asked[m] for m in counts):
                return {metric: films[metric][: counts[metric]] for metric in counts}
            spare *= 4

    def promising(
        self, query: Query, embedding: Embedding, genres: Sequence[str]
    ) -> list[PosterCard]:
        """Of the films nearest to the poster (by cosine, itself left out) those whose posters
        promise `genres` most, the strongest first."""
        card = self._embedder.card
        exclude = self.posters_of(self.copies(query, embedding))
        near = self.nearest(embedding, {Metric.COSINE: NEIGHBOURHOOD}, exclude)[Metric.COSINE]
        ids = np.array([each.poster_id for each in near], dtype=np.int64)
        strength = promises(card, self._index.embeddings(ids), genres)
        best = ids[np.argsort(-strength, kind="stable")][:EXAMPLES]
        return list(self._catalog.cards(best.tolist()).values())


def one_a_film(neighbours: Sequence[Neighbour], film: Mapping[int, int]) -> list[Neighbour]:
    """Each film's first, by the `film` of each poster; -1 for posters that the catalogue does not
    know, which are dropped."""
    films: dict[int, Neighbour] = {}
    for each in neighbours:
        if film[each.poster_id] >= 0:
            films.setdefault(film[each.poster_id], each)
    return list(films.values())
