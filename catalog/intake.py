"""The rules by which records and posters become rows, within one transaction."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.files import StoredPoster
from catalog.images import NEAR_DUPLICATE
from catalog.lookups.near_hashes import HashTable
from catalog.models import ALTERNATE_ORIGIN, TMDB_ORIGIN, Movie, Poster, own_origin
from catalog.records import WITHOUT_IMDB, AdditionOutcome, MovieRecord, is_at_imdb
from catalog.state import later_moment

VAL_SHARE: Final = 0.1
TEST_SHARE: Final = 0.1
_FACTS: Final = ("tmdb_id", "title", "year", "rating", "votes", "genres", "split", "adult")
_IDS_A_QUERY: Final = 10_000


@dataclass(frozen=True)
class IntakeResult:
    """One movie as it will be written; ids are there once the session is flushed."""

    change: AdditionOutcome
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
        ids = {record.imdb_id for record in records}
        numbers = {record.tmdb_id for record in records if record.tmdb_id is not None}
        meant = Movie.imdb_id.in_(ids) | Movie.tmdb_id.in_(numbers)
        found = session.scalars(select(Movie).where(meant).order_by(Movie.id)).all()
        self._movies = {movie.imdb_id: movie for movie in found}
        self._numbered = {movie.tmdb_id: movie for movie in reversed(found) if movie.tmdb_id}
        owners = {movie.id: movie.imdb_id for movie in found}
        rows = session.scalars(select(Poster).where(Poster.movie_id.in_(owners))).all()
        self._posters = {(owners[row.movie_id], row.content_hash): row for row in rows}
        self._new: list[tuple[int, Movie]] = []
        self._known_splits: dict[int, list[str]] = {}
        self._now = later_moment(session)

    def knows(self, record: MovieRecord) -> bool:
        """Whether the movie that a record is of is there."""
        return self._found(record) is not None

    def take(
        self, record: MovieRecord, stored: StoredPoster | None, source: str | None = None
    ) -> IntakeResult:
        """Add the movie and its poster, or bring them up to date.

        `source` is where the poster came from, unless the whole intake's."""
        by_id = record.imdb_id in self._movies
        movie = self._known(record)
        poster = (
            self._posters.get((movie.imdb_id, stored.content_hash)) if movie and stored else None
        )
        if movie is None:
            movie = _new_movie(record, record.split or self._decide_split(record, stored))
            self._session.add(movie)
            self._movies[record.imdb_id] = movie
            change = AdditionOutcome.ADDED
        else:
            if record.split not in (None, movie.split):
                self._known_splits.clear()  # this film may be among those near
            got_id = not by_id and movie.imdb_id == record.imdb_id
            change = (
                AdditionOutcome.UPDATED
                if _update(movie, record) or got_id
                else AdditionOutcome.UNCHANGED
            )
        if record.tmdb_id is not None:
            self._numbered.setdefault(record.tmdb_id, movie)
        if stored and poster and stored.file_digest not in (None, poster.file_digest):
            self._note_digest(stored)
        is_new = stored is not None and poster is None
        across = False
        if stored and is_new:
            across = any(each != movie.split for each in self._splits_near(stored.perceptual_hash))
            poster = self._add_poster(movie, stored, source or self._source)
        moved = source is not None and self._note_origin(movie, poster, source)
        if (is_new or moved) and change is AdditionOutcome.UNCHANGED:
            change = AdditionOutcome.UPDATED
        if change is not AdditionOutcome.UNCHANGED:
            movie.changed = self._now
        return IntakeResult(change, movie, poster, is_new=is_new, across_splits=across)

    def _note_origin(self, movie: Movie, poster: Poster | None, origin: str) -> bool:
        """Mark which of TMDB's posters of a film is its own one, and return whether that changed.

        `origin` is where one of them is, be it new, there already as `poster`, or not fetched this
        time. Where it is the film's own, all others are alternates: what was its own until now, and
        what earlier versions imported and marked as such.
        """
        own = own_origin(origin)
        if poster is not None and origin == own and ":" not in poster.source:
            poster.source = origin  # so that it is not fetched again
        rows = [row for (film, _), row in self._posters.items() if film == movie.imdb_id]
        if not own.startswith(TMDB_ORIGIN) or own not in {own_origin(row.source) for row in rows}:
            return False
        marks = {row: origin for row in rows if own_origin(row.source) == own}
        if origin == own:
            for row in rows:
                if row not in marks and row.source.startswith(TMDB_ORIGIN):
                    marks[row] = row.source.replace(TMDB_ORIGIN, ALTERNATE_ORIGIN, 1)
        changed = any(row.source != mark for row, mark in marks.items())
        for row, mark in marks.items():
            row.source = mark
        return changed

    def _note_digest(self, stored: StoredPoster) -> None:
        """Of a file that was made anew, for whatever films share it."""
        rows = update(Poster).where(Poster.content_hash == stored.content_hash)
        self._session.execute(rows.values(file_digest=stored.file_digest))

    def _found(self, record: MovieRecord) -> Movie | None:
        """The movie that a record is of: by its id, else by TMDB's number where one of the two has
        no IMDb id."""
        movie = self._movies.get(record.imdb_id)
        if movie is not None or record.tmdb_id is None:
            return movie
        movie = self._numbered.get(record.tmdb_id)
        without = movie is not None and movie.imdb_id.startswith(WITHOUT_IMDB)
        return movie if without or not is_at_imdb(record.imdb_id) else None

    def _known(self, record: MovieRecord) -> Movie | None:
        """The movie that a record is of, which gets the record's IMDb id where it has none."""
        movie = self._found(record)
        if movie is None or movie.imdb_id == record.imdb_id or not is_at_imdb(record.imdb_id):
            return movie
        former, movie.imdb_id = movie.imdb_id, record.imdb_id
        movie.changed = self._now
        self._movies[record.imdb_id] = movie
        self._posters |= {
            (record.imdb_id, digest): row
            for (owner, digest), row in self._posters.items()
            if owner == former
        }
        return movie

    def _add_poster(self, movie: Movie, stored: StoredPoster, source: str) -> Poster:
        poster = Poster(
            movie=movie,
            content_hash=stored.content_hash,
            perceptual_hash=stored.perceptual_hash,
            width=stored.width,
            height=stored.height,
            source=source,
            file_digest=stored.file_digest,
        )
        self._session.add(poster)
        self._posters[movie.imdb_id, stored.content_hash] = poster
        self._new.append((stored.perceptual_hash, movie))
        return poster

    def _decide_split(self, record: MovieRecord, stored: StoredPoster | None) -> str:
        """Give a movie without a split that of the near-duplicates of its poster, so that a group
        of them stays together; the first of a group is hashed by its poster, or by its id without
        one.

        A poster near two groups of different splits joins the nearer and counts as across splits:
        to move a group would put films already trained on into the test split."""
        near = self._splits_near(stored.perceptual_hash) if stored else []
        if near:
            return near[0]
        return hashed_split(record.imdb_id if stored is None else stored.content_hash)

    def _splits_near(self, perceptual_hash: int) -> list[str]:
        """Return the splits of movies with a near-duplicate poster, in order of distance, then of
        age."""
        known = self._known_splits.get(perceptual_hash)
        if known is None:  # once a hash: a picture that says "no image" may be thousands of films'
            known = self._known_splits[perceptual_hash] = self._splits_in_table(perceptual_hash)
        hashes = np.fromiter((row[0] for row in self._new), np.uint64, len(self._new))
        distances = np.bitwise_count(hashes ^ np.uint64(perceptual_hash))
        new = (self._new[i][1].split for i in np.flatnonzero(distances <= NEAR_DUPLICATE))
        return list(dict.fromkeys([*known, *new]))

    def _splits_in_table(self, perceptual_hash: int) -> list[str]:
        """Return those of the movies that were there before."""
        ids = [poster_id for poster_id, _ in self._table.near(perceptual_hash, NEAR_DUPLICATE)]
        found: dict[int, str] = {}
        for start in range(0, len(ids), _IDS_A_QUERY):
            part = Poster.id.in_(ids[start : start + _IDS_A_QUERY])
            query = select(Poster.id, Movie.split).join(Poster.movie).where(part)
            found |= {row[0]: row[1] for row in self._session.execute(query)}
        return list(dict.fromkeys(found[each] for each in ids if each in found))


def hashed_split(key: str) -> str:
    """Return train, val or test for a key: always the same one, in the shares stated above."""
    share = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64
    if share < TEST_SHARE:
        return "test"
    return "val" if share < TEST_SHARE + VAL_SHARE else "train"


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
        adult=bool(record.adult),
    )


def _update(movie: Movie, record: MovieRecord) -> bool:
    """Bring the facts up to date; a missing value never erases a known one."""
    changed = False
    for name in _FACTS:
        value = getattr(record, name)
        only_id = name == "title" and value == record.imdb_id
        if value is None or value == () or only_id:
            continue
        if value != getattr(movie, name):
            setattr(movie, name, value)
            changed = True
    if record.invented != movie.invented:
        movie.invented = record.invented
        changed = True
    return changed
