"""What the product finds for graded queries: under every arm, among all films and restricted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.instruments.cached import Arrays, stage
from catalog.images import decode
from genres.thresholds import above
from index import Metric
from onesheet.base.payload import PLAIN
from onesheet.base.progress import progress_of
from onesheet.instance import Instance
from onesheet.recommending.neighbourhood import Neighbourhood, PreparedQuery

SEARCHED_BY = tuple(Metric)
DEEPEST = 50
_BLANK = Image.new("RGB", (2, 3))
"""No colours are asked for, so nothing looks at the picture."""


@dataclass(frozen=True)
class Searched:
    """What was found for Q queries, a film by one poster each, nearest first.

    Attributes:
        genres: float64[Q, C], their probabilities; predicted: bool[Q, C].
        free, held: poster ids int64[Q, A, 50] by arm, among all films and among those that have a
            predicted genre; equal where nothing is predicted; -1 where there are no more.
        apart: float64[Q, A, 50], distances of `free`.
    """

    genres: NDArray[np.float64]
    predicted: NDArray[np.bool_]
    free: NDArray[np.int64]
    held: NDArray[np.int64]
    apart: NDArray[np.float64]


def searched(instance: Instance, queries: list[int], cache: Path) -> Searched:
    """All that is found for these posters, the query and its copies left out."""
    opened = instance.opened()
    names = opened.embedder.fingerprint[:12], opened.index.manifest.fingerprint[:12], queries[0]
    arrays = stage(
        cache, "-".join(map(str, (*names, len(queries)))), lambda: _search(instance, queries)
    )
    genres = arrays["genres"].astype(np.float64)
    return Searched(
        genres,
        above(genres, opened.embedder.card.thresholds),
        arrays["free"].astype(np.int64),
        arrays["held"].astype(np.int64),
        arrays["apart"].astype(np.float64),
    )


def _search(instance: Instance, queries: list[int]) -> Arrays:
    opened, catalog = instance.opened(), instance.catalog
    around, facets = Neighbourhood(opened, catalog, instance.impressions), catalog.facets()
    copies = opened.index.duplicates
    pairs = np.empty((0, 2), np.int64) if copies is None else copies
    cards = catalog.cards(queries)
    genres, free, held, apart = [], [], [], []
    with progress_of("Searching") as progress:
        for done, query in enumerate(queries):
            image = decode(catalog.poster_path(cards[query].content_hash).read_bytes())
            read = opened.embedder.read([image])
            predicted = above(read.genres.astype(np.float64), opened.embedder.card.thresholds)[0]
            names = [
                n for n, there in zip(opened.embedder.card.genres, predicted, strict=True) if there
            ]
            same = {query, *pairs[(pairs == query).any(1)].ravel().tolist()}
            exclude = facets.posters(set(facets.films(sorted(same)).tolist()))
            vector = opened.index.embeddings([query])[0]
            prepared = PreparedQuery(vector, exclude, _BLANK, vector[None, None])
            _, found = around.nearest(prepared, dict.fromkeys(SEARCHED_BY, DEEPEST), [], PLAIN)
            _, within = around.nearest(prepared, dict.fromkeys(SEARCHED_BY, DEEPEST), names, PLAIN)
            genres.append(read.genres[0])
            free.append([_filled([n.poster_id for n in found[arm]], -1) for arm in SEARCHED_BY])
            apart.append([_filled([n.distance for n in found[arm]], np.nan) for arm in SEARCHED_BY])
            held.append([_filled([n.poster_id for n in within[arm]], -1) for arm in SEARCHED_BY])
            progress(done + 1, len(queries))
    made = {"genres": genres, "free": free, "held": held, "apart": apart}
    return {name: np.array(values) for name, values in made.items()}


def _filled(values: list[float] | list[int], rest: float) -> list[float] | list[int]:
    return [*values, *[rest] * (DEEPEST - len(values))]
