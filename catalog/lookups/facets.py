"""Which film each poster is of, and its genres and decade, in memory: filters in well under a
millisecond."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import String, bindparam, func, select, type_coerce, union

from catalog.database import Reader
from catalog.lookups.latest import Latest
from catalog.lookups.same_films import FilmTraits, same_films, title_key
from catalog.models import ADULT, GENRE_SEPARATOR, Movie, Poster
from catalog.records import WITHOUT_IMDB
from catalog.state import State, state

_ALL: Final = select(
    Poster.id,
    Movie.id,
    type_coerce(Movie.genres, String),
    Movie.year,
    Movie.title,
    Movie.tmdb_id,
    Movie.imdb_id,
    Poster.perceptual_hash,
).join(Poster.movie)
_ROWS: Final = _ALL.order_by(Poster.id)
_WITHOUT_ADULT: Final = _ROWS.where(~ADULT)
# Each by its own index, which one condition with an "or" would not use.
_CHANGED: Final = _ALL.where(Movie.changed > bindparam("changed"))
_NEWER: Final = _ALL.where(Poster.id > bindparam("newest"))
_LATER: Final = union(_CHANGED, _NEWER)
_LATER_WITHOUT_ADULT: Final = union(_CHANGED.where(~ADULT), _NEWER.where(~ADULT))
_IDS: Final = select(Poster.id)
_IDS_WITHOUT_ADULT: Final = _IDS.join(Poster.movie).where(~ADULT)
_RESTS: Final = 2.0
"""See `Latest`; few, since no search finds a film that is not in the table yet."""


@dataclass(frozen=True)
class FacetTable:
    """Poster ids int64[N], ascending, for each genre the posters whose film has it, bool[N], and
    what tells which films are one."""

    poster_ids: NDArray[np.int64]
    having: Mapping[str, NDArray[np.bool_]]
    traits: FilmTraits

    @classmethod
    def read(
        cls, reader: Reader, *, since: State | None = None, without_adult: bool = False
    ) -> Self:
        """Read every poster with the facts of its film, but for films for adults where these are
        left out; or what came, or was changed, since the catalogue had a state."""
        if since is None:
            rows = reader.execute(_WITHOUT_ADULT if without_adult else _ROWS).all()
        else:
            later = reader.execute(
                _LATER_WITHOUT_ADULT if without_adult else _LATER, _state_values(since)
            )
            rows = sorted(later, key=lambda row: row[0])
        # Few sets of genres are shared by many films: each is split once.
        places: dict[str, int] = {}
        place = np.array([places.setdefault(row[2], len(places)) for row in rows], np.intp)
        sets = [frozenset(text.split(GENRE_SEPARATOR)) for text in places]
        names = sorted(frozenset().union(*sets))
        having = {name: np.array([name in each for each in sets])[place] for name in names}
        traits = FilmTraits(
            movies=np.array([row[1] for row in rows], np.int64),
            titles=np.array([title_key(row[4]) for row in rows], np.int64),
            years=np.array([-1 if row[3] is None else row[3] for row in rows], np.int64),
            tmdb_ids=np.array([row[5] or 0 for row in rows], np.int64),
            identified=np.array([not row[6].startswith(WITHOUT_IMDB) for row in rows], np.bool_),
            hashes=np.array([row[7] for row in rows], np.uint64),
        )
        return cls(np.array([row[0] for row in rows], np.int64), having, traits)

    def brought_up_to_date(self, later: Self) -> Self:
        """Return this table with the posters of another in the place of its own."""
        kept = ~np.isin(self.poster_ids, later.poster_ids)
        ids = np.concatenate([self.poster_ids[kept], later.poster_ids])
        order = np.argsort(ids)

        def having(table: Self, name: str) -> NDArray[np.bool_]:
            return table.having.get(name, np.zeros(len(table.poster_ids), bool))

        names = sorted(self.having.keys() | later.having.keys())
        return type(self)(
            ids[order],
            {
                name: np.concatenate([having(self, name)[kept], having(later, name)])[order]
                for name in names
            },
            self.traits.rows(kept).joined(later.traits).rows(order),
        )

    def only(self, poster_ids: NDArray[np.int64]) -> Self:
        """Return this table without the posters that are not among these."""
        kept = np.isin(self.poster_ids, poster_ids)
        having = {name: held[kept] for name, held in self.having.items()}
        having = {name: held for name, held in having.items() if held.any()}
        return type(self)(self.poster_ids[kept], having, self.traits.rows(kept))

    def with_films(self) -> Self:
        """Return this table once it has found which films are one: seconds among a million, which
        every thread that shares it would spend again."""
        _ = self.movie_ids
        return self

    @cached_property
    def movie_ids(self) -> NDArray[np.int64]:
        """The posters' films, int64[N]; of a film under several ids the least of them."""
        found = self.traits.movies.copy()
        for row in np.flatnonzero(np.isin(found, list(self._same))):
            found[row] = self._same[int(found[row])]
        return found

    @cached_property
    def _same(self) -> dict[int, int]:
        return same_films(self.traits)

    @cached_property
    def decades(self) -> NDArray[np.int64]:
        """The first years of the films' decades, int64[N], -1 where the year is unknown."""
        years = self.traits.years
        return np.where(years < 0, -1, years // 10 * 10)

    def films(self, poster_ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the films of posters, int64[M], -1 for a poster that is not in the table; a film
        under several ids is one."""
        rows = self._rows(np.asarray(poster_ids, np.int64))
        if not len(self.movie_ids):
            return rows  # -1 each
        return np.where(rows >= 0, self.movie_ids[rows], -1)

    def first_of_each_film(self, poster_ids: NDArray[np.int64], most: int) -> NDArray[np.int64]:
        """Return the places, at most so many and ascending, at which a film's first poster stands;
        posters that are not in the table have no film."""
        looked_at = 2 * most  # far fewer than are given, as a rule
        while True:
            films = self.films(poster_ids[:looked_at])
            _, first = np.unique(films, return_index=True)
            first = np.sort(first)
            first = first[films[first] >= 0][:most]
            if len(first) == most or looked_at >= len(poster_ids):
                return first
            looked_at *= 4

    def posters(self, movie_ids: Collection[int]) -> set[int]:
        """Return all posters of these films, under whichever of their ids."""
        meant = self.movie_ids[np.isin(self.traits.movies, list(movie_ids))]
        found: list[int] = self.poster_ids[np.isin(self.movie_ids, meant)].tolist()
        return set(found)

    def under_other_ids(self, poster_ids: Sequence[int]) -> dict[int, list[int]]:
        """Return for each of these posters whose film has other ids the oldest poster under each of
        those, in the order of the ids."""
        found: dict[int, list[int]] = {}
        for row in self._rows(np.asarray(poster_ids, np.int64)):
            movie = int(self.traits.movies[row]) if row >= 0 else -1
            if movie in self._same:
                group = np.flatnonzero(self.movie_ids == self._same[movie])
                movies, first = np.unique(self.traits.movies[group], return_index=True)
                others = group[first[movies != movie]]
                found[int(self.poster_ids[row])] = self.poster_ids[others].tolist()
        return found

    def sharing(self, genres: Iterable[str]) -> NDArray[np.int64]:
        """Return the posters, ascending, whose film has at least one of `genres`."""
        chosen = [self.having[name] for name in genres if name in self.having]
        if not chosen:
            return np.empty(0, np.int64)
        return self.poster_ids[np.logical_or.reduce(chosen)]

    def shares(self, poster_ids: NDArray[np.int64]) -> dict[str, float]:
        """Return for each genre the share of these posters, 0-1, whose film has it; those that
        are not in the table do not count."""
        rows = self._rows(poster_ids)
        rows = rows[rows >= 0]
        if not len(rows):
            return {}
        return {
            name: np.count_nonzero(held[rows]) / len(rows) for name, held in self.having.items()
        }

    def released_in(self, decades: Iterable[int]) -> NDArray[np.int64]:
        """Return the posters, ascending, whose film is of one of `decades`, as first years."""
        return self.poster_ids[np.isin(self.decades, list(decades))]

    def _rows(self, poster_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The posters' rows, int64[M], -1 for those that are not in the table."""
        if not len(self.poster_ids):
            return np.full(len(poster_ids), -1, np.int64)
        rows = np.searchsorted(self.poster_ids, poster_ids).clip(max=len(self.poster_ids) - 1)
        return np.where(self.poster_ids[rows] == poster_ids, rows, -1)

    @cached_property
    def known_decades(self) -> list[int]:
        """The first years of all decades there are, ascending."""
        found: list[int] = np.unique(self.decades[self.decades >= 0]).tolist()
        return found


class FacetCache:
    """The facet table of a database, brought up to date when a film or a poster was added, changed
    or removed; only through a rest, see `Latest`, it keeps what is gone.
    """

    def __init__(self, without_adult: bool = False) -> None:
        self._latest: Latest[State, FacetTable] = Latest(_RESTS)
        self._without_adult = without_adult

    def table(self, reader: Reader) -> FacetTable:
        """Return the table as this transaction sees it, or a former one; see `Latest`."""
        return self._latest.value(state(reader), lambda held: self._read(reader, held).with_films())

    def _read(self, reader: Reader, held: tuple[State, FacetTable] | None) -> FacetTable:
        without = self._without_adult
        if held is None:
            return FacetTable.read(reader, without_adult=without)
        before, table = held
        later = FacetTable.read(reader, since=before, without_adult=without)
        table = table.brought_up_to_date(later)  # has all that are there, and perhaps more
        there = _IDS_WITHOUT_ADULT if without else _IDS
        if len(table.poster_ids) == reader.scalar(there.with_only_columns(func.count(Poster.id))):
            return table  # reading the ids of a million takes far longer than counting them
        return table.only(np.array(reader.scalars(there).all(), np.int64))


def _state_values(since: State) -> dict[str, int]:
    """A state's two parts by the names that queries have for them."""
    changed, newest = (0 if each is None else each for each in since)
    return {"changed": changed, "newest": newest}
