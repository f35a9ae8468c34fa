"""Which posters belong to films of a genre, in memory: a filter in well under a millisecond."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import Session

from catalog.models import GENRE_SEPARATOR, Movie, Poster


@dataclass(frozen=True)
class GenreTable:
    """Poster ids int64[N], ascending, and for each genre the posters whose film has it, bool[N]."""

    poster_ids: NDArray[np.int64]
    having: Mapping[str, NDArray[np.bool_]]

    @classmethod
    def read(cls, session: Session) -> Self:
        """Read every poster with the genres of its film."""
        query = select(Poster.id, type_coerce(Movie.genres, String)).join(Poster.movie)
        rows = session.execute(query.order_by(Poster.id)).all()
        # Few sets of genres are shared by many films: each is split once.
        places: dict[str, int] = {}
        place = np.array([places.setdefault(text, len(places)) for _, text in rows], np.intp)
        sets = [frozenset(text.split(GENRE_SEPARATOR)) for text in places]
        names = sorted(frozenset().union(*sets))
        having = {name: np.array([name in each for each in sets])[place] for name in names}
        return cls(np.array([row[0] for row in rows], np.int64), having)

    def sharing(self, genres: Iterable[str]) -> NDArray[np.int64]:
        """Return the posters, ascending, whose film has at least one of `genres`."""
        chosen = [self.having[name] for name in genres if name in self.having]
        if not chosen:
            return np.empty(0, np.int64)
        return self.poster_ids[np.logical_or.reduce(chosen)]


class GenreCache:
    """The genre table of a database, read anew when a film or a poster was added or changed.

    Posters removed since may stay in it until then: their ids mean nothing any more.
    """

    def __init__(self) -> None:
        self._held: tuple[Any, GenreTable] | None = None

    def table(self, session: Session) -> GenreTable:
        """Return the table as this session's transaction sees it."""
        # SQLite answers these from the end of an index; counting rows would take a millisecond.
        parts = [select(func.max(last)).scalar_subquery() for last in (Movie.changed, Poster.id)]
        state = tuple(session.execute(select(*parts)).one())
        held = self._held
        if held is None or held[0] != state:
            held = state, GenreTable.read(session)
            self._held = held  # one assignment: another thread sees the old pair or the new one
        return held[1]
