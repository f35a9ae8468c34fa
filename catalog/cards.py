"""Posters as cards: each joined with its movie, found by one fact of either."""

import random
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, Executable, String, bindparam, case, func, select, type_coerce

from catalog.database import querying
from catalog.models import ADULT, ALTERNATE_ORIGIN, GENRE_SEPARATOR, Movie, Poster
from catalog.records import SPLITS, FilmFacts, PosterCard

_IDS_A_QUERY: Final = 10_000

_IS_ALTERNATE: Final = Poster.source.startswith(ALTERNATE_ORIGIN)
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
    ADULT,
    _IS_ALTERNATE,
)

# Built once: building a query takes longer than SQLite needs to answer it.
_CARDS: Final = select(*_CARD).join(Poster.movie).order_by(Poster.id)
_BY_IDS: Final = _CARDS.where(Poster.id.in_(bindparam("ids", expanding=True)))
_OF_A_FILM: Final = _CARDS.order_by(None).order_by(_IS_ALTERNATE, Poster.id.desc())
_BY_IMDB: Final = _OF_A_FILM.where(Movie.imdb_id == bindparam("imdb_id"))
_BY_TMDB: Final = _OF_A_FILM.where(Movie.tmdb_id == bindparam("tmdb_id"))
_BY_HASHES: Final = _CARDS.where(Poster.content_hash.in_(bindparam("hashes", expanding=True)))
_IDS: Final = select(Poster.id)
_NOT_ADULT_IDS: Final = _IDS.join(Poster.movie).where(~ADULT)
_TITLES: Final = select(Poster.id, Movie.title).join(Poster.movie)
_BY_SPLIT: Final = _CARDS.where(Movie.split == bindparam("split"))


FIRST_POSTER: Final = func.coalesce(
    func.max(case((~_IS_ALTERNATE, Poster.id))), func.max(Poster.id)
)
"""Of posters grouped by film, the id of each film's first one in that order."""
_IS_FIRST: Final = Poster.id.in_(select(FIRST_POSTER).group_by(Poster.movie_id))
_FILM_FACTS: Final = (
    select(
        *(Poster.id, Movie.id, Movie.year, Movie.rating, Movie.votes),
        type_coerce(Movie.genres, String),
    )
    .join(Poster.movie)
    .order_by(Poster.id)
)


class Cards:
    """The posters of a catalogue, read as cards; `without_adult` but for films for adults."""

    def __init__(self, engine: Engine, without_adult: bool = False) -> None:
        self._engine = engine
        self._without_adult = without_adult

    def by_ids(self, poster_ids: Sequence[int]) -> dict[int, PosterCard]:
        """Return the posters that exist among these ids, by id, in the order asked for."""
        found: dict[int, PosterCard] = {}
        for start in range(0, len(poster_ids), _IDS_A_QUERY):
            part = [int(poster_id) for poster_id in poster_ids[start : start + _IDS_A_QUERY]]
            found |= {card.poster_id: card for card in self._select(_BY_IDS, ids=part)}
        return {int(wanted): found[wanted] for wanted in poster_ids if wanted in found}

    def drawn(
        self, poster_ids: NDArray[np.int64], count: int, rng: random.Random
    ) -> list[PosterCard]:
        """Return `count` different posters drawn at random from these ids, of which some may be
        gone, or all that exist where there are fewer."""
        places = range(len(poster_ids))  # quicker than a list of a million ids
        tried = count
        while True:
            drawn = rng.sample(places, min(tried, len(places)))
            found = list(self.by_ids(poster_ids[drawn].tolist()).values())[:count]
            if len(found) == count or tried >= len(places):
                return found
            tried *= 4

    def all(self, split: str | None = None) -> list[PosterCard]:
        """Return every poster, or those of one split, ordered by poster id."""
        if split is not None and split not in SPLITS:
            raise ValueError(f"split {split!r} is none of {', '.join(SPLITS)}")
        return self._select(_CARDS) if split is None else self._select(_BY_SPLIT, split=split)

    def ids(self) -> set[int]:
        """Return every poster's id, which takes far less than all cards."""
        query = _NOT_ADULT_IDS if self._without_adult else _IDS
        with querying(self._engine) as connection:
            return set(connection.scalars(query))

    def titles(self) -> dict[int, str]:
        """Return the title of every poster's film by the poster's id, films for adults too."""
        with querying(self._engine) as connection:
            rows: Sequence[Any] = connection.execute(_TITLES).all()
            return dict(rows)

    def facts(self, *, firsts: bool = False) -> list[FilmFacts]:
        """Return facts of the film of every poster, or of each film by its first poster in the
        order of `by_imdb`, ordered by poster id: a quarter of what cards would take."""
        query = _FILM_FACTS.where(_IS_FIRST) if firsts else _FILM_FACTS
        if self._without_adult:
            query = query.where(~ADULT)
        sets: dict[str, tuple[str, ...]] = {"": ()}  # few, which many films share
        found = []
        with querying(self._engine) as connection:
            rows: Iterable[Any] = connection.execute(query)
            for *facts, text in rows:
                genres = sets.get(text)
                if genres is None:
                    genres = sets.setdefault(text, tuple(text.split(GENRE_SEPARATOR)))
                found.append(FilmFacts._make((*facts, genres)))
        return found

    def by_imdb(self, imdb_id: str) -> list[PosterCard]:
        """Return the posters of a movie, newest first, alternates behind its own ones; [] when it
        is unknown or has none."""
        return self._select(_BY_IMDB, imdb_id=imdb_id)

    def by_tmdb(self, tmdb_id: int) -> list[PosterCard]:
        """Return the posters of a movie by TMDB's number in the same order; [] when it has none."""
        return self._select(_BY_TMDB, tmdb_id=tmdb_id)

    def by_hashes(self, content_hashes: Iterable[str]) -> list[PosterCard]:
        """Return the posters made from bytes with one of these SHA-256, ordered by poster id."""
        wanted = list(content_hashes)
        parts = (
            self._select(_BY_HASHES, hashes=wanted[start : start + _IDS_A_QUERY])
            for start in range(0, len(wanted), _IDS_A_QUERY)
        )
        return sorted(chain.from_iterable(parts), key=lambda card: card.poster_id)

    def _select(self, query: Executable, **values: Any) -> list[PosterCard]:
        with querying(self._engine) as connection:
            rows: Iterable[Any] = connection.execute(query, values).all()
            cards = [PosterCard(*row) for row in rows]
        return [card for card in cards if not card.adult] if self._without_adult else cards
