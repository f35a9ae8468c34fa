"""From a catalogue to an index: every poster read by the model, all embeddings indexed."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from PIL import Image

from catalog.catalog import CatalogError, PosterCard
from catalog.database import writing
from catalog.images import ImageError, decode
from catalog.impressions import Impression
from index import DEFAULTS, IndexFolderError, Options, PosterIndex, Storage, prune
from webapp.duplicates import MOST, same_pictures
from webapp.files import check_writable
from webapp.growth import even_out
from webapp.instance import Instance
from webapp.portraits import save
from webapp.portraying import Seen, portray
from webapp.progress import bar

if TYPE_CHECKING:
    from embedder import Embedder

log = logging.getLogger("webapp")

BATCH = 8
"""Posters read by the model at once.

A run of the network keeps to one thread, and as many threads as there are cores decode and run at
once: decoding then never waits for the network or the network for decoding. Measured so, 4 to 16
posters a run cost the same, single ones 10% more, and splitting a run over threads gains nothing.
"""
NO_POSTERS = "The catalogue has no posters; run `onesheet demo` or `onesheet import folder DIR`."
ENOUGH = (256, 256)
"""Pixels a poster is decoded to at least: more than the model reads."""


def build_index(
    instance: Instance,
    *,
    anew: bool = False,
    with_map: bool = False,
    storage: Storage | None = None,
) -> PosterIndex:
    """Write an index folder of every poster of the catalogue and point the instance at it.

    Embeddings that the present index has of the present model are taken over, unless `anew`; the
    other posters are read. They are kept as the present index keeps its own, unless `storage`
    says otherwise. Rows of changes that the folder before contained too are dropped, and
    so are older folders. `with_map`: also lay the posters out on a plane, the last step, about
    half a minute for 30,000. Raises catalog.CatalogError where there is no poster or a poster's
    file is missing, UnwritableError, before any is read, where the index could not be saved, and
    BusyError where another process is building.
    """
    check_writable(instance.indexes)  # rather than find out after minutes of reading
    with building(instance):
        cards = instance.catalog.all_cards()
        if not cards:
            raise CatalogError(NO_POSTERS)
        numbers = np.array([card.poster_id for card in cards], dtype=np.int64)
        embedder = instance.embedder()
        before = _present(instance)
        options = _options(before, storage)
        known = None if anew or _coarser(before, options, len(cards)) else before
        embeddings = _embeddings(instance, embedder, cards, numbers, known)
        index = PosterIndex.build(
            instance.indexes,
            numbers,
            embeddings,
            model=embedder.fingerprint,
            with_map=with_map,
            duplicates=_copies(instance, cards, numbers, embeddings),
            options=options,
        )
        paint(instance, cards, embeddings, index.manifest.fingerprint)
        # Workers go on with the folder before until they have opened this one.
        instance.changes.forget(numbers, *([before.folder_ids] if before else []))
        prune(instance.indexes)
        _even_out(instance, embedder, numbers)
        return index


def _even_out(instance: Instance, embedder: Embedder, numbers: NDArray[np.int64]) -> None:
    """Beside the index just built of the posters `numbers`, take up what came meanwhile without a
    row of changes, since there was no index before, or another model's."""
    with writing(instance.engine):
        pass  # whoever still adds posters for the index before is done; all others see this one
    news = instance.changes.after(0, embedder.fingerprint, embedder.dimensions)
    held = set(numbers.tolist()) | set(news.added.tolist())
    for sentence in even_out(instance, embedder, held - set(news.removed)).unreadable:
        log.warning(sentence)


def paint(
    instance: Instance, cards: Sequence[PosterCard], embeddings: NDArray[np.float32], index: str
) -> None:
    """Work out what genres look like and keep it under the fingerprint of the index."""
    model = instance.embedder()
    kept = _impressions(instance, {card.content_hash for card in cards})
    seen = Seen(
        cards,
        embeddings,
        [kept[card.content_hash].palette if card.content_hash in kept else () for card in cards],
        # The packaged model never saw an invented film; one trained here may have.
        np.array([c.split != "train" or (c.invented and not instance.trained) for c in cards]),
    )
    gallery = portray(seen, model.card, model=model.fingerprint, index=index)
    save(gallery, instance.portraits)


def _impressions(instance: Instance, content_hashes: Collection[str]) -> dict[str, Impression]:
    """The posters' impressions. Embeddings taken over from an index were made without looking."""
    kept = instance.impressions.kept(content_hashes)
    missing = sorted(set(content_hashes) - kept.keys())
    if missing:
        with bar("Looking at colours", len(missing)) as shown:
            for start in range(0, len(missing), BATCH):
                part = missing[start : start + BATCH]
                kept |= instance.impressions.of(part)
                shown.update(len(part))
    return kept


class BusyError(ValueError):
    """Somebody else is building this instance's index."""


@contextmanager
def building(instance: Instance) -> Iterator[None]:
    """One at a time: a second builder might drop rows that its folder does not contain."""
    try:
        with FileLock(instance.indexes / ".lock", timeout=0):
            yield
    except Timeout:
        raise BusyError(
            "Another process is building the index; try again once it is done."
        ) from None


def _options(before: PosterIndex | None, storage: Storage | None) -> Options:
    if storage is None and before is not None and before.manifest.graph is not None:
        storage = Storage(before.manifest.graph.storage)
    return DEFAULTS if storage is None else Options(storage=storage)


def _coarser(before: PosterIndex | None, options: Options, posters: int) -> bool:
    """Whether the index before rounded its embeddings, and the next one is to keep them whole."""
    graph = before.manifest.graph if before else None
    rounds = options.storage is Storage.FLOAT16 and posters > options.exact_up_to
    return graph is not None and graph.storage == Storage.FLOAT16 and not rounds


def _present(instance: Instance) -> PosterIndex | None:
    """The present index with its changes; None where there is none of the present model."""
    try:
        return instance.index()
    except IndexFolderError:
        return None


def _embeddings(
    instance: Instance,
    embedder: Embedder,
    cards: Sequence[PosterCard],
    numbers: NDArray[np.int64],
    known: PosterIndex | None,
) -> NDArray[np.float32]:
    """float32[N, D] in the order of the cards: taken from the index, or else read."""
    if known is None or known.manifest.model != embedder.fingerprint:
        return embed(instance, embedder, cards)
    held = np.isin(numbers, known.poster_ids)
    vectors = np.empty((len(cards), embedder.dimensions), dtype=np.float32)
    vectors[held] = known.embeddings(numbers[held])
    missing = [card for card, there in zip(cards, held.tolist(), strict=True) if not there]
    if missing:
        vectors[~held] = embed(instance, embedder, missing)
    return vectors


def _copies(
    instance: Instance,
    cards: Sequence[PosterCard],
    numbers: NDArray[np.int64],
    embeddings: NDArray[np.float32],
) -> NDArray[np.int64] | None:
    """Posters that show the same picture, int64[P, 2]; None where there are too many to look."""
    if len(cards) > MOST:
        return None

    def image(row: int) -> Image.Image | None:
        try:
            return poster(instance, cards[row])
        except CatalogError:
            return None

    hashes = np.array([card.perceptual_hash for card in cards], dtype=np.uint64)
    return numbers[same_pictures(hashes, embeddings, image)]


def embed(
    instance: Instance, embedder: Embedder, cards: Sequence[PosterCard]
) -> NDArray[np.float32]:
    """float32[N, D] raw embeddings in the order of the cards, behind a progress bar."""
    with bar("Reading posters", len(cards)) as shown:
        posters = [(card.content_hash, partial(poster, instance, card)) for card in cards]
        return read_all(instance, embedder, posters, shown.update)


def read_all(
    instance: Instance,
    embedder: Embedder,
    posters: Sequence[tuple[str, Callable[[], Image.Image]]],
    progress: Callable[[int], object] = lambda count: None,
    *,
    look: bool = True,
) -> NDArray[np.float32]:
    """float32[N, D] raw embeddings of posters, given by content hash and what opens them.

    The posters' impressions are made and kept along the way, since they are decoded anyway; without
    `look` they are not, and the database is left alone. `progress(count)` is called with the number
    of each batch.
    """
    hashes = {content_hash for content_hash, _ in posters}
    impressed = hashes & instance.impressions.kept(hashes).keys() if look else hashes
    made: dict[str, Impression] = {}
    vectors = np.empty((len(posters), embedder.dimensions), dtype=np.float32)
    batches = [range(i, min(i + BATCH, len(posters))) for i in range(0, len(posters), BATCH)]

    def read(rows: range) -> int:
        opened = {posters[row][0]: posters[row][1]() for row in rows}
        images = [opened[posters[row][0]] for row in rows]
        vectors[rows.start : rows.stop] = embedder.read(images).embeddings
        for content_hash in opened.keys() - impressed:
            made[content_hash] = Impression.of(opened[content_hash])
        return len(rows)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for count in pool.map(read, batches):
            progress(count)
    if made:
        instance.impressions.keep(made)
    return vectors


def poster(instance: Instance, card: PosterCard) -> Image.Image:
    """The stored image of a poster, RGB. Raises CatalogError where its file is missing or torn."""
    path = instance.catalog.poster_path(card.content_hash)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise CatalogError(
            f"The poster file of {card.imdb_id} ({card.title}) is missing; import it again."
        ) from None
    try:
        return decode(data, at_least=ENOUGH)
    except ImageError:
        raise CatalogError(
            f"The poster file of {card.imdb_id} ({card.title}) is damaged; import it again, and "
            f"where that does not help, delete {path} before."
        ) from None
