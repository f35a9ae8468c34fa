"""A catalogue's posters, as a model learns from them and is tested on them."""

from __future__ import annotations

from typing import Any

from catalog.catalog import Catalog
from catalog.file_store import FileStore
from catalog.files import FetchedPoster, PosterFiles
from onesheet.base.home import Home


def training_examples(home: Home, catalog: Catalog, posters: FileStore) -> list[Any]:
    """The catalogue's posters, invented films left out unless there are no others.

    Args:
        posters: their files.
    """
    from embedder.training.data import Example

    files = PosterFiles(posters)
    here = home.settings.files is None  # else a copy may go before it is read
    cards = catalog.all_cards()
    real = [card for card in cards if not card.invented]
    return [
        Example(
            film=card.imdb_id,
            title=card.title,
            path=files.path(card.content_hash) if here else FetchedPoster(files, card.content_hash),
            genres=card.genres,
            year=card.year,
            rating=card.rating,
            split=card.split,
            perceptual_hash=card.perceptual_hash,
        )
        for card in real or cards
    ]
