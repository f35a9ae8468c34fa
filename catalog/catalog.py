"""The catalogue: movies, their posters, and every question the rest of the program asks of them."""

import random
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import Engine, select

from catalog.cards import Cards
from catalog.checkup import CatalogFlaws, Checkup
from catalog.database import querying, snapshot
from catalog.file_store import FileStore
from catalog.files import PosterFiles
from catalog.follower import Follower
from catalog.images import NEAR_DUPLICATE
from catalog.importer import Importer, Item, StoreAll
from catalog.lookups.colour_table import ColourCache, ColourTable
from catalog.lookups.facets import FacetCache, FacetTable
from catalog.lookups.known_films import KnownFilms
from catalog.lookups.near_hashes import HashCache
from catalog.lookups.titles import TitleCache
from catalog.lookups.totals import Totals
from catalog.models import SourceUse
from catalog.records import (
    Addition,
    AdditionOutcome,
    CatalogError,
    Counts,
    FilmFacts,
    ImportReport,
    MovieRecord,
    PosterCard,
)
from catalog.state import State, posters_changed, state

__all__ = [
    "Addition",
    "AdditionOutcome",
    "Catalog",
    "CatalogError",
    "Counts",
    "ImportReport",
    "MovieRecord",
    "PosterCard",
]

_SOURCES: Final = select(SourceUse.name)


class Catalog:
    """Movies and posters in a database, poster files in a folder or another store of files.

    A file is in place before the row that names it. Threads may share it, processes may not.

    A movie's split is the record's, else that of the movies whose posters are near-duplicates of
    its own (`images.NEAR_DUPLICATE`), else drawn by hashing its poster. A split once given stays
    until a record names another one."""

    def __init__(
        self,
        engine: Engine,
        posters: FileStore | Path,
        follower: Follower | None = None,
        *,
        without_adult: bool = False,
    ) -> None:
        """`follower` is told of posters that come and go, within the transactions. `without_adult`
        finds, draws and counts no film for adults, as though it were not there."""
        self._engine = engine
        self._without_adult = without_adult
        self._files = PosterFiles(posters)
        self._hashes = HashCache()
        self._colours = ColourCache()
        self._facets = FacetCache(without_adult)
        self._titles = TitleCache(without_adult)
        self._cards = Cards(engine, without_adult)
        self._totals = Totals(without_adult)
        self._importer = Importer(engine, self._files, Cards(engine), self._hashes, follower)
        self._checkup = Checkup(engine, self._files, follower)

    def add(self, record: MovieRecord, poster: bytes | None, source: str) -> Addition:
        """Add one movie, or bring it up to date, and return its ids: a missing value of the record
        never erases a known fact, and a poster with new bytes is kept beside the movie's others.
        Raises `ImageError`, and then changes nothing."""
        return self._importer.add(record, poster, source)

    def remove(self, imdb_id: str) -> int:
        """Remove a movie and its posters, and return how many posters it had. Their files stay,
        since another film may be about to use them. Raises `CatalogError` for an unknown movie."""
        return self._importer.remove(imdb_id)

    def add_many(
        self,
        items: Iterable[Item],
        source: str,
        *,
        name: Callable[[MovieRecord], str] = lambda record: record.imdb_id,
        progress: Callable[[int], None] | None = None,
        workers: int | None = None,
        store_all: StoreAll | None = None,
    ) -> ImportReport:
        """Add pairs of a record and the bytes of its poster; None: facts of a known movie alone.

        Each batch is a transaction of its own, so that what an interruption loses is two seconds
        of work, and the same call afterwards goes on from there. A movie whose poster cannot be
        read is left out and reported under `name(record)`. `progress(taken)` is told the items so
        far. `workers`: threads that decode, one a processor unless given; `store_all`: what else.
        """
        return self._importer.add_many(items, source, name, progress, workers, store_all)

    def known_films(self) -> KnownFilms:
        """Return which films there are as of now, by their ids."""
        with querying(self._engine) as connection:
            return KnownFilms.read(connection)

    def cards(self, poster_ids: Sequence[int]) -> dict[int, PosterCard]:
        """Return the posters that exist among these ids, by id, in the order asked for."""
        return self._cards.by_ids(poster_ids)

    def all_cards(self, split: str | None = None) -> list[PosterCard]:
        """Return every poster, or those of one split, ordered by poster id."""
        return self._cards.all(split)

    def poster_ids(self) -> set[int]:
        """Return every poster's id; see `Cards.ids`."""
        return self._cards.ids()

    def titles(self) -> dict[int, str]:
        """Return the title of every poster's film; see `Cards.titles`."""
        return self._cards.titles()

    def film_facts(self, *, firsts: bool = False) -> list[FilmFacts]:
        """Return what is known of the film of every poster, or of each film's first one."""
        return self._cards.facts(firsts=firsts)

    def by_imdb(self, imdb_id: str) -> list[PosterCard]:
        """Return the posters of a movie; see `Cards.by_imdb`."""
        return self._cards.by_imdb(imdb_id)

    def by_tmdb(self, tmdb_id: int) -> list[PosterCard]:
        """Return the posters of a movie by TMDB's number; see `Cards.by_tmdb`."""
        return self._cards.by_tmdb(tmdb_id)

    def matching_title(self, text: str, limit: int, *, mistyped: bool = False) -> list[PosterCard]:
        """Return the first posters of films that `text` may mean; see `TitleTable.matching`."""
        with querying(self._engine) as connection:
            found = self._titles.table(connection).matching(text, limit, mistyped=mistyped)
        return list(self.cards(found).values())

    def titled(self, text: str) -> list[PosterCard]:
        """Return the first posters of films with exactly this title; see `TitleTable.titled`."""
        with querying(self._engine) as connection:
            found = self._titles.table(connection).titled(text)
        return list(self.cards(found).values())

    def by_hash(self, content_hash: str) -> list[PosterCard]:
        """Return the posters made from bytes with this SHA-256; films may share one."""
        return self._cards.by_hashes([content_hash])

    def near(
        self, perceptual_hash: int, at_most: int = NEAR_DUPLICATE
    ) -> list[tuple[PosterCard, int]]:
        """Return posters whose perceptual hash differs in at most so many bits, with that number,
        nearest first, ties by poster id."""
        with querying(self._engine) as connection:
            found = self._hashes.table(connection).near(perceptual_hash, at_most)
        cards = self.cards([poster_id for poster_id, _ in found])
        return [(cards[poster_id], bits) for poster_id, bits in found if poster_id in cards]

    def facets(self) -> FacetTable:
        """Return every poster's film, genres and decade as of now, and of some removed since."""
        with querying(self._engine) as connection:
            return self._facets.table(connection)

    def colours(self) -> ColourTable:
        """Return every poster's main colours as of now; those never looked at are left out."""
        with querying(self._engine) as connection:
            return self._colours.table(connection)

    def snapshot(self) -> AbstractContextManager[None]:
        """Within it, in this thread, the whole database stays as it is; see catalog.database."""
        return snapshot(self._engine)

    def sample(self, count: int, rng: random.Random) -> list[PosterCard]:
        """Return `count` different posters drawn at random, or all where there are fewer; without
        films for adults those that came last may not be among them yet, see `Latest`."""
        with querying(self._engine) as connection:
            cache = self._facets if self._without_adult else self._hashes
            known = cache.table(connection).poster_ids
        return self._cards.drawn(known, count, rng)

    def poster_path(self, content_hash: str) -> Path:
        """Return where this machine has a poster's file; see `PosterFiles.path`."""
        return self._files.path(content_hash)

    def picture_of(self, card: PosterCard) -> Image.Image:
        """Return the stored picture of a poster, RGB; see `PosterFiles.picture_of`."""
        return self._files.picture_of(card)

    def has_file(self, content_hash: str) -> bool:
        """Return whether a poster's file is there and none of it is missing."""
        return bool(self._files.whole([content_hash]))

    def whole_files(self, content_hashes: Collection[str]) -> set[str]:
        """Return those of the posters of which `has_file` is true."""
        return self._files.whole(content_hashes)

    def flaws(self) -> CatalogFlaws:
        """Return which rows and files do not fit each other, and which films are two."""
        return self._checkup.flaws()

    def mend(self, flaws: CatalogFlaws) -> None:
        """Mend what can be mended; see `Checkup.mend`."""
        self._checkup.mend(flaws)

    def movies(self) -> int:
        """Return how many movies there are: quick enough for every visit."""
        with querying(self._engine) as connection:
            return self._totals.movies(connection)

    def only_invented(self) -> bool:
        """Return whether there are films, and none of them is a real one."""
        with querying(self._engine) as connection:
            return self._totals.only_invented(connection)

    def sources_used(self) -> frozenset[str]:
        """Return the names of the sources that films or facts came from."""
        with querying(self._engine) as connection:
            return frozenset(connection.scalars(_SOURCES))

    def counts(self) -> Counts:
        """Return how many movies and posters there are; see `Totals.counts`."""
        with querying(self._engine) as connection:
            return self._totals.counts(connection)

    def state(self) -> State:
        """Return a value that changes whenever a film or a poster is added, changed or removed."""
        with querying(self._engine) as connection:
            return state(connection)

    def changed_since(self, before: State) -> NDArray[np.int64]:
        """Return the posters, ascending, of films that were added or changed since a state."""
        with querying(self._engine) as connection:
            return posters_changed(connection, before)
