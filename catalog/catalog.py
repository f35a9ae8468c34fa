"""The catalogue: movies, their posters, and every question the rest of the program asks of them."""

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, Executable, bindparam, delete, func, select
from sqlalchemy.orm import Session

from catalog.database import querying, writing
from catalog.facets import FacetCache, FacetTable
from catalog.files import PosterFiles, StoredPoster
from catalog.follower import AddRows, Follower
from catalog.images import NEAR_DUPLICATE, ImageError, content_hash
from catalog.intake import Intake, Taken
from catalog.models import Movie, Poster
from catalog.near import HashCache
from catalog.records import (
    SPLITS,
    Added,
    CatalogError,
    Change,
    Counts,
    ImportReport,
    MovieRecord,
    PosterCard,
)
from catalog.state import State, state
from catalog.titles import TitleCache

__all__ = [
    "Added",
    "Catalog",
    "CatalogError",
    "Change",
    "Counts",
    "ImportReport",
    "MovieRecord",
    "PosterCard",
]

Item = tuple[MovieRecord, bytes | None]

BATCH_ITEMS: Final = 500
BATCH_BYTES: Final = 64 * 1024 * 1024
BATCH_SECONDS: Final = 2.0
_IDS_A_QUERY: Final = 10_000

_CARD: Final = (
    Poster.id,
    Movie.id,
    Movie.imdb_id,
    Movie.title,
    Movie.year,
    Movie.rating,
    Movie.votes,
    Movie.genres,
    Movie.split,
    Movie.invented,
    Poster.content_hash,
    Poster.perceptual_hash,
    Poster.width,
    Poster.height,
)

# Built once: building a query takes longer than SQLite needs to answer it.
_CARDS: Final = select(*_CARD).join(Poster.movie).order_by(Poster.id)
_BY_IDS: Final = _CARDS.where(Poster.id.in_(bindparam("ids", expanding=True)))
_BY_IMDB: Final = _CARDS.where(Movie.imdb_id == bindparam("imdb_id"))
_BY_TMDB: Final = _CARDS.where(Movie.tmdb_id == bindparam("tmdb_id"))
_BY_HASHES: Final = _CARDS.where(Poster.content_hash.in_(bindparam("hashes", expanding=True)))
_MOVIES: Final = select(func.count()).select_from(Movie)
_CHANGED: Final = (
    select(Poster.id)
    .join(Poster.movie)
    .where(Movie.changed > bindparam("after"))
    .order_by(Poster.id)
)
_BY_SPLIT: Final = _CARDS.where(Movie.split == bindparam("split"))


class Catalog:
    """Movies and posters in a database, poster files in a folder.

    A file is in place before the row that names it is committed. Safe to share between threads;
    between processes share the database and the folder, not the object.

    A movie's split is the record's, else that of the movies whose posters are near-duplicates of
    its own (`images.NEAR_DUPLICATE`), else drawn by hashing its poster. A split once given stays
    until a record names another one.
    """

    def __init__(self, engine: Engine, posters: Path, follower: Follower | None = None) -> None:
        """`follower` is told of posters that come and go, within the transactions."""
        self._engine = engine
        self._follower = follower
        self._files = PosterFiles(posters)
        self._hashes = HashCache()
        self._facets = FacetCache()
        self._titles = TitleCache()

    def add(self, record: MovieRecord, poster: bytes | None, source: str) -> Added:
        """Add one movie, or bring it up to date, and return its ids.

        A missing value of the record never erases a known fact; a poster with new bytes is kept
        beside the movie's others. Raises `ImageError`, and then changes nothing.
        """
        stored = None if poster is None else self._files.store(poster)
        follow = self._prepared([(record, stored)])
        with writing(self._engine) as session:
            intake = Intake(session, self._hashes.table(session), [record], source)
            taken = intake.take(record, stored)
            session.flush()
            _follow(follow, session, [taken])
            poster_id = None if taken.poster is None else taken.poster.id
            return Added(taken.change, taken.movie.id, poster_id)

    def remove(self, imdb_id: str) -> int:
        """Remove a movie and its posters, and return how many posters it had.

        Their files stay, since another film may be about to use them. Raises `CatalogError` for an
        unknown movie.
        """
        with writing(self._engine) as session:
            movie = session.scalar(select(Movie.id).where(Movie.imdb_id == imdb_id))
            if movie is None:
                raise CatalogError(f"The catalogue has no film {imdb_id}.")
            posters = session.scalars(select(Poster.id).where(Poster.movie_id == movie)).all()
            if self._follower is not None:
                self._follower.removed(session, posters)
            session.execute(delete(Movie).where(Movie.id == movie))
        return len(posters)

    def add_many(
        self,
        items: Iterable[Item],
        source: str,
        *,
        name: Callable[[MovieRecord], str] = lambda record: record.imdb_id,
        progress: Callable[[int], None] | None = None,
        workers: int | None = None,
    ) -> ImportReport:
        """Add pairs of a record and the bytes of its poster (None: without one).

        Each batch is a transaction of its own, so that what an interruption loses is two seconds
        of work, and the same call afterwards goes on from there. A movie whose poster cannot be
        read is left out and reported under `name(record)`. `progress(taken)` is called after each
        batch with the number of items so far. `workers`: threads that decode, one for each
        processor unless given.
        """
        report = ImportReport()
        taken = 0
        with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
            for batch in _batches(items):
                self._add_batch(batch, source, name, report, pool)
                taken += len(batch)
                if progress is not None:
                    progress(taken)
        return report

    def cards(self, poster_ids: Sequence[int]) -> dict[int, PosterCard]:
        """Return the posters that exist among these ids, by id, in the order asked for."""
        found: dict[int, PosterCard] = {}
        for start in range(0, len(poster_ids), _IDS_A_QUERY):
            part = [int(poster_id) for poster_id in poster_ids[start : start + _IDS_A_QUERY]]
            found |= {card.poster_id: card for card in self._select(_BY_IDS, ids=part)}
        return {int(wanted): found[wanted] for wanted in poster_ids if wanted in found}

    def all_cards(self, split: str | None = None) -> list[PosterCard]:
        """Return every poster, or those of one split, ordered by poster id."""
        if split is not None and split not in SPLITS:
            raise ValueError(f"split {split!r} is none of {', '.join(SPLITS)}")
        return self._select(_CARDS) if split is None else self._select(_BY_SPLIT, split=split)

    def by_imdb(self, imdb_id: str) -> list[PosterCard]:
        """Return the posters of a movie, oldest first; [] when it is unknown or has none."""
        return self._select(_BY_IMDB, imdb_id=imdb_id)

    def by_tmdb(self, tmdb_id: int) -> list[PosterCard]:
        """Return the posters of a movie by TMDB's number, oldest first; [] when it has none."""
        return self._select(_BY_TMDB, tmdb_id=tmdb_id)

    def matching_title(self, text: str, limit: int) -> list[PosterCard]:
        """Return the oldest posters of films whose title may be meant by `text`, the best match
        first, by `titles.TitleTable.matching`."""
        with querying(self._engine) as connection:
            found = self._titles.table(connection).matching(text, limit)
        return list(self.cards(found).values())

    def titled(self, text: str) -> list[PosterCard]:
        """Return the oldest posters of films with exactly this title; case, accents, punctuation
        and a leading article do not count."""
        with querying(self._engine) as connection:
            found = self._titles.table(connection).titled(text)
        return list(self.cards(found).values())

    def by_hash(self, content_hash: str) -> list[PosterCard]:
        """Return the posters made from bytes with this SHA-256; films may share one."""
        return self._select(_BY_HASHES, hashes=[content_hash])

    def near(
        self, perceptual_hash: int, at_most: int = NEAR_DUPLICATE
    ) -> list[tuple[PosterCard, int]]:
        """Return posters whose perceptual hash differs in at most so many bits, with that number,
        nearest first, ties by poster id."""
        with querying(self._engine) as connection:
            # Posters removed since have no card.
            table = self._hashes.table(connection, with_removed=True)
        found = table.near(perceptual_hash, at_most)
        cards = self.cards([poster_id for poster_id, _ in found])
        return [(cards[poster_id], bits) for poster_id, bits in found if poster_id in cards]

    def facets(self) -> FacetTable:
        """Return every poster's film, genres and decade as of now: quick enough for every request.

        Among them may be posters that were removed meanwhile.
        """
        with querying(self._engine) as connection:
            return self._facets.table(connection)

    def sample(self, count: int, rng: random.Random) -> list[PosterCard]:
        """Return `count` different posters drawn at random, or all where there are fewer."""
        with querying(self._engine) as connection:
            poster_ids = self._hashes.table(connection).poster_ids.tolist()
        drawn = rng.sample(poster_ids, min(count, len(poster_ids)))
        return list(self.cards(drawn).values())

    def poster_path(self, content_hash: str) -> Path:
        """Return the file of a poster. Raises ValueError for what is not a content hash."""
        return self._files.path(content_hash)

    def has_file(self, content_hash: str) -> bool:
        """Return whether a poster's file is there and none of it is missing."""
        return self._files.holds(content_hash)

    def movies(self) -> int:
        """Return how many movies there are: quick enough for every visit."""
        with querying(self._engine) as connection:
            return connection.scalar(_MOVIES) or 0

    def counts(self) -> Counts:
        """Return how many movies and posters there are; it looks at every one of them."""
        with querying(self._engine) as connection:
            movies = connection.scalar(_MOVIES) or 0
            invented = connection.scalar(_MOVIES.where(Movie.invented)) or 0
            rows = connection.execute(
                select(Movie.split, func.count(Poster.id)).join(Poster.movie).group_by(Movie.split)
            )
            by_split = dict.fromkeys(SPLITS, 0)
            by_split.update((split, count) for split, count in rows)
        return Counts(movies, sum(by_split.values()), by_split, invented)

    def state(self) -> State:
        """Return a value that changes whenever a film or a poster is added or changed, so that
        what was worked out from all of them is worked out again only then."""
        with querying(self._engine) as connection:
            return state(connection)

    def changed_since(self, before: State) -> NDArray[np.int64]:
        """Return the posters, ascending, of films that were added, or whose facts changed, since
        `state` was `before`."""
        after = -1 if before[0] is None else before[0]
        with querying(self._engine) as connection:
            found = connection.scalars(_CHANGED, {"after": after}).all()
        return np.array(found, np.int64)

    def _select(self, query: Executable, **values: Any) -> list[PosterCard]:
        with querying(self._engine) as connection:
            rows: Iterable[Any] = connection.execute(query, values).all()
            return [PosterCard(*row) for row in rows]

    def _add_batch(
        self,
        batch: Sequence[Item],
        source: str,
        name: Callable[[MovieRecord], str],
        report: ImportReport,
        pool: ThreadPoolExecutor,
    ) -> None:
        outcomes = pool.map(self._store_unknown(batch), (poster for _, poster in batch))
        readable: list[tuple[MovieRecord, StoredPoster | None]] = []
        for (record, _), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, ImageError):
                report.skipped.append(f"{name(record)}: {outcome}")
            else:
                readable.append((record, outcome))
        follow = self._prepared(readable)
        with writing(self._engine) as session:
            table = self._hashes.table(session)
            intake = Intake(session, table, [record for record, _ in readable], source)
            all_taken = [intake.take(record, stored) for record, stored in readable]
            session.flush()
            _follow(follow, session, all_taken)
        for taken in all_taken:
            setattr(report, taken.change, getattr(report, taken.change) + 1)
            report.across_splits += taken.across_splits

    def _prepared(self, items: Sequence[tuple[MovieRecord, StoredPoster | None]]) -> AddRows | None:
        """What the follower has made ready for the posters among `items` that are new."""
        if self._follower is None:
            return None
        wanted = {(r.imdb_id, s.content_hash) for r, s in items if s is not None}
        digests = {content_hash for _, content_hash in wanted}
        known = {
            (card.imdb_id, card.content_hash)
            for card in self._select(_BY_HASHES, hashes=list(digests))
        }
        return self._follower.prepare(sorted({digest for _, digest in wanted - known}))

    def _store_unknown(
        self, batch: Sequence[Item]
    ) -> Callable[[bytes | None], StoredPoster | ImageError | None]:
        """Return a function that stores a poster, decoding only what the catalogue has not."""
        digests = {content_hash(poster) for _, poster in batch if poster is not None}
        known = {
            card.content_hash: StoredPoster(
                card.content_hash, card.perceptual_hash, card.width, card.height
            )
            for card in self._select(_BY_HASHES, hashes=list(digests))
            if self._files.holds(card.content_hash)
        }

        def store(poster: bytes | None) -> StoredPoster | ImageError | None:
            if poster is None:
                return None
            try:
                return known.get(content_hash(poster)) or self._files.store(poster)
            except ImageError as error:
                return error

        return store


def _follow(follow: AddRows | None, session: Session, all_taken: Iterable[Taken]) -> None:
    """Let the follower add its rows for the posters that are new; ids must be there."""
    if follow is not None:
        new = [taken.poster for taken in all_taken if taken.poster is not None and taken.is_new]
        follow(session, {poster.id: poster.content_hash for poster in new})


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Cut items into lists, each bounded in number, in bytes held, and in time to gather."""
    batch: list[Item] = []
    size = 0
    began = time.monotonic()
    for item in items:
        batch.append(item)
        size += len(item[1] or b"")
        late = time.monotonic() - began > BATCH_SECONDS
        if len(batch) >= BATCH_ITEMS or size >= BATCH_BYTES or late:
            yield batch
            batch, size, began = [], 0, time.monotonic()
    if batch:
        yield batch
