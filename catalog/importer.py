"""Movies and posters on their way into the catalogue, one or many at a time."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.cards import Cards
from catalog.clashes import Clashes
from catalog.database import querying, writing
from catalog.files import PosterFiles, StoredPoster
from catalog.follower import AddRows, Follower
from catalog.images import ImageError, content_hash
from catalog.intake import Intake, IntakeResult
from catalog.lookups.near_hashes import HashCache
from catalog.models import TMDB_ORIGIN, Movie, Poster, SourceUse
from catalog.records import Addition, AdditionOutcome, CatalogError, ImportReport, MovieRecord
from catalog.state import note_removal


class SourcedItem(NamedTuple):
    """A film on its way in: its record and the bytes of its poster (None: without one).

    `where` is how a report names the item, and `source` where its poster came from, at most 200
    characters; None for both: as the whole import says.
    """

    record: MovieRecord
    poster: bytes | None
    where: str | None = None
    source: str | None = None


StoreAll = Callable[[Sequence[bytes]], Iterable[StoredPoster | ImageError]]
"""Puts posters' files in place and returns what each is, or why it gives none, in their order."""

Item = tuple[MovieRecord, bytes | None] | SourcedItem

BATCH_ITEMS: Final = 500
BATCH_BYTES: Final = 64 * 1024 * 1024
BATCH_SECONDS: Final = 2.0


class Importer:
    """Decodes posters, puts their files in place, and writes the rows that name them."""

    def __init__(
        self,
        engine: Engine,
        files: PosterFiles,
        cards: Cards,
        hashes: HashCache,
        follower: Follower | None,
    ) -> None:
        """`hashes` are those of the catalogue's posters; see `Catalog` for the follower."""
        self._engine, self._files, self._cards = engine, files, cards
        self._hashes, self._follower = hashes, follower
        self._clashes = Clashes(engine, follower)

    def add(self, record: MovieRecord, poster: bytes | None, source: str) -> Addition:
        """See `Catalog.add`."""
        stored = None if poster is None else self._files.store(poster)
        follow = self._prepared([(record, stored)])
        with writing(self._engine) as session:
            intake = Intake(session, self._hashes.table(session), [record], source)
            taken = intake.take(record, stored)
            session.flush()
            _follow(follow, session, [taken])
            poster_id = None if taken.poster is None else taken.poster.id
            added = Addition(taken.change, taken.movie.id, poster_id)
        if self._made_one([record])[0]:
            return replace(self.add(record, poster, source), change=added.change)
        return added

    def remove(self, imdb_id: str) -> int:
        """See `Catalog.remove`."""
        with writing(self._engine) as session:
            movie = session.scalar(select(Movie.id).where(Movie.imdb_id == imdb_id))
            if movie is None:
                raise CatalogError(f"The catalogue has no film {imdb_id}.")
            posters = session.scalars(select(Poster.id).where(Poster.movie_id == movie)).all()
            if self._follower is not None:
                self._follower.removed(session, posters)
            note_removal(session, movie)
            session.execute(delete(Movie).where(Movie.id == movie))
        return len(posters)

    def add_many(
        self,
        items: Iterable[Item],
        source: str,
        name: Callable[[MovieRecord], str],
        progress: Callable[[int], None] | None,
        workers: int | None,
        store_all: StoreAll | None,
    ) -> ImportReport:
        """See `Catalog.add_many`."""
        report = ImportReport()
        taken, added = 0, set[int]()
        with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
            store_all = store_all or partial(pool.map, self._store)
            for batch in _batches(items):
                self._add_batch(batch, source, name, report, store_all, added)
                taken += len(batch)
                if progress is not None:
                    progress(taken)
        return report

    def _add_batch(
        self,
        batch: Sequence[SourcedItem],
        source: str,
        name: Callable[[MovieRecord], str],
        report: ImportReport,
        store_all: StoreAll,
        added: set[int],
    ) -> None:
        """`added` are the rows of the films that this import added so far."""
        outcomes = self._stored(batch, store_all)
        readable: list[tuple[SourcedItem, StoredPoster | None]] = []
        for item, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, ImageError):
                report.skipped.append(f"{item.where or name(item.record)}: {outcome}")
            else:
                readable.append((item, outcome))
        follow = self._prepared([(item.record, stored) for item, stored in readable])
        with writing(self._engine) as session:
            table = self._hashes.table(session)
            intake = Intake(session, table, [item.record for item, _ in readable], source)
            all_taken, sources = [], set[str]()
            for item, stored in readable:
                if stored is None and not intake.knows(item.record):
                    where = item.where or name(item.record)
                    report.skipped.append(f"{where}: there is no picture")
                    continue  # facts alone bring back no film that was removed meanwhile
                taken = intake.take(item.record, stored, item.source)
                all_taken.append(taken)
                if taken.change is not AdditionOutcome.UNCHANGED:
                    sources.add(_source_named(item.source, source))
            session.flush()
            _note_sources(session, sources)
            _follow(follow, session, all_taken)
            added |= {t.movie.id for t in all_taken if t.change is AdditionOutcome.ADDED}
        for taken in all_taken:
            setattr(report, taken.change, getattr(report, taken.change) + 1)
            report.across_splits += taken.across_splits
        groups, unclear = self._made_one([item.record for item, _ in readable])
        report.warnings += [line for line in unclear if line not in report.warnings]
        for group in groups:
            all_new = group <= added
            fewer = len(added & group) - all_new
            report.added, report.updated = report.added - fewer, report.updated + fewer
            if not all_new:
                added -= group

    def _made_one(self, records: Iterable[MovieRecord]) -> tuple[list[set[int]], list[str]]:
        """Make one film of two that turned out to have the same number at TMDB, where only one of
        them has an IMDb id; return the rows of the films that became one, and a line of each clash
        that is left."""
        numbers = {record.tmdb_id for record in records if record.tmdb_id is not None}
        groups, unclear = [], []
        for clash in self._clashes.among(numbers) if numbers else ():
            if clash.merged_into is None:
                unclear.append(f"{clash}: one of them is wrong")
            else:
                groups.append(self._clashes.mend(clash))
        return groups, unclear

    def _prepared(self, items: Sequence[tuple[MovieRecord, StoredPoster | None]]) -> AddRows | None:
        """What the follower has made ready for the new posters of `items`; and read the hashes of
        all, of which a million take seconds in which nobody else could write."""
        with querying(self._engine) as connection:
            self._hashes.table(connection)
        if self._follower is None:
            return None
        wanted = {(r.imdb_id, s.content_hash) for r, s in items if s is not None}
        digests = {content_hash for _, content_hash in wanted}
        known = {(card.imdb_id, card.content_hash) for card in self._cards.by_hashes(digests)}
        return self._follower.prepare(sorted({digest for _, digest in wanted - known}))

    def _stored(
        self, batch: Sequence[SourcedItem], store_all: StoreAll
    ) -> list[StoredPoster | ImageError | None]:
        """Return what each item's poster is, None without one; only what the catalogue has not is
        decoded and stored."""
        posters = {content_hash(p): p for item in batch if (p := item.poster) is not None}
        cards = {card.content_hash: card for card in self._cards.by_hashes(posters)}
        outcomes: dict[bytes, StoredPoster | ImageError] = {}
        for each in self._files.whole(cards):
            card = cards[each]
            known = StoredPoster(each, card.perceptual_hash, card.width, card.height)
            outcomes[posters[each]] = known
        new = [poster for poster in posters.values() if poster not in outcomes]
        outcomes.update(zip(new, store_all(new), strict=True))
        return [None if item.poster is None else outcomes[item.poster] for item in batch]

    def _store(self, poster: bytes) -> StoredPoster | ImageError:
        try:
            return self._files.store(poster)
        except ImageError as error:
            return error


def _source_named(origin: str | None, source: str) -> str:
    """The source that a picture's origin names, as in tmdb:/path.jpg; else the import's own."""
    return "tmdb" if (origin or "").startswith(TMDB_ORIGIN) else source


def _note_sources(session: Session, names: set[str]) -> None:
    for name in sorted(names - set(session.scalars(select(SourceUse.name)))):
        with suppress(IntegrityError), session.begin_nested():  # another import may be first
            session.add(SourceUse(name=name))


def _follow(follow: AddRows | None, session: Session, all_taken: Iterable[IntakeResult]) -> None:
    """Let the follower add its rows for the posters that are new; ids must be there."""
    if follow is not None:
        new = [taken.poster for taken in all_taken if taken.poster is not None and taken.is_new]
        follow(session, {poster.id: poster.content_hash for poster in new})


def _batches(items: Iterable[Item]) -> Iterator[list[SourcedItem]]:
    """Cut items into lists, each bounded in number, in bytes held, and in time to gather; where the
    items end in an error, those before it come first."""
    batch: list[SourcedItem] = []
    size = 0
    began = time.monotonic()
    failed: Exception | None = None
    try:
        for item in items:
            batch.append(SourcedItem(*item))
            size += len(item[1] or b"")
            late = time.monotonic() - began > BATCH_SECONDS
            if len(batch) >= BATCH_ITEMS or size >= BATCH_BYTES or late:
                yield batch
                batch, size, began = [], 0, time.monotonic()
    except Exception as error:
        failed = error
    if batch:
        yield batch
    if failed is not None:
        raise failed
