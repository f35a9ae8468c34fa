"""What the product says of altered posters, and of pictures with more than a poster in them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from benchmarks.instruments.reporting import met
from benchmarks.instruments.surrounded import LOCATED, shared_area
from catalog.catalog import PosterCard
from catalog.images import NEAR_DUPLICATE, decode, hamming, perceptual_hash
from catalog.images.registration import correlation
from catalog.images.surroundings import poster_part
from catalog.images.surroundings.part import WHOLE_PICTURE
from embedder.evaluation import Alteration
from genres.intervals import mean_interval
from index import Metric
from onesheet.instance import Instance
from onesheet.queries.query import Query
from onesheet.recommending.same_poster import Copies

NO_BYTES = "0" * 64
"""A content hash that no poster has: an altered file's bytes are never the original's."""


class Recognition:
    """What the product says of images, over one instance."""

    def __init__(self, instance: Instance) -> None:
        self.catalog = instance.catalog
        self.opened = instance.opened()
        self._copies = Copies(self.catalog, self.opened.index)

    def image(self, card: PosterCard) -> Image.Image:
        return decode(self.catalog.poster_path(card.content_hash).read_bytes())

    def copies(self, image: Image.Image) -> list[PosterCard]:
        """The catalogue's posters that an upload is said to be."""
        query = Query(image, NO_BYTES).read_from(poster_part(image) or WHOLE_PICTURE)
        embedding = self.opened.embedder.read([query.image]).embeddings[0]
        return self._copies.of(query, embedding)

    def nearest_other(self, card: PosterCard) -> PosterCard:
        embedding = self.opened.index.embeddings([card.poster_id])[0]
        exclude = [card.poster_id]
        found = self.opened.index.search(embedding, Metric.COSINE, 1, exclude=exclude)
        return self.catalog.cards([found[0].poster_id])[found[0].poster_id]

    def agreement(self, one: PosterCard, other: PosterCard) -> float:
        return correlation(self.image(one), self.image(other))


def altered(
    trial: Recognition, cards: Sequence[PosterCard], kinds: Sequence[Alteration]
) -> Iterator[list[str]]:
    """A row for each alteration: how often the copy is told by its hash alone, and by all."""
    for alteration in kinds:
        by_hash, told, wrong, times = [], [], 0, []
        for card in cards:
            copy = alteration.apply(trial.image(card))
            start = time.process_time()
            found = trial.copies(copy)
            times.append(1000 * (time.process_time() - start))
            bits = hamming(perceptual_hash(copy), card.perceptual_hash)
            by_hash.append(bits <= NEAR_DUPLICATE)
            told.append(bool(found) and found[0].poster_id == card.poster_id)
            wrong += bool(found) and found[0].poster_id != card.poster_id
        rates = np.array(told, dtype=float)
        low, high = mean_interval(rates)
        yield [
            alteration.name,
            f"{np.mean(by_hash):.1%}",
            f"{rates.mean():.1%} ({low:.1%} to {high:.1%})",
            str(wrong),
            f"{np.median(times):.0f} ms",
        ]


def amid(
    trial: Recognition, cards: Sequence[PosterCard], kinds: Sequence[Alteration]
) -> Iterator[list[str]]:
    """A row for each kind of surroundings: how often the poster is located in it, and named."""
    for kind in kinds:
        located, told, wrong = [], [], 0
        for card in cards:
            poster = trial.image(card)
            picture = kind.apply(poster)
            part = poster_part(picture) or WHOLE_PICTURE
            located.append(shared_area(part, kind, poster.size) >= LOCATED)
            found = trial.copies(picture)
            told.append(bool(found) and found[0].poster_id == card.poster_id)
            wrong += bool(found) and found[0].poster_id != card.poster_id
        rates = np.array(told, dtype=float)
        low, high = mean_interval(rates)
        yield [
            kind.name.removesuffix(" around"),
            f"{np.mean(located):.1%}",
            f"{rates.mean():.1%} ({low:.1%} to {high:.1%})",
            str(wrong),
            met(rates.mean() >= (0.85 if "wall" in kind.name else 0.95) and not wrong),
        ]
