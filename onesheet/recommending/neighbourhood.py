"""The films around a poster: which are nearest to it, as a view orders them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.catalog import Catalog, PosterCard
from catalog.images.palette import SMALL, Palette, palette
from catalog.impressions import Impressions
from catalog.lookups.facets import FacetTable
from embedder.parts import promises
from index import Metric, Neighbour
from onesheet.base.payload import Payload, View
from onesheet.base.stages import Stage, at_stage
from onesheet.queries.query import Query
from onesheet.reading.readings import Reading
from onesheet.recommending.answers import NEIGHBOURHOOD
from onesheet.recommending.likeness import UNMEASURED, LikenessFound, likeness_to
from onesheet.recommending.query_reading import QueryReading, read_query
from onesheet.recommending.record import payload_of
from onesheet.recommending.reranking import CANDIDATES, Candidates, rerank
from onesheet.recommending.restriction import (
    Nearest,
    Restriction,
    restricted,
    restricting,
)
from onesheet.recommending.same_poster import Copies

if TYPE_CHECKING:
    from onesheet.indexing.live import Opened

Embedding = NDArray[np.float32]

EXAMPLES = 5
"""Posters shown that promise the intended genres."""
SPARE = 10
"""Posters searched beyond the films wanted, since a film may have several."""


@dataclass(frozen=True)
class PreparedQuery:
    """A query as a search needs it.

    Attributes:
        embedding: float32[D], raw.
        exclude: posters never to be found: the query's own and its copies'.
        image: the query; of several the first.
        positions: float32[h, w, D], whose mean is the embedding.
        cropped: whether that is a part of a poster.
        likes: of several posters the images of all that are liked.
    """

    embedding: Embedding
    exclude: Collection[int]
    image: Image.Image
    positions: Embedding
    cropped: bool = False
    likes: tuple[Image.Image, ...] = ()

    def reduced(self) -> PreparedQuery:
        """The same with its images as small as colours are read off them."""
        small = [each.resize(SMALL, Image.Resampling.BOX) for each in (self.image, *self.likes)]
        return replace(self, image=small[0], likes=tuple(small[1:]))

    @cached_property
    def palette(self) -> Palette:
        """The query's colours; of several posters the first one's."""
        return palette(self.image)

    @cached_property
    def palettes(self) -> list[Palette]:
        """The colours of each poster that films are to be like."""
        return [palette(each) for each in self.likes or (self.image,)]


@dataclass(frozen=True)
class QueryFindings:
    """What the model and the index say of a query: what a record is made of."""

    prepared: PreparedQuery
    same: list[PosterCard]
    """The catalogue's copies of the poster."""
    reading: Reading
    nearest: Nearest
    likeness: LikenessFound
    restriction: Restriction

    def payload(self, query: Query, shown: Metric, k: int) -> Payload:
        """What a record must hold of them; see `payload_of`."""
        return payload_of(
            query,
            self.same,
            shown,
            self.nearest,
            self.likeness,
            k,
            self.reading,
            self.restriction,
        )


class Neighbourhood:
    """Searches one index for one request, in films rather than posters."""

    def __init__(self, opened: Opened, catalog: Catalog, impressions: Impressions) -> None:
        self._embedder = opened.embedder
        self._index = opened.index
        self._catalog = catalog
        self._impressions = impressions
        self._copies = Copies(catalog, opened.index)

    @cached_property
    def _facets(self) -> FacetTable:
        return self._catalog.facets()

    def find(
        self, query: Query, counts: Mapping[Metric, int], restrict: bool | None, view: View
    ) -> QueryFindings:
        """What a poster says, and the films nearest to it: as many under each metric as counted,
        only such as share a predicted genre where `restrict` is set and enough do; None leaves that
        to us, as `restricting` has it: a part of a poster promises no genre, so nothing restricts.
        """
        read = read_query(self._embedder, query)
        reading = Reading.of(self._embedder.card, read.says)
        prepared, same = self.prepared(query, read)
        genres = restricting(reading, False if query.crop and restrict is None else restrict)
        restricted_to, nearest = self.nearest(prepared, counts, genres, view)
        likeness = self.likeness(prepared, nearest)
        restriction = Restriction(restrict, restricted_to, view)
        return QueryFindings(prepared, same, reading, nearest, likeness, restriction)

    def prepared(self, query: Query, read: QueryReading) -> tuple[PreparedQuery, list[PosterCard]]:
        """The query for searching, and the catalogue's copies of its first poster; `read` with
        positions."""
        searched = read.searched
        if searched.positions is None:
            raise ValueError("the reading needs its positions")
        copies = [self._copies.of(*each) for each in read.posters]
        exclude = self._posters_of([card for cards in copies for card in cards])
        embedding, positions = searched.embeddings[0], searched.positions[0]
        cropped = query.crop is not None
        likes = tuple(each.image for each in query.likes.liked) if query.likes else ()
        return PreparedQuery(embedding, exclude, query.image, positions, cropped, likes), copies[0]

    @at_stage(Stage.SEARCH)
    def nearest(
        self,
        prepared: PreparedQuery,
        counts: Mapping[Metric, int],
        genres: Sequence[str],
        view: View,
    ) -> tuple[list[str] | None, Nearest]:
        """Under each metric as many of the nearest films as counted, as the view orders them, and
        the predicted `genres` of which each has one; None where they do not restrict."""
        counted = dict.fromkeys(counts, CANDIDATES) if view.reranks else counts
        restricted_to, found = restricted(
            genres,
            view,
            self._facets,
            lambda within: self._films(prepared.embedding, counted, prepared.exclude, within),
        )
        if view.reranks:
            found = {
                metric: self._reranked(prepared, near, metric, view)
                for metric, near in found.items()
            }
        return restricted_to, {metric: found[metric][: counts[metric]] for metric in counts}

    def likeness(self, prepared: PreparedQuery, nearest: Nearest) -> LikenessFound:
        """How like the query each poster found is, whichever metric found it; not measured for a
        part of a poster."""
        if prepared.cropped:
            return UNMEASURED
        found = {each.poster_id for near in nearest.values() for each in near}
        return likeness_to(prepared.embedding, found, self._embedder.card, self._index)

    def promising(
        self, query: Query, embedding: Embedding, genres: Sequence[str]
    ) -> list[PosterCard]:
        """Of the films nearest to the poster (by cosine, itself left out) those whose posters
        promise `genres` most, the strongest first."""
        exclude = self._posters_of(self._copies.of(query, embedding))
        near = self._films(embedding, {Metric.COSINE: NEIGHBOURHOOD}, exclude)[Metric.COSINE]
        ids = np.array([each.poster_id for each in near], dtype=np.int64)
        strength = promises(self._embedder.card, self._index.embeddings(ids), genres)
        best = ids[np.argsort(-strength, kind="stable")][:EXAMPLES]
        return list(self._catalog.cards(best.tolist()).values())

    def _posters_of(self, cards: Collection[PosterCard]) -> set[int]:
        """All posters of these cards' films, and these, which may be newer than the facts."""
        films = {card.movie_id for card in cards}
        return self._facets.posters(films) | {card.poster_id for card in cards}

    def _films(
        self,
        embedding: Embedding,
        counts: Mapping[Metric, int],
        exclude: Collection[int],
        within: NDArray[np.int64] | None = None,
    ) -> Nearest:
        """Under each metric as many of the nearest films as counted, each by its nearest poster."""
        spare = SPARE
        while True:
            wanted = {metric: count + spare for metric, count in counts.items()}
            found = self._index.search_each(embedding, wanted, within=within, exclude=exclude)
            posters = list({n.poster_id for near in found.values() for n in near})
            film = dict(zip(posters, self._facets.films(posters).tolist(), strict=True))
            films = {metric: one_a_film(near, film) for metric, near in found.items()}
            if all(len(films[m]) >= counts[m] or len(found[m]) < wanted[m] for m in counts):
                return {metric: films[metric][: counts[metric]] for metric in counts}
            spare *= 4

    def _reranked(
        self, prepared: PreparedQuery, near: Sequence[Neighbour], metric: Metric, view: View
    ) -> list[Neighbour]:
        """The films near, in the view's order; by colour, those whose file is gone are left out."""
        cards = self._catalog.cards([each.poster_id for each in near])
        hashes = {number: card.content_hash for number, card in cards.items()}
        known = self._impressions.of(hashes.values()) if view.colour else {}
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
        return rerank(prepared.embedding, prepared.palettes, candidates, metric, card, view)


def one_a_film(neighbours: Sequence[Neighbour], film: Mapping[int, int]) -> list[Neighbour]:
    """Each film's first, by the `film` of each poster; -1 for posters that the catalogue does not
    know, which are dropped."""
    films: dict[int, Neighbour] = {}
    for each in neighbours:
        if film[each.poster_id] >= 0:
            films.setdefault(film[each.poster_id], each)
    return list(films.values())
