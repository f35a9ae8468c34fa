"""From a catalogue to an index: every poster read by the model, all embeddings indexed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.catalog import CatalogError, PosterCard
from catalog.images import decode
from catalog.impressions import Impression
from index import PosterIndex
from webapp.files import check_writable
from webapp.instance import Instance
from webapp.progress import bar

if TYPE_CHECKING:
    from embedder import Embedder

BATCH = 8
"""Posters read by the model at once.

A run of the network keeps to one thread, and as many threads as there are cores decode and run at
once: decoding then never waits for the network or the network for decoding. Measured so, 4 to 16
posters a run cost the same, single ones 10% more, and splitting a run over threads gains nothing.
"""
ENOUGH = (256, 256)
"""Pixels a poster is decoded to at least: more than the model reads."""


def build_index(instance: Instance) -> PosterIndex:
    """Embed every poster of the catalogue and point the instance at the new index.

    Raises catalog.CatalogError where there is no poster or a poster's file is missing, and before
    any is read UnwritableError where the index could not be saved.
    """
    cards = instance.catalog.all_cards()
    if not cards:
        raise CatalogError(
            "The catalogue has no posters; run `onesheet demo` or `onesheet import folder DIR`."
        )
    embedder = instance.embedder()
    check_writable(instance.indexes)  # rather than find out after minutes of reading
    numbers = np.array([card.poster_id for card in cards], dtype=np.int64)
    embeddings = embed(instance, embedder, cards)
    return PosterIndex.build(instance.indexes, numbers, embeddings, model=embedder.fingerprint)


def embed(
    instance: Instance, embedder: Embedder, cards: Sequence[PosterCard]
) -> NDArray[np.float32]:
    """float32[N, D] raw embeddings in the order of the cards.

    The posters' impressions are made and kept along the way, since they are decoded anyway.
    """
    known = instance.impressions.kept([card.content_hash for card in cards])
    made: dict[str, Impression] = {}
    vectors = np.empty((len(cards), embedder.dimensions), dtype=np.float32)
    batches = [range(i, min(i + BATCH, len(cards))) for i in range(0, len(cards), BATCH)]

    def read(rows: range) -> int:
        images = [poster(instance, cards[row]) for row in rows]
        vectors[rows.start : rows.stop] = embedder.read(images).embeddings
        for row, image in zip(rows, images, strict=True):
            if cards[row].content_hash not in known:
                made[cards[row].content_hash] = Impression.of(image)
        return len(rows)

    with ThreadPoolExecutor(os.cpu_count()) as pool, bar("Reading posters", len(cards)) as shown:
        for done in pool.map(read, batches):
            shown.update(done)
    instance.impressions.keep(made)
    return vectors


def poster(instance: Instance, card: PosterCard) -> Image.Image:
    """The stored image of a poster, RGB. Raises CatalogError where its file is missing."""
    try:
        data = instance.catalog.poster_path(card.content_hash).read_bytes()
    except FileNotFoundError:
        raise CatalogError(
            f"The poster file of {card.imdb_id} ({card.title}) is missing; import it again."
        ) from None
    return decode(data, at_least=ENOUGH)
