"""The rules by which records and posters become rows, within one transaction."""

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.files import StoredPoster
from catalog.images import NEAR_DUPLICATE
from catalog.models import Movie, Poster
from catalog.near import HashTable
from catalog.records import Change, MovieRecord

VAL_SHARE: Final = 0.1
TEST_SHARE: Final = 0.1
_FACTS: Final = ("tmdb_id", "title", "year", "rating", "votes", "genres", "split")


@dataclass(frozen=True)
class Taken:
    """One movie as it will be written; ids are there once the session is flushed."""

    change: Change
    movie: Movie
    poster: Poster | None
    is_new: bool
    """Whether the poster is."""
    across_splits: bool


class Intake:
    """Takes the movies of one transaction, one after the other."""

    def __init__(
        self, session: Session, table: HashTable, records: Sequence[MovieRecord], source: str
    ) -> None:
        """`records` are all that will be taken: what exists of them is read at once."""
        self._session = session
        self._table = table
        self._source = source
        found = session.scalars(
            select(Movie).where(Movie.imdb_id.in_({record.imdb_id for record in records}))
        ).all()
        self._movies = {movie.imdb_id: movie for movie in found}
        owners = {movie.id: movie.imdb_id for movie in found}
        rows = session.scalars(select(Poster).where(Poster.movie_id.in_(owners))).all()
        self._posters = {(owners[row.movie_id], row.content_hash): row for row in rows}
        self._new: list[tuple[int, Movie]] = []
        latest = session.scalar(select(func.max(Movie.changed))) or 0
        self._now = max(latest + 1, time.time_ns() // 1000)

    def take(self, record: MovieRecord, stored: StoredPoster | None) -> Taken:
        """Add the movie and its poster, or bring them up to date."""
        poster = self._posters.get((record.imdb_id, stored.content_hash)) if stored else None
        near = self._movies_near(stored.perceptual_hash) if stored and not poster else []
        movie = self._movies.get(record.imdb_id)
        if movie is None:
            movie = _new_movie(record, record.split or _decide_split(record, stored, near))
            self._session.add(movie)
            self._movies[record.imdb_id] = movie
            change = Change.ADDED
        else:
            change = Change.UPDATED if _update(movie, record) else Change.UNCHANGED
        if change is not Change.UNCHANGED:
            movie.changed = self._now
        if stored is None or poster is not None:
            return Taken(change, movie, poster, is_new=False, across_splits=False)
        poster = self._add_poster(movie, stored)
        change = Change.UPDATED if change is Change.UNCHANGED else change
        across = any(other.split != movie.split for other in near)
        return Taken(change, movie, poster, is_new=True, across_splits=across)

    def _add_poster(self, movie: Movie, stored: StoredPoster) -> Poster:
        poster = Poster(
            movie=movie,
            content_hash=stored.content_hash,
            perceptual_hash=stored.perceptual_hash,
            width=stored.width,
            height=stored.height,
            source=self._source,
        )
        self._session.add(poster)
        self._posters[movie.imdb_id, stored.content_hash] = poster
        self._new.append((stored.perceptual_hash, movie))
        return poster

    def _movies_near(self, perceptual_hash: int) -> list[Movie]:
        """Return the movies with a near-duplicate poster, in order of distance, then of age."""
        ids = [poster_id for poster_id, _ in self._table.near(perceptual_hash, NEAR_DUPLICATE)]
        known: Iterable[Movie] = ()
        if ids:
            rows = self._session.scalars(select(Poster).where(Poster.id.in_(ids))).all()
            by_id = {row.id: row.movie for row in rows}
            known = [by_id[poster_id] for poster_id in ids if poster_id in by_id]
        hashes = np.fromiter((row[0] for row in self._new), np.uint64, len(self._new))
        distances = np.bitwise_count(hashes ^ np.uint64(perceptual_hash))
        return [*known, *(self._new[i][1] for i in np.flatnonzero(distances <= NEAR_DUPLICATE))]


def hashed_split(key: str) -> str:
    """Return train, val or test for a key: always the same one, in the shares stated above."""
    share = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64
    if share < TEST_SHARE:
        return "test"
    return "val" if share < TEST_SHARE + VAL_SHARE else "train"


def _decide_split(record: MovieRecord, stored: StoredPoster | None, near: Sequence[Movie]) -> str:
    """Give a movie without a split that of the near-duplicates of its poster, so that a group of
    them stays together; the first of a group is hashed by its poster, or by its id without one.

    A poster near two groups of different splits joins the nearer and counts as across splits: to
    move a group would put films already trained on into the test split."""
    if near:
        return near[0].split
    return hashed_split(record.imdb_id if stored is None else stored.content_hash)


def _new_movie(record: MovieRecord, split: str) -> Movie:
    return Movie(
        imdb_id=record.imdb_id,
        tmdb_id=record.tmdb_id,
        title=record.title,
        year=record.year,
        rating=record.rating,
        votes=record.votes,
        genres=record.genres,
        split=split,
        invented=record.invented,
    )


def _update(movie: Movie, record: MovieRecord) -> bool:
    """Bring the facts up to date; a missing value never erases a known one."""
    changed = False
    for name in _FACTS:
        value = getattr(record, name)
        if value is not None and value != getattr(movie, name):
            setattr(movie, name, value)
            changed = True
    if record.invented != movie.invented:
        movie.invented = record.invented
        changed = True
    return changed
