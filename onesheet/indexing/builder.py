"""From a catalogue to an index: every poster read by the model, all embeddings indexed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.catalog import Catalog
from catalog.records import CatalogError, PosterCard
from embedder import Embedder
from index import IndexFolderError, Options, PosterIndex, Storage
from onesheet.base.files import check_writable
from onesheet.base.home import Home
from onesheet.indexing.live import Live, Opened
from onesheet.indexing.lock import building
from onesheet.indexing.missing_posters import even_out
from onesheet.indexing.picture_reading import PictureEngine
from onesheet.indexing.poster_reader import PosterReader
from onesheet.indexing.same_pictures import MOST_COMPARED, same_pictures
from onesheet.indexing.unfinished_reading import UnfinishedReading
from onesheet.portraits.gallery import keep_only, save
from onesheet.portraits.painter import PosterSet, portray
from onesheet.storage.changes import ChangeLog
from onesheet.storage.file_places import file_store

log = logging.getLogger("onesheet")

NO_POSTERS = (
    "The catalogue has no posters; run `onesheet demo --no-serve` or `onesheet import folder DIR`."
)
FOREIGN = "The index there was not built of this database, so every poster is read again."

Embeddings = NDArray[np.float32]
Ids = NDArray[np.int64]


class IndexBuilder:
    """Writes index folders of one catalogue."""

    def __init__(
        self, home: Home, catalog: Catalog, changes: ChangeLog, posters: PosterReader, live: Live
    ) -> None:
        self._home = home
        self._catalog = catalog
        self._changes = changes
        self._posters = posters
        self._live = live

    def build(
        self,
        *,
        anew: bool = False,
        with_map: bool = False,
        storage: Storage | None = None,
        model: Path | None = None,
        engine: PictureEngine | None = None,
    ) -> PosterIndex:
        """Write an index folder of every poster of the catalogue and make it the one in use.

        Embeddings that the present index has of the present model are taken over, unless `anew` or
        unless it was built of another database, where its ids mean other posters;
        the other posters are read, on from where a build before was interrupted. They are kept as
        the present index keeps its own, unless `storage` says otherwise. Changes that the folder
        before contained too are dropped, and so are older folders. `with_map`: also lay the
        posters out on a plane, the longest step for many
        (docs/benchmarks/main_job.md). `model` is the folder of one that is chosen with the index
        it makes, the one chosen before unless given; `engine` what reads posters, this process's
        cores unless given.

        Raises catalog.CatalogError where there is no poster or a poster's file is missing,
        UnwritableError, before any is read, where the index could not be saved, BusyError where
        another process is building, and embedder.ModelError.
        """
        check_writable(self._home.indexes)  # rather than find out after minutes of reading
        models = self._live.models
        with building(self._live.store):
            models.settle(self._made)
            try:  # of a proposal: one that is trained while this reads stays chosen
                proposed = models.propose(model)
                embedder = Embedder.load(proposed) if proposed else models.load()
                return self._build(embedder, with_map, anew=anew, storage=storage, engine=engine)
            finally:  # it may have failed after the index took its place
                models.settle(self._made)

    def rebuild(self, opened: Opened) -> bool:
        """Write the index that is open anew, with its model and with a map where it has one,
        unless another has taken its place; whether it was. Raises what `build` raises."""
        check_writable(self._home.indexes)
        index = opened.index
        with building(self._live.store):
            if self._live.store.current() != index.manifest.fingerprint:
                return False
            self._build(opened.embedder, with_map=index.map is not None)
            return True

    def _build(
        self,
        embedder: Embedder,
        with_map: bool,
        *,
        anew: bool = False,
        storage: Storage | None = None,
        engine: PictureEngine | None = None,
    ) -> PosterIndex:
        """See `build`; `embedder` is the model. To be called where nobody else builds."""
        cards = self._catalog.all_cards()
        if not cards:
            raise CatalogError(NO_POSTERS)
        numbers = np.array([card.poster_id for card in cards], dtype=np.int64)
        served, before = self._live.named(), self._present()
        options = self._options(before, storage)
        source = None if anew else self._own(before or self._in_folder(embedder))
        known = None if _coarser(source, options, len(cards)) else source
        unfinished = UnfinishedReading(
            self._home.unfinished, embedder.fingerprint, embedder.dimensions
        )
        if anew:
            unfinished.forget()
        read = partial(self._posters.embeddings, embedder, unfinished=unfinished, engine=engine)
        embeddings = self._embeddings(embedder, cards, numbers, known, read)
        duplicates = self._duplicates(cards, numbers, embeddings)
        self._live.models.keep(embedder)
        index = self._live.store.build(
            numbers,
            embeddings,
            model=embedder.fingerprint,
            with_map=with_map,
            duplicates=duplicates,
            options=options,
            noted=self._changes.note_built,
        )
        self._changes.forget_unrecorded()
        unfinished.forget()
        self.paint(cards, embeddings, embedder, index.manifest.fingerprint)
        # Workers go on with the folder before until they have opened this one.
        self._changes.forget(numbers, *([before.folder_ids] if before else []))
        self._take_up_latecomers(embedder, numbers)
        self._live.store.prune()
        self._live.models.prune(embedder.fingerprint)
        keep_only(file_store(self._home, "genres"), {index.manifest.fingerprint, served})
        return index

    def paint(
        self, cards: Sequence[PosterCard], embeddings: Embeddings, model: Embedder, index: str
    ) -> None:
        """Work out what genres look like from posters and a model's embeddings float32[N, D] of
        them, and keep it under the fingerprint of the `index`."""
        # The packaged model never saw an invented film; one trained here may have.
        unseen = model.packaged
        held_out = np.array([c.split != "train" or (c.invented and unseen) for c in cards])
        posters = PosterSet(cards, embeddings, self._posters.palettes(cards), held_out)
        gallery = portray(posters, model.card, model=model.fingerprint, index=index)
        save(gallery, file_store(self._home, "genres"))

    def _take_up_latecomers(self, embedder: Embedder, numbers: Ids) -> None:
        """Beside the index just built of the posters `numbers`, take up what came meanwhile without
        a row of changes, since there was no index before, or another model's."""
        self._changes.wait_for_writers()
        news = self._changes.after(0, embedder.fingerprint, embedder.dimensions)
        indexed = {*numbers.tolist(), *news.added.tolist()} - set(news.removed)
        done = even_out(self._catalog, self._changes, self._posters, embedder, indexed)
        for sentence in done.unreadable:
            log.warning(sentence)

    def _made(self) -> str | None:
        """The model of the index in use; None where there is none."""
        store = self._live.store
        with suppress(IndexFolderError):
            return store.described(store.current()).model
        return None

    def _present(self) -> PosterIndex | None:
        """The present index with its changes; None where there is none of the present model."""
        try:
            return self._live.opened().index
        except IndexFolderError:
            return None

    def _in_folder(self, embedder: Embedder) -> PosterIndex | None:
        """The index of the instance's own folder, which is there still where another place was
        chosen for the next one; None where it has none of this model."""
        try:
            return PosterIndex.load(self._home.indexes, model=embedder.fingerprint)
        except IndexFolderError:
            return None

    def _own(self, source: PosterIndex | None) -> PosterIndex | None:
        """The index, unless its ids may mean other pictures than this database's posters."""
        if source is None or self._changes.has_built(source.manifest.fingerprint):
            return source
        log.warning(FOREIGN)
        return None

    def _options(self, before: PosterIndex | None, storage: Storage | None) -> Options:
        if storage is None and before is not None and before.manifest.graph is not None:
            storage = Storage(before.manifest.graph.storage)
        return self._live.store.options(storage)

    def _embeddings(
        self,
        embedder: Embedder,
        cards: Sequence[PosterCard],
        numbers: Ids,
        known: PosterIndex | None,
        read: Callable[[Sequence[PosterCard]], Embeddings],
    ) -> Embeddings:
        """float32[N, D] in the order of the cards: taken from the index `known`, or else `read`."""
        if known is None or known.manifest.model != embedder.fingerprint:
            return read(cards)
        there = np.isin(numbers, known.poster_ids)
        vectors = np.empty((len(cards), embedder.dimensions), dtype=np.float32)
        vectors[there] = known.embeddings(numbers[there])
        missing = [card for card, kept in zip(cards, there.tolist(), strict=True) if not kept]
        if missing:
            vectors[~there] = read(missing)
        return vectors

    def _duplicates(
        self, cards: Sequence[PosterCard], numbers: Ids, embeddings: Embeddings
    ) -> Ids | None:
        """Posters that show the same picture, int64[P, 2]; None where there are too many to
        look."""
        if len(cards) > MOST_COMPARED:
            return None

        def image(row: int) -> Image.Image | None:
            try:
                return self._catalog.picture_of(cards[row])
            except CatalogError:
                return None

        hashes = np.array([card.perceptual_hash for card in cards], dtype=np.uint64)
        contents = [card.content_hash for card in cards]
        return numbers[same_pictures(contents, hashes, embeddings, image)]


def _coarser(before: PosterIndex | None, options: Options, posters: int) -> bool:
    """Whether the index before rounded its embeddings, and the next one is to keep them whole."""
    graph = before.manifest.graph if before else None
    rounds = options.storage is Storage.FLOAT16 and posters > options.exact_up_to
    return graph is not None and graph.storage == Storage.FLOAT16 and not rounds
